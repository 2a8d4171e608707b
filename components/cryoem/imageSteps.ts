import {realFft2} from "../compute/fft.js";
import {random} from "../compute/random.js";
import {halfCtf} from "./image.js";
import type {Ctf} from "./ctf.js";

/** Single steps of X = CTF * (P V) + N on a box, for callers that look at each; arrays they return are new ones. */
export interface ImageSteps {
  readonly D: number;
  /** The half spectrum [D, D/2 + 1] of an image [D, D], interleaved complex, frequency 0 first. */
  spectrum(image: Float64Array | Float32Array): Float64Array;
  /** The image [D, D] of a half spectrum, each frequency multiplied by its `factor` [D, D/2 + 1] if given. */
  image(spectrum: Float64Array, factor?: Float64Array): Float32Array;
  /** The CTF on the half spectrum, [D, D/2 + 1]. */
  transfer(ctf: Ctf, pixelSize: number): Float64Array;
}

/** @param D box, pixels, even @throws RangeError for another */
export function imageSteps(D: number): ImageSteps {
  const {columns, forward, inverse} = realFft2(D);
  let plan: {pixelSize: number; fill: ReturnType<typeof halfCtf>} | undefined;
  return {
    D,
    spectrum(image) {
      const out = new Float64Array(2 * D * columns);
      forward(out, image);
      return out;
    },
    image(spectrum, factor) {
      const product = spectrum.slice();
      if (factor)
        for (let k = 0; k < factor.length; ++k) {
          product[2 * k] *= factor[k];
          product[2 * k + 1] *= factor[k];
        }
      const out = new Float32Array(D * D);
      inverse(out, product);
      return out;
    },
    transfer(ctf, pixelSize) {
      if (plan?.pixelSize !== pixelSize) plan = {pixelSize, fill: halfCtf(D, pixelSize)};
      return plan.fill(new Float64Array(D * columns), ctf);
    }
  };
}

/** Independent standard normal pixels [D, D]: the noise N of one image, before its standard deviation. */
export const unitNoise = (D: number, seed: number, copy = 0): Float32Array =>
  random(seed, NOISE, copy).fillNormal(new Float32Array(D * D));

/** Names the streams of noise among others of one seed. */
const NOISE = 11;

/** Mean and variance of an image's pixels. */
export function moments(image: Float32Array | Float64Array): {mean: number; variance: number} {
  let sum = 0;
  let squares = 0;
  for (const v of image) {
    sum += v;
    squares += v * v;
  }
  const mean = sum / image.length;
  return {mean, variance: Math.max(0, squares / image.length - mean * mean)};
}

/** a + factor b, pixel by pixel. */
export const sum = (a: Float32Array, b: Float32Array, factor = 1): Float32Array =>
  a.map((v, i) => v + factor * b[i]);
