import {quiet, type JobContext} from "../compute/job.js";
import type {Backend} from "../compute/network.js";
import {openNetwork} from "../compute/open.js";
import {lattice} from "../cryoem/lattice.js";
import {encoderPixels, encoderShape, type VaeConfig} from "./config.js";
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
  const shape = encoderShape(weights.config);
  const read = encoderInput(weights.config, set.images);
  const encoder = await openNetwork(backend, {shape, rows}, weights.encoder);
  for (let start = from; start < to; start += rows) {
    await turn();
    const n = Math.min(rows, to - start);
    const out = await encoder.forward(read(start, n), n);
    for (let i = 0; i < n; ++i) {
      mu.set(out.subarray(i * 2 * zdim, i * 2 * zdim + zdim), (start + i) * zdim);
      logvar.set(out.subarray(i * 2 * zdim + zdim, (i + 1) * 2 * zdim), (start + i) * zdim);
    }
  }
  encoder.dispose();
}

/**
 * What the encoder reads of images with all masked pixels: all of them, or those within its own radius.
 * @param images [n, pixels of lattice(boxSize)]
 * @returns n images from `start` on, [n, encoderPixels]
 */
function encoderInput(config: VaeConfig, images: Float32Array) {
  const whole = lattice(config.boxSize);
  const inner = encoderPixels(config);
  if (inner === whole.pixels)
    return (start: number, n: number) => images.subarray(start * whole.pixels, (start + n) * whole.pixels);
  const wanted = new Set(lattice(config.boxSize, config.encoderRadius).mask);
  const places = [...whole.mask.keys()].filter((p) => wanted.has(whole.mask[p]));
  return (start: number, n: number) => {
    const out = new Float32Array(n * inner);
    for (let i = 0; i < n; ++i)
      for (let p = 0; p < inner; ++p) out[i * inner + p] = images[(start + i) * whole.pixels + places[p]];
    return out;
  };
}
