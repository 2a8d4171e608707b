import {lowPass} from "../analysis/mapCorrelation.js";
import type {JobContext} from "../compute/job.js";
import type {NamedBytes, NamedJson} from "./files.js";
import {sceneOf, vaeOf} from "./models.js";
import {SMOOTHING, trueMapsOf} from "./trueMaps.js";

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
  const {zdim, boxSize} = decoder.vae.config;
  const used = Math.min(box, boxSize);
  const truths = trueMapsOf(sceneOf(recipe), used);
  const n = z.length / zdim;
  const found = {moving: new Float32Array(n), whole: new Float32Array(n), state: new Int32Array(n)};
  for (let i = 0; i < n; ++i) {
    const map = await decoder.decode(z.subarray(i * zdim, (i + 1) * zdim), used, context);
    const {moving, whole, state} = truths.nearest(lowPass(map, used, SMOOTHING));
    found.moving[i] = moving;
    found.whole[i] = whole;
    found.state[i] = state;
    context.progress(i + 1, n);
    await context.turn();
  }
  return found;
}
