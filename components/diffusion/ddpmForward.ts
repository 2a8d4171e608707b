import type {Rng} from "../compute/random.js";
import type {Ddpm} from "./ddpm.js";
import type {GaussianMixture} from "./gaussianMixture.js";

/** The exact law of x_t, t = 0 .. T, where x_0 follows a mixture: sqrt(alpha-bar_t) x_0 + sqrt(1 - alpha-bar_t) n. */
export function forwardLaw({alphaBar, noise}: Ddpm, m: GaussianMixture, t: number): GaussianMixture {
  if (t === 0) return m;
  const [bar, more] = [alphaBar[t - 1], noise[t - 1]];
  const s = Math.sqrt(bar);
  return {...m, means: m.means.map((v) => s * v), variances: m.variances.map((v) => bar * v + more)};
}

/** Standard normals of every step of a forward chain [T, size]. */
export const stepNoises = (T: number, size: number, rng: Rng): Float64Array =>
  rng.fillNormal(new Float64Array(T * size));

/**
 * The forward chain, step by step (the talk's q(x_t | x_(t-1))): x_t = sqrt(1 - beta_t) x_(t-1) + sqrt(beta_t) eps_t.
 * @param x0 [size]
 * @param noises eps_1 .. eps_T [T, size]
 * @returns x_0 .. x_T, each [size]
 */
export function forwardChain({T, alpha, beta}: Ddpm, x0: Float64Array, noises: Float64Array): Float64Array[] {
  const size = x0.length;
  const states = [x0];
  for (let t = 1; t <= T; ++t) {
    const [keep, add] = [Math.sqrt(alpha[t - 1]), Math.sqrt(beta[t - 1])];
    const before = states[t - 1];
    const x = new Float64Array(size);
    for (let i = 0, at = (t - 1) * size; i < size; ++i, ++at) x[i] = keep * before[i] + add * noises[at];
    states.push(x);
  }
  return states;
}

/** How much of each step's noise is left in x_t: sqrt(alpha-bar_t / alpha-bar_s) sqrt(beta_s), s = 1 .. t. Squares sum to 1 - alpha-bar_t. */
export function noiseShares({alphaBar, beta}: Ddpm, t: number): Float64Array {
  const shares = new Float64Array(t);
  for (let s = 1; s <= t; ++s) shares[s - 1] = Math.sqrt((alphaBar[t - 1] / alphaBar[s - 1]) * beta[s - 1]);
  return shares;
}

/** The steps' noises combined into the one eps of the closed form, of variance 1 [size]; zero where none was added yet. */
export function combinedNoise(chain: Ddpm, t: number, noises: Float64Array, size: number): Float64Array {
  const eps = new Float64Array(size);
  if (t === 0 || chain.noise[t - 1] === 0) return eps;
  const shares = noiseShares(chain, t);
  const scale = 1 / Math.sqrt(chain.noise[t - 1]);
  for (let s = 0; s < t; ++s)
    for (let i = 0, at = s * size; i < size; ++i, ++at) eps[i] += scale * shares[s] * noises[at];
  return eps;
}

/** The closed form q(x_t | x_0) on given noise: sqrt(alpha-bar_t) x_0 + sqrt(1 - alpha-bar_t) eps. */
export function closedForm(
  {alphaBar, noise}: Ddpm,
  t: number,
  x0: Float64Array,
  eps: Float64Array
): Float64Array {
  if (t === 0) return x0;
  const [signal, level] = [Math.sqrt(alphaBar[t - 1]), Math.sqrt(noise[t - 1])];
  return x0.map((v, i) => signal * v + level * eps[i]);
}

/** The largest difference between two arrays of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < a.length; ++i) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}
