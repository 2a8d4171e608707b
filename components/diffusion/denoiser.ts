/**
 * A denoiser D(x; sigma): the expected clean point given x = x_0 + sigma n, row by row (Karras et al. 2022, eq. 2-3).
 * Learned, or exact for a known law: samplers can't tell the difference.
 * @param x noisy points [n, d]
 * @param sigma noise level of each row [n], in the units of x
 * @returns denoised points [n, d], a new array
 */
export type Denoiser = (x: Float64Array, sigma: Float64Array) => Float64Array;

/** The score of p(x; sigma) from its denoiser: (D(x; sigma) - x) / sigma^2 (Karras et al. 2022, eq. 3). Shape [n, d]. */
export function score(denoiser: Denoiser, x: Float64Array, sigma: Float64Array): Float64Array {
  const d = x.length / sigma.length;
  const out = denoiser(x, sigma);
  for (let i = 0; i < out.length; ++i) {
    const s = sigma[Math.floor(i / d)];
    out[i] = (out[i] - x[i]) / (s * s);
  }
  return out;
}

/** The same noise level for n rows. */
export const constantSigma = (n: number, sigma: number): Float64Array => new Float64Array(n).fill(sigma);
