import type {WorkerContext} from "../compute/protocol.js";
import type {NamedJson} from "./files.js";
import {sceneOf} from "./models.js";
import type {PathMap} from "./pathMaps.js";
import {trueMap, trueMapsOf, voxelSize, type Nearest} from "./trueMaps.js";

export interface StateMapsInput {
  recipe: NamedJson;
  /** States whose maps are wanted [n]. */
  states: ArrayLike<number>;
  /** Voxels a side. */
  box: number;
  /** Compares each with the true maps of all states, as a decoded map is compared. */
  compare: boolean;
}

/**
 * True maps of some states, smoothed as decoded ones are; each is a partial result.
 * @returns how each compares with the true maps of all states, if that is asked for: the nearest is its own state's
 */
export async function stateMaps(
  {recipe, states, box, compare}: StateMapsInput,
  context: WorkerContext<PathMap>
): Promise<Nearest[] | undefined> {
  const scene = sceneOf(recipe);
  const size = voxelSize(scene.recipe, box);
  const nearest: Nearest[] = [];
  const make = (index: number) => trueMap(scene, states[index], box);
  for (let index = 0; index < states.length; ++index) {
    await context.turn();
    context.partial({index, box, voxelSize: size, smooth: make(index)});
    context.progress(index + 1, states.length);
  }
  if (!compare) return undefined;
  const truths = trueMapsOf(scene, box);
  for (let index = 0; index < states.length; ++index) {
    await context.turn();
    nearest.push(truths.nearest(make(index)));
  }
  return nearest;
}
