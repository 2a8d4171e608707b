import type {WorkerContext} from "../compute/protocol.js";
import type {NamedBytes, NamedJson} from "./files.js";
import {comparedMap, type ComparedMap} from "./comparedMap.js";
import {sceneOf, vaeOf} from "./models.js";
import {trueMapsOf} from "./trueMaps.js";

export interface PathMapsInput {
  vae: NamedBytes;
  /** Where the truth is known. */
  recipe?: NamedJson;
  /** Latents, in the order they are to be decoded in [n, zdim]. */
  z: ArrayLike<number>;
  /** Box to decode at, at most the model's. */
  box: number;
}

/** A decoded map of a path, smoothed, with its row among the latents that were sent. */
export type PathMap = Omit<ComparedMap, "map"> & {index: number};

/** Decodes latents one after another; each map is a partial result. Returns how many there were. */
export async function pathMaps(
  {vae, recipe, z, box}: PathMapsInput,
  context: WorkerContext<PathMap>
): Promise<number> {
  const {decoder} = vaeOf(vae);
  const {zdim} = decoder.vae.config;
  const scene = recipe && sceneOf(recipe);
  const compare = scene && ((smooth: Float32Array, box: number) => trueMapsOf(scene, box).nearest(smooth));
  const n = z.length / zdim;
  if (!Number.isInteger(n)) throw new RangeError(`z: found ${z.length} numbers; expected rows of ${zdim}`);
  const latents = Float32Array.from(z);
  for (let index = 0; index < n; ++index) {
    await context.turn();
    const row = latents.subarray(index * zdim, (index + 1) * zdim);
    const {map: _, ...made} = await comparedMap(decoder, row, box, compare, {turn: context.turn});
    context.partial({index, ...made});
    context.progress(index + 1, n);
  }
  return n;
}
