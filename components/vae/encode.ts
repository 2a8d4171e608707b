import {quiet, type JobContext} from "../compute/job.js";
import type {Backend} from "../compute/network.js";
import {openNetwork} from "../compute/open.js";
import {encoderShape} from "./config.js";
import type {ImageSet} from "./imageSet.js";
import type {VaeWeights} from "./model.js";

/** A range of images to encode and where the results go; arrays may stand in shared memory. */
export interface EncodeRange {
  weights: VaeWeights;
  set: ImageSet;
  from: number;
  to: number;
  /** [n, zdim] each. */
  mu: Float32Array;
  logvar: Float32Array;
}

/** The posterior q(z | X) of images `from` to `to` (exclusive): means and log variances. */
export async function encodeImages(
  {weights, set, from, to, mu, logvar}: EncodeRange,
  {turn}: Pick<JobContext, "turn"> = quiet,
  backend: Backend = "wasm"
): Promise<void> {
  const {zdim} = weights.config;
  const rows = 64;
  const shape = encoderShape(weights.config, set.pixels);
  const encoder = await openNetwork(backend, {shape, rows}, weights.encoder);
  for (let start = from; start < to; start += rows) {
    await turn();
    const n = Math.min(rows, to - start);
    const out = await encoder.forward(set.images.subarray(start * set.pixels, (start + n) * set.pixels), n);
    for (let i = 0; i < n; ++i) {
      mu.set(out.subarray(i * 2 * zdim, i * 2 * zdim + zdim), (start + i) * zdim);
      logvar.set(out.subarray(i * 2 * zdim + zdim, (i + 1) * 2 * zdim), (start + i) * zdim);
    }
  }
  encoder.dispose();
}
