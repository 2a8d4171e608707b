import {conformation, describeState, hingeAngle, occupied, reach} from "../cryoem/motion.js";
import {resolutionMap} from "../cryoem/resolutionMap.js";
import type {NamedJson} from "./files.js";
import {sceneOf} from "./models.js";

export interface StructureMapInput {
  recipe: NamedJson;
  state: number;
  /** Å; see resolutionMap. */
  resolution: number;
  /** Turns the structure before its map is made: 3 x 3 row-major, a point c lands at R c. As it is, unless given. */
  rotation?: ArrayLike<number>;
}

/**
 * The structure itself as a map, finer than the recipe's images can show, in a box just large enough for every state;
 * with its hinge angle in radians, and what the state is in words.
 */
export function structureMap({recipe: named, state, resolution, rotation}: StructureMapInput) {
  const {recipe, structure} = sceneOf(named);
  const still = conformation(structure, recipe.motion, state);
  const weights = occupied(structure, recipe.motion, state);
  const positions = rotation ? turned(still, rotation) : still;
  return {
    ...resolutionMap(positions, weights, resolution, reach(structure, recipe.motion)),
    angle: hingeAngle(recipe.motion, state),
    about: describeState(recipe.motion, state),
    scatterers: weights.filter((w) => w > 0).length
  };
}

/** R p for each position [n, 3]. */
function turned(positions: Float64Array, R: ArrayLike<number>): Float64Array {
  return positions.map((_, i) => {
    const a = i % 3;
    const [x, y, z] = positions.subarray(i - a, i - a + 3);
    return R[3 * a] * x + R[3 * a + 1] * y + R[3 * a + 2] * z;
  });
}
