/** DDPM's chain in T steps (Ho et al. 2020): all arrays have T entries, step t = 1..T at index t - 1. */
export interface Ddpm {
  T: number;
  /** beta_t, and alpha_t = 1 - beta_t. */
  beta: Float64Array;
  alpha: Float64Array;
  /** alpha-bar_t, the product of alpha_1 .. alpha_t. */
  alphaBar: Float64Array;
  /** 1 - alpha-bar_t, the variance of the noise in x_t, with all its digits. */
  noise: Float64Array;
  /** beta-tilde_t = (1 - alpha-bar_(t-1)) / (1 - alpha-bar_t) beta_t, the variance of q(x_(t-1) | x_t, x_0) (eq. 7). */
  betaTilde: Float64Array;
}

/**
 * The chain of given beta_t.
 * @throws RangeError for none, or for one that is not between 0 and 1
 */
export function ddpm(betas: ArrayLike<number>): Ddpm {
  const T = betas.length;
  if (T < 1) throw new RangeError("beta: found no steps; expected at least 1");
  const beta = Float64Array.from(betas);
  const bad = beta.findIndex((b) => !(b >= 0 && b < 1));
  if (bad >= 0) throw new RangeError(`beta_${bad + 1}: found ${beta[bad]}; expected 0 to below 1`);
  const alpha = beta.map((b) => 1 - b);
  const alphaBar = new Float64Array(T);
  const noise = new Float64Array(T);
  const betaTilde = new Float64Array(T);
  for (let i = 0; i < T; ++i) {
    const [bar, before] = i > 0 ? [alphaBar[i - 1], noise[i - 1]] : [1, 0];
    alphaBar[i] = bar * alpha[i];
    noise[i] = before + bar * beta[i];
    betaTilde[i] = noise[i] > 0 ? (before / noise[i]) * beta[i] : 0;
  }
  return {T, beta, alpha, alphaBar, noise, betaTilde};
}

const times = (T: number, f: (u: number) => number) => Float64Array.from({length: T}, (_, i) => f(i + 1));

/** beta_t rising in equal steps, as Ho et al. 2020 for T = 1000 (1e-4 to 0.02); other T scaled so that alpha-bar_T stays alike. */
export const linearBetas = (T: number, first = 1e-4, last = 0.02): Float64Array =>
  times(T, (t) => Math.min(0.999, ((first + ((last - first) * (t - 1)) / Math.max(1, T - 1)) * 1000) / T));

/** beta_t from alpha-bar(u) = cos^2((u + c) pi / (2 + 2c)), u = t/T, at most 0.999 (Nichol and Dhariwal 2021, eq. 17). */
export function cosineBetas(T: number, c = 0.008): Float64Array {
  const alphaBar = (u: number) => Math.cos(((u + c) * Math.PI) / (2 + 2 * c)) ** 2;
  return times(T, (t) => Math.min(0.999, 1 - alphaBar(t / T) / alphaBar((t - 1) / T)));
}

/** beta_t from an alpha-bar that falls as a logistic curve in u = t/T from `start` to `end` (Jabri et al. 2022), at most 0.999. */
export function sigmoidBetas(T: number, start = -3, end = 3): Float64Array {
  const logistic = (v: number) => 1 / (1 + Math.exp(-v));
  const [top, low] = [logistic(end), logistic(start)];
  const alphaBar = (u: number) => (top - logistic(start + (end - start) * u)) / (top - low);
  return times(T, (t) => Math.min(0.999, 1 - alphaBar(t / T) / alphaBar((t - 1) / T)));
}

/** beta_t = beta(t/T) / T of a continuous rate (Song et al. 2021, app. B): the chain that tends to its SDE as T grows. */
export const discretised = (beta: (u: number) => number, T: number): Float64Array =>
  times(T, (t) => Math.min(0.999, Math.max(0, beta(t / T) / T)));

/** mu-tilde_t = a x_0 + b x_t, the mean of q(x_(t-1) | x_t, x_0) (Ho et al. 2020, eq. 7); t = 1..T. */
export function posteriorMean({alpha, alphaBar, beta, noise}: Ddpm, t: number): {a: number; b: number} {
  const [bar, before] = t > 1 ? [alphaBar[t - 2], noise[t - 2]] : [1, 0];
  const now = noise[t - 1];
  if (now === 0) return {a: 0, b: 1}; // nothing was added so far
  return {a: (Math.sqrt(bar) * beta[t - 1]) / now, b: (Math.sqrt(alpha[t - 1]) * before) / now};
}

/** mu_theta from a predicted eps: (x_t - beta_t / sqrt(1 - alpha-bar_t) eps) / sqrt(alpha_t) (eq. 11), as factors of x_t and eps. */
export function meanFromEps({alpha, beta, noise}: Ddpm, t: number): {x: number; eps: number} {
  const root = Math.sqrt(alpha[t - 1]);
  return {x: 1 / root, eps: noise[t - 1] > 0 ? -beta[t - 1] / Math.sqrt(noise[t - 1]) / root : 0};
}
