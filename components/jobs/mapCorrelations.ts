import type {JobContext} from "../compute/job.js";
import type {NamedBytes, NamedJson} from "./files.js";
import {comparedMap} from "./comparedMap.js";
import {sceneOf, vaeOf} from "./models.js";
import {trueMapsOf} from "./trueMaps.js";

export interface MapCorrelationsInput {
  vae: NamedBytes;
  recipe: NamedJson;
  /** Latents [n, zdim]. */
  z: Float32Array;
  /** Box to decode at. */
  box: number;
}

export interface MapCorrelations {
  /** Correlation of each decoded map with its nearest true map [n]: over the voxels that move, and over all. */
  moving: Float32Array;
  whole: Float32Array;
  /** State of that true map [n]. */
  state: Int32Array;
}

/** Decodes latents to maps and compares each with the true maps of all states. */
export async function mapCorrelations(
  {vae, recipe, z, box}: MapCorrelationsInput,
  context: JobContext
): Promise<MapCorrelations> {
  const {decoder} = vaeOf(vae);
  const {zdim} = decoder.vae.config;
  const scene = sceneOf(recipe);
  const compare = (smooth: Float32Array, box: number) => trueMapsOf(scene, box).nearest(smooth);
  const n = z.length / zdim;
  const found = {moving: new Float32Array(n), whole: new Float32Array(n), state: new Int32Array(n)};
  for (let i = 0; i < n; ++i) {
    const {nearest} = await comparedMap(decoder, z.subarray(i * zdim, (i + 1) * zdim), box, compare, {
      turn: context.turn
    });
    const {moving, whole, state} = nearest!;
    found.moving[i] = moving;
    found.whole[i] = whole;
    found.state[i] = state;
    context.progress(i + 1, n);
    await context.turn();
  }
  return found;
}
