import {quiet, type JobContext} from "../compute/job.js";
import type {Rng} from "../compute/random.js";
import type {Ddpm} from "./ddpm.js";
import type {Denoiser} from "./denoiser.js";
import {epsWeight, gaussianKl, lossT, stepVariance, type StepVariance} from "./elbo.js";
import {meanAndError, type Estimate} from "./meanAndError.js";

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
 * @param draws for each t: one number (256), or of t
 */
export async function epsErrors(
  {T, alphaBar, noise}: Ddpm,
  denoiser: Denoiser,
  x0: Float64Array,
  d: number,
  rng: Rng,
  {draws = 256}: {draws?: number | ((t: number) => number)} = {},
  context: JobContext = quiet
): Promise<EpsErrors> {
  const n = x0.length / d;
  const found: EpsErrors = {mean: new Float64Array(T), error: new Float64Array(T)};
  const drawsAt = typeof draws === "number" ? () => draws : draws;
  for (let t = 1; t <= T;) {
    await context.turn();
    context.progress(t - 1, T);
    // As many steps as make a call worth its while.
    const steps: {t: number; from: number; to: number}[] = [];
    let rows = 0;
    for (; t <= T && rows < ROWS; ++t) {
      if (noise[t - 1] === 0) continue;
      const from = rows;
      rows += drawsAt(t);
      steps.push({t, from, to: rows});
    }
    if (!rows) continue;
    const eps = rng.fillNormal(new Float64Array(rows * d));
    const x = new Float64Array(rows * d);
    const sigma = new Float64Array(rows);
    for (const {t, from, to} of steps) {
      const level = Math.sqrt(noise[t - 1] / alphaBar[t - 1]);
      for (let row = from; row < to; ++row) {
        sigma[row] = level;
        const point = rng.integer(n) * d;
        for (let i = 0; i < d; ++i) x[row * d + i] = x0[point + i] + level * eps[row * d + i];
      }
    }
    const D = await denoiser(x, sigma);
    for (const {t, from, to} of steps) {
      const errors = new Float64Array(to - from);
      for (let row = from; row < to; ++row)
        for (let at = row * d; at < (row + 1) * d; ++at)
          errors[row - from] += (eps[at] - (x[at] - D[at]) / sigma[row]) ** 2;
      ({value: found.mean[t - 1], error: found.error[t - 1]} = meanAndError(errors));
    }
  }
  return found;
}

/**
 * The evidence lower bound from the errors of the predicted noise, nats: the same as `elbo`, since each of its terms is a constant
 * and a weight times such an error.
 * @param x0 points that L_T is averaged over [n, d]
 */
export function boundOfErrors(
  chain: Ddpm,
  {mean, error}: EpsErrors,
  x0: Float64Array,
  d: number,
  variance: StepVariance
): Estimate {
  const {T, beta, betaTilde, noise, alphaBar} = chain;
  const n = x0.length / d;
  let value = 0;
  for (let row = 0; row < n; ++row) value += lossT(chain, x0.subarray(row * d, (row + 1) * d)) / n;
  let square = 0;
  for (let t = 1; t <= T; ++t) {
    if (beta[t - 1] === 0) continue;
    // L_0 counts |x_0 - D|^2 over 2 beta_1, and that is (1 - alpha-bar_1) / alpha-bar_1 times the error of eps.
    const weight = t > 1 ? epsWeight(chain, t, variance) : noise[0] / alphaBar[0] / (2 * beta[0]);
    const constant =
      t > 1
        ? gaussianKl(0, betaTilde[t - 1], 0, stepVariance(chain, t, variance))
        : Math.log(2 * Math.PI * beta[0]) / 2;
    value += d * constant + weight * mean[t - 1];
    square += (weight * error[t - 1]) ** 2;
  }
  return {value, error: Math.sqrt(square)};
}

/**
 * How many draws each t is worth, where `all` are to be had: in proportion to its part of the bound for data that are N(0, I), whose
 * eps error is alpha-bar_t, which makes the error of the total small.
 */
export function drawsByWeight(chain: Ddpm, variance: StepVariance, all: number): (t: number) => number {
  const parts = chain.beta.map((b, i) => (b > 0 ? epsWeight(chain, i + 1, variance) * chain.alphaBar[i] : 0));
  const sum = parts.reduce((a, b) => a + b, 0);
  return (t) => Math.max(16, Math.ceil((all * parts[t - 1]) / sum));
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
