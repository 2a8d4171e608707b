import {quiet, type JobContext} from "../compute/job.js";
import type {Rng} from "../compute/random.js";
import {posteriorMean, type Ddpm} from "./ddpm.js";
import type {Denoiser} from "./denoiser.js";
import {meanAndError} from "./meanAndError.js";

/** sigma_t^2 of p_theta(x_(t-1) | x_t): beta_t, or beta-tilde_t (which is 0 at t = 1, where beta_1 is taken). */
export type StepVariance = "beta" | "betaTilde";

export const stepVariance = (chain: Ddpm, t: number, kind: StepVariance): number =>
  kind === "beta" || t === 1 ? chain.beta[t - 1] : chain.betaTilde[t - 1];

/** KL(N(mean_1, var_1) || N(mean_2, var_2)) of one component, nats. */
export const gaussianKl = (mean1: number, var1: number, mean2: number, var2: number): number =>
  (Math.log(var2 / var1) + var1 / var2 + (mean1 - mean2) ** 2 / var2 - 1) / 2;

/** Nats of a point [d] as bits for each dimension. */
export const bitsPerDimension = (nats: number, d: number): number => nats / d / Math.LN2;

/** L_T = KL(q(x_T | x_0) || N(0, I)) of a point [d], nats (Ho et al. 2020, eq. 5). Nothing in it can be learned. */
export function lossT(chain: Ddpm, x0: Iterable<number>): number {
  const [bar, noise] = [chain.alphaBar[chain.T - 1], chain.noise[chain.T - 1]];
  let sum = 0;
  for (const v of x0) sum += gaussianKl(Math.sqrt(bar) * v, noise, 0, 1);
  return sum;
}

/**
 * L_(t-1) = KL(q(x_(t-1) | x_t, x_0) || p_theta(x_(t-1) | x_t)) of one pair, nats, t = 2 .. T: with mu_theta = mu-tilde of the
 * model's D in place of x_0.
 * @param x0 [d]
 * @param D the model's answer at x_t [d]
 */
export function lossStep(
  chain: Ddpm,
  t: number,
  x0: ArrayLike<number>,
  D: ArrayLike<number>,
  kind: StepVariance = "beta"
): number {
  const {a} = posteriorMean(chain, t);
  let sum = 0;
  // The part of mu-tilde that x_t has is the same on both sides.
  for (let k = 0; k < x0.length; ++k)
    sum += gaussianKl(a * x0[k], chain.betaTilde[t - 1], a * D[k], stepVariance(chain, t, kind));
  return sum;
}

/** L_0 = -ln p_theta(x_0 | x_1) of one pair, nats, for a density: N(x_0; mu_theta(x_1, 1) = D, beta_1). */
export function loss0(chain: Ddpm, x0: ArrayLike<number>, D: ArrayLike<number>): number {
  const variance = stepVariance(chain, 1, "beta");
  let sum = 0;
  for (let k = 0; k < x0.length; ++k)
    sum += (Math.log(2 * Math.PI * variance) + (x0[k] - D[k]) ** 2 / variance) / 2;
  return sum;
}

/**
 * The weight of |eps - eps_theta|^2 in L_(t-1): beta_t^2 / (2 sigma_t^2 alpha_t (1 - alpha-bar_t)) (Ho et al. 2020, eq. 12). L_simple
 * has 1 in its place.
 */
export const epsWeight = (chain: Ddpm, t: number, kind: StepVariance = "beta"): number =>
  chain.beta[t - 1] ** 2 / (2 * stepVariance(chain, t, kind) * chain.alpha[t - 1] * chain.noise[t - 1]);

/** The evidence lower bound of a model, term by term: -log p(x_0) is at most `total`, on average over the points. Nats. */
export interface Elbo {
  /** L_T, exact. */
  L_T: number;
  /** L_(t-1) at index t - 1, t = 1 .. T: the first is L_0. */
  terms: Float64Array;
  /** Standard error of each. */
  errors: Float64Array;
  total: number;
  /** Standard error of the total. */
  error: number;
  /** Total and its error in bits for each dimension. */
  bits: number;
  bitsError: number;
}

/** Rows of a denoiser call, about. */
const ROWS = 4096;

/**
 * The ELBO of a denoiser as the model of a chain (Ho et al. 2020, eq. 5), averaged over points: for each t, x_0 among them and x_t
 * given x_0 are drawn anew.
 * @param x0 points [n, d]
 * @param options `variance`: sigma_t^2 of the model (`beta`); `draws` for each t (256)
 * @throws RangeError where beta_1 is 0, and L_0 therefore infinite
 */
export async function elbo(
  chain: Ddpm,
  denoiser: Denoiser,
  x0: Float64Array,
  d: number,
  rng: Rng,
  {variance = "beta", draws = 256}: {variance?: StepVariance; draws?: number} = {},
  context: JobContext = quiet
): Promise<Elbo> {
  const {T, beta, alphaBar, noise} = chain;
  if (!(beta[0] > 0)) throw new RangeError("beta_1: found 0; expected more, else L_0 is infinite");
  const n = x0.length / d;
  let L_T = 0;
  for (let row = 0; row < n; ++row) L_T += lossT(chain, x0.subarray(row * d, (row + 1) * d)) / n;
  const terms = new Float64Array(T);
  const errors = new Float64Array(T);
  const block = Math.max(1, Math.floor(ROWS / draws));
  for (let first = 1; first <= T; first += block) {
    await context.turn();
    context.progress(first - 1, T);
    const last = Math.min(T, first + block - 1);
    const rows = (last - first + 1) * draws;
    const [clean, x] = [new Float64Array(rows * d), new Float64Array(rows * d)];
    const sigma = new Float64Array(rows);
    for (let row = 0; row < rows; ++row) {
      const t = first + Math.floor(row / draws);
      const from = rng.integer(n) * d;
      sigma[row] = Math.sqrt(noise[t - 1] / alphaBar[t - 1]);
      for (let i = 0; i < d; ++i) {
        clean[row * d + i] = x0[from + i];
        x[row * d + i] = x0[from + i] + sigma[row] * rng.normal();
      }
    }
    const D = await denoiser(x, sigma);
    for (let t = first; t <= last; ++t) {
      const of = Float64Array.from({length: draws}, (_, k) => {
        const at = ((t - first) * draws + k) * d;
        const [point, answer] = [clean.subarray(at, at + d), D.subarray(at, at + d)];
        if (t === 1) return loss0(chain, point, answer);
        return beta[t - 1] > 0 ? lossStep(chain, t, point, answer, variance) : 0; // nothing is done in this step
      });
      ({value: terms[t - 1], error: errors[t - 1]} = meanAndError(of));
    }
  }
  const total = L_T + terms.reduce((sum, v) => sum + v, 0);
  const error = Math.hypot(...errors);
  const bits = (nats: number) => bitsPerDimension(nats, d);
  return {L_T, terms, errors, total, error, bits: bits(total), bitsError: bits(error)};
}
