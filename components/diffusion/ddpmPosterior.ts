import {posteriorMean, type Ddpm} from "./ddpm.js";
import {forwardLaw} from "./ddpmForward.js";
import type {GaussianMixture} from "./gaussianMixture.js";

/** ln N(x; mean, variance) of one component. */
export const logNormal = (x: number, mean: number, variance: number): number =>
  -((x - mean) ** 2 / variance + Math.log(2 * Math.PI * variance)) / 2;

/** Bayes' rule for x_(t-1), one component, as functions of x_(t-1) and by numbers. */
export interface BayesCheck {
  /** ln q(x_(t-1) | x_0), and ln q(x_t | x_(t-1)) as a function of x_(t-1). */
  prior(x: number): number;
  likelihood(x: number): number;
  /** ln of the normalising constant of their product, by the trapezoidal rule. */
  logMass: number;
  /** Mean and variance of the normalised product, by the same rule; and mu-tilde, beta-tilde in closed form. */
  numeric: {mean: number; variance: number};
  exact: {mean: number; variance: number};
  /** The largest difference between the two densities on the grid, over the peak of the exact one. */
  difference: number;
}

const COARSE = 20_000;
const FINE = 4_000;
/** Nats below the top where a density counts as 0: exp(-60). */
const DEPTH = 60;

/**
 * The posterior q(x_(t-1) | x_t, x_0) computed on a grid from the two conditionals that define the chain, beside mu-tilde and
 * beta-tilde (Ho et al. 2020, eq. 7).
 * @throws RangeError unless 2 <= t <= T and noise is added both at t and before
 */
export function bayesCheck(chain: Ddpm, t: number, x0: number, xt: number): BayesCheck {
  if (!(t >= 2 && t <= chain.T)) throw new RangeError(`t: found ${t}; expected 2 to ${chain.T}`);
  const [bar, noise] = [chain.alphaBar[t - 2], chain.noise[t - 2]];
  const [alpha, beta] = [chain.alpha[t - 1], chain.beta[t - 1]];
  if (!(noise > 0 && beta > 0)) throw new RangeError(`beta: found 0 at or before t = ${t}; expected more`);
  const prior = (x: number) => logNormal(x, Math.sqrt(bar) * x0, noise);
  const likelihood = (x: number) => logNormal(xt, Math.sqrt(alpha) * x, beta);
  const product = (x: number) => prior(x) + likelihood(x);
  // The top lies between those of the factors, and is no wider than the narrower one: looked for there, then around it.
  const tops = [Math.sqrt(bar) * x0, xt / Math.sqrt(alpha)];
  const wide = 12 * Math.sqrt(Math.min(noise, beta / alpha));
  let [low, high] = [Math.min(...tops) - wide, Math.max(...tops) + wide];
  let top = -Infinity;
  const at = (i: number, n: number) => low + ((high - low) * i) / n;
  for (let i = 0; i <= COARSE; ++i) top = Math.max(top, product(at(i, COARSE)));
  let [first, last] = [COARSE, 0];
  for (let i = 0; i <= COARSE; ++i)
    if (product(at(i, COARSE)) > top - DEPTH) [first, last] = [Math.min(first, i), Math.max(last, i)];
  [low, high] = [at(Math.max(0, first - 1), COARSE), at(Math.min(COARSE, last + 1), COARSE)];
  const step = (high - low) / FINE;
  let [mass, mean, square] = [0, 0, 0];
  for (let i = 0; i <= FINE; ++i) {
    const x = at(i, FINE);
    const p = Math.exp(product(x) - top) * step;
    mass += p;
    mean += p * (x - low);
    square += p * (x - low) ** 2;
  }
  const offset = mean / mass;
  const logMass = top + Math.log(mass);
  const {a, b} = posteriorMean(chain, t);
  const exact = {mean: a * x0 + b * xt, variance: chain.betaTilde[t - 1]};
  const peak = Math.exp(logNormal(0, 0, exact.variance));
  let difference = 0;
  for (let i = 0; i <= FINE; ++i) {
    const x = at(i, FINE);
    const closed = Math.exp(logNormal(x, exact.mean, exact.variance));
    difference = Math.max(difference, Math.abs(Math.exp(product(x) - logMass) - closed) / peak);
  }
  return {
    prior,
    likelihood,
    logMass,
    numeric: {mean: low + offset, variance: square / mass - offset ** 2},
    exact,
    difference
  };
}

/**
 * The exact law of x_(t-1) given x_t, q(x_(t-1) | x_t), where x_0 follows a mixture: itself a mixture, which p_theta stands in for
 * with one Gaussian. By Bayes' rule from the law of x_(t-1), component by component.
 * @param xt [d]
 */
export function reverseLaw(
  chain: Ddpm,
  m: GaussianMixture,
  t: number,
  xt: ArrayLike<number>
): GaussianMixture {
  const before = forwardLaw(chain, m, t - 1);
  const {dimension: d, axes} = before;
  const K = before.weights.length;
  const [alpha, beta] = [chain.alpha[t - 1], chain.beta[t - 1]];
  const root = Math.sqrt(alpha);
  const means = new Float64Array(K * d);
  const variances = new Float64Array(K * d);
  const logs = new Float64Array(K);
  for (let k = 0; k < K; ++k) {
    logs[k] = Math.log(before.weights[k]);
    for (let i = 0; i < d; ++i) means[k * d + i] = before.means[k * d + i];
    for (let j = 0; j < d; ++j) {
      const v = before.variances[k * d + j];
      const axis = (i: number) => (axes ? axes[(k * d + j) * d + i] : Number(i === j));
      let u = 0; // the residual along this axis
      for (let i = 0; i < d; ++i) u += axis(i) * (xt[i] - root * before.means[k * d + i]);
      const total = alpha * v + beta;
      if (!(total > 0)) continue; // a point that no noise was added to
      variances[k * d + j] = (v * beta) / total;
      logs[k] += logNormal(u, 0, total);
      for (let i = 0; i < d; ++i) means[k * d + i] += ((root * v) / total) * u * axis(i);
    }
  }
  const top = Math.max(...logs);
  const weights = logs.map((l) => Math.exp(l - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return {dimension: d, weights: weights.map((w) => w / sum), means, variances, axes};
}
