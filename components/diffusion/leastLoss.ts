import type {Rng} from "../compute/random.js";
import type {Denoiser} from "./denoiser.js";
import {mixtureDenoiser, sampleMixture, type GaussianMixture} from "./gaussianMixture.js";
import {meanAndError, type Estimate} from "./meanAndError.js";

/** E|D(x_0 + sigma n; sigma) - x_0|^2 / d at some noise levels, by Monte Carlo. */
export interface LevelErrors {
  sigma: Float64Array;
  /** Mean over draws and dimensions. */
  mean: Float64Array;
  /** Standard error of each mean. The draws are the same at every level, so the curve is smoother than these say. */
  error: Float64Array;
}

/**
 * The least that the error of any denoiser can be at each level: that of the exact one, the mean variance of x_0 given x. The
 * floor of a loss by noise level, once multiplied by lambda(sigma).
 * @param n draws (default 4096)
 */
export function leastLoss(
  mixture: GaussianMixture,
  sigmas: ArrayLike<number>,
  rng: Rng,
  n = 4096
): LevelErrors {
  const denoiser = mixtureDenoiser(mixture);
  const draws = drawn(sampleMixture(mixture, n, rng), mixture.dimension, rng);
  const levels = Float64Array.from(sigmas);
  return gathered(
    levels,
    Array.from(levels, (sigma) => draws.errorOf(denoiser(draws.noisy(sigma), draws.at(sigma))))
  );
}

/**
 * The same of any denoiser, learned or exact.
 * @param x0 points [n, d], one draw of noise for each
 */
export async function denoiserLoss(
  denoiser: Denoiser,
  x0: Float64Array,
  d: number,
  sigmas: ArrayLike<number>,
  rng: Rng
): Promise<LevelErrors> {
  const draws = drawn(x0, d, rng);
  const levels = Float64Array.from(sigmas);
  const errors: Estimate[] = [];
  for (const sigma of levels) errors.push(draws.errorOf(await denoiser(draws.noisy(sigma), draws.at(sigma))));
  return gathered(levels, errors);
}

/** Points with noise of one draw, to be scaled. */
function drawn(x0: Float64Array, d: number, rng: Rng) {
  const n = x0.length / d;
  const noise = rng.fillNormal(new Float64Array(x0.length));
  return {
    at: (sigma: number) => new Float64Array(n).fill(sigma),
    noisy: (sigma: number) => x0.map((v, i) => v + sigma * noise[i]),
    errorOf(D: Float64Array) {
      const errors = new Float64Array(n);
      for (let i = 0; i < D.length; ++i) errors[Math.floor(i / d)] += (D[i] - x0[i]) ** 2 / d;
      return meanAndError(errors);
    }
  };
}

const gathered = (sigma: Float64Array, errors: Estimate[]): LevelErrors => ({
  sigma,
  mean: Float64Array.from(errors, ({value}) => value),
  error: Float64Array.from(errors, ({error}) => error)
});
