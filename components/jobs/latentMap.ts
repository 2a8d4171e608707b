import type {WorkerContext} from "../compute/protocol.js";
import type {NamedBytes, NamedJson} from "./files.js";
import {comparedMap, type ComparedMap} from "./comparedMap.js";
import {sceneOf, vaeOf} from "./models.js";
import {trueMap, trueMapsOf, type Nearest} from "./trueMaps.js";

export interface LatentMapInput {
  vae: NamedBytes;
  /** How the images were simulated, for the true maps; without it there is no map to compare with. */
  recipe?: NamedJson;
  /** [zdim]. */
  z: ArrayLike<number>;
  /** Boxes to decode at, one after another: a small one comes at once, a large one follows. At most the model's. */
  boxes: number[];
  /** The nearest true map, where it is known from a smaller box. */
  nearest?: Nearest;
  /** The state whose true map is wanted in place of the nearest one. */
  state?: number;
}

/** A decoded map, and the true map it resembles most where the truth is known. */
export interface LatentMap extends ComparedMap {
  /** [box, box, box]. */
  trueMap?: Float32Array;
}

/** Decodes a latent at growing boxes, and finds the true map nearest to it. All but the last are partial results. */
export async function latentMap(
  {vae, recipe, z, boxes, nearest: known, state}: LatentMapInput,
  context: WorkerContext<LatentMap>
): Promise<LatentMap> {
  const {decoder} = vaeOf(vae);
  const scene = recipe && sceneOf(recipe);
  const {boxSize: largest} = decoder.vae.config;
  const sizes = [...new Set(boxes.map((box) => Math.min(box, largest)))];
  let nearest = known; // the first box decides
  const compare = (smooth: Float32Array, box: number) => {
    if (!scene || nearest) return nearest;
    const truths = trueMapsOf(scene, box);
    return (nearest = state === undefined ? truths.nearest(smooth) : truths.compare(smooth, state));
  };
  for (const box of sizes) {
    await context.turn();
    const found: LatentMap = await comparedMap(decoder, z, box, compare, context);
    if (scene && found.nearest) found.trueMap = trueMap(scene, found.nearest.state, box);
    if (box === sizes[sizes.length - 1]) return found;
    context.partial(found);
  }
  throw new RangeError("boxes: found none; expected at least one");
}
