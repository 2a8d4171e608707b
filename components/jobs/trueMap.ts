import {hingeAngle} from "../cryoem/motion.js";
import type {NamedJson} from "./files.js";
import {sceneOf} from "./models.js";
import {trueMap, voxelSize} from "./trueMaps.js";

export interface TrueMapInput {
  recipe: NamedJson;
  state: number;
  box: number;
}

/** The true map of a state, as the figures show it, with its hinge angle in radians. */
export function trueMapOfState({recipe, state, box}: TrueMapInput) {
  const scene = sceneOf(recipe);
  return {
    map: trueMap(scene, state, box),
    box,
    voxelSize: voxelSize(scene.recipe, box),
    angle: hingeAngle(scene.recipe.motion, state),
    scatterers: scene.structure.n
  };
}
