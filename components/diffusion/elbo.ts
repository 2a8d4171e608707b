import {posteriorMean, type Ddpm} from "./ddpm.js";

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
