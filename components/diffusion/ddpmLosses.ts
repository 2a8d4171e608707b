import {quiet, type JobContext} from "../compute/job.js";
import type {Rng} from "../compute/random.js";
import type {Ddpm} from "./ddpm.js";
import type {Denoiser} from "./denoiser.js";
import {epsWeight, type StepVariance} from "./elbo.js";
import {meanAndError} from "./meanAndError.js";

/** E|eps - eps_theta|^2 at every t, summed over dimensions, with its standard error; index t - 1. */
export interface EpsErrors {
  mean: Float64Array;
  error: Float64Array;
}

/** Rows of a denoiser call, about. */
const ROWS = 4096;

/**
 * The error of the predicted noise at each t of a chain, by Monte Carlo: x_0 among given points and eps drawn anew for each t.
 * Zero where no noise was added yet.
 * @param x0 points [n, d]
 * @param draws for each t (256)
 */
export async function epsErrors(
  {T, alphaBar, noise}: Ddpm,
  denoiser: Denoiser,
  x0: Float64Array,
  d: number,
  rng: Rng,
  {draws = 256}: {draws?: number} = {},
  context: JobContext = quiet
): Promise<EpsErrors> {
  const n = x0.length / d;
  const found: EpsErrors = {mean: new Float64Array(T), error: new Float64Array(T)};
  const block = Math.max(1, Math.floor(ROWS / draws));
  for (let first = 0; first < T; first += block) {
    await context.turn();
    context.progress(first, T);
    const steps = Math.min(T, first + block) - first;
    const rows = steps * draws;
    const [eps, x] = [rng.fillNormal(new Float64Array(rows * d)), new Float64Array(rows * d)];
    const sigma = new Float64Array(rows);
    for (let row = 0; row < rows; ++row) {
      const step = first + Math.floor(row / draws);
      // Where there is no noise, any level stands in: the result is not used.
      const level = (sigma[row] = noise[step] > 0 ? Math.sqrt(noise[step] / alphaBar[step]) : 1);
      const from = rng.integer(n) * d;
      for (let i = 0; i < d; ++i) x[row * d + i] = x0[from + i] + level * eps[row * d + i];
    }
    const D = await denoiser(x, sigma);
    for (let step = first; step < first + steps; ++step) {
      if (noise[step] === 0) continue;
      const errors = new Float64Array(draws);
      for (let k = 0; k < draws; ++k) {
        const row = (step - first) * draws + k;
        for (let at = row * d; at < (row + 1) * d; ++at)
          errors[k] += (eps[at] - (x[at] - D[at]) / sigma[row]) ** 2;
      }
      ({value: found.mean[step], error: found.error[step]} = meanAndError(errors));
    }
  }
  return found;
}

/** One of the three losses: its weight of |eps - eps_theta|^2 and its value at each t (index t - 1). */
export interface WeightedLoss {
  weight: Float64Array;
  value: Float64Array;
  /** Sum over t. */
  total: number;
}

/**
 * Three losses of one model. `bound`: L_(t-1) without what no model changes, weight beta_t^2 / (2 sigma_t^2 alpha_t (1 - alpha-bar_t));
 * `simple`: weight 1; `denoising`: |D - x_0|^2, weight (1 - alpha-bar_t) / alpha-bar_t.
 */
export function threeLosses(
  chain: Ddpm,
  epsError: Float64Array,
  variance: StepVariance
): Record<"bound" | "simple" | "denoising", WeightedLoss> {
  const of = (weightAt: (t: number) => number): WeightedLoss => {
    const weight = Float64Array.from(epsError, (_, i) => weightAt(i + 1));
    const value = weight.map((w, i) => w * epsError[i]);
    return {weight, value, total: value.reduce((a, b) => a + b, 0)};
  };
  return {
    // A step without noise of its own has no part in the bound.
    bound: of((t) => (chain.beta[t - 1] > 0 ? epsWeight(chain, t, variance) : 0)),
    simple: of((t) => Number(chain.noise[t - 1] > 0)),
    denoising: of((t) => chain.noise[t - 1] / chain.alphaBar[t - 1])
  };
}
