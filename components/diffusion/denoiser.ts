import type {Awaitable} from "../compute/network.js";

/**
 * A denoiser D(x; sigma): the expected clean point given x = x_0 + sigma n, row by row (Karras et al. 2022, eq. 2-3).
 * Learned, or exact for a known law: samplers can't tell the difference.
 * @param x noisy points [n, d]
 * @param sigma noise level of each row [n], in the units of x
 * @returns denoised points [n, d], a new array, now or (where a graphics card computes) later
 */
export type Denoiser = (x: Float64Array, sigma: Float64Array) => Awaitable<Float64Array>;

/** A denoiser known in closed form, which answers at once. */
export type ExactDenoiser = (x: Float64Array, sigma: Float64Array) => Float64Array;

/** The score of p(x; sigma) from its denoiser: (D(x; sigma) - x) / sigma^2 (Karras et al. 2022, eq. 3). Shape [n, d]. */
export async function score(denoiser: Denoiser, x: Float64Array, sigma: Float64Array): Promise<Float64Array> {
  const d = x.length / sigma.length;
  const out = await denoiser(x, sigma);
  for (let i = 0; i < out.length; ++i) {
    const s = sigma[Math.floor(i / d)];
    out[i] = (out[i] - x[i]) / (s * s);
  }
  return out;
}

/** The same noise level for n rows. */
export const constantSigma = (n: number, sigma: number): Float64Array => new Float64Array(n).fill(sigma);
