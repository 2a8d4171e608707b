import {conformation, hingeAngle} from "../cryoem/motion.js";
import {densityMap} from "../cryoem/volume.js";
import type {NamedJson} from "./files.js";
import {sceneOf} from "./models.js";

export interface StructureMapInput {
  recipe: NamedJson;
  state: number;
  /** Å; each residue becomes a Gaussian of resolution / (pi sqrt 2), as ChimeraX's molmap makes it. */
  resolution: number;
}

/** Voxels to a resolution element: enough that the surface is smooth. */
const SAMPLING = 3.4;

/**
 * The structure itself as a map, finer than the recipe's images can show, in a box just large enough for every state;
 * with its hinge angle in radians.
 */
export function structureMap({recipe: named, state, resolution}: StructureMapInput) {
  const {recipe, structure} = sceneOf(named);
  const sigma = resolution / (Math.PI * Math.SQRT2);
  const voxelSize = resolution / SAMPLING;
  const positions = conformation(structure, recipe.motion, state);
  const {states} = recipe.motion;
  const reach = Math.max(
    ...[0, (states - 1) / 2, states - 1].map((k) => radius(conformation(structure, recipe.motion, k)))
  );
  const box = 2 * Math.ceil((reach + 4 * sigma) / voxelSize);
  return {
    map: densityMap(positions, structure.weights, sigma, box, voxelSize),
    box,
    voxelSize,
    angle: hingeAngle(recipe.motion, state),
    scatterers: structure.n
  };
}

function radius(positions: Float64Array): number {
  let most = 0;
  for (let i = 0; i < positions.length; i += 3)
    most = Math.max(most, Math.hypot(positions[i], positions[i + 1], positions[i + 2]));
  return most;
}
