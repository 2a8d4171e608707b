// This file imports nothing, and the build leaves it as it is: a page shows the text of its function.

/** What Algorithm 2 is given, by the names of its lines. */
export interface SamplingInput {
  T: number;
  /** alpha_t, 1 - alpha-bar_t and sigma_t, t = 1 .. T. */
  alpha(t: number): number;
  noise(t: number): number;
  sigma(t: number): number;
  /** The model. */
  eps_theta(x: Float64Array, t: number): Float64Array;
  /** Standard normals for all particles, drawn anew; and zeros. */
  normal(): Float64Array;
  zero(): Float64Array;
}

/** Where Algorithm 2 stands after one of its lines, and its variables; arrays [n, d], not changed later. */
export interface SamplingState {
  line: 1 | 2 | 3 | 4 | 6;
  t: number;
  /** x_t; after line 4 it is x_(t-1). */
  x: Float64Array;
  z?: Float64Array;
  eps?: Float64Array;
  mu?: Float64Array;
}

/**
 * Algorithm 2 of Ho et al. 2020, stopping after each line. What a page shows as its code is this function's own text
 * (`ancestral` in samplers/ is the same without the stops).
 */
export function* sampling(given: SamplingInput): Generator<SamplingState, Float64Array> {
  const {T, alpha, noise, sigma, eps_theta, normal, zero} = given;
  let x = normal();
  yield {line: 1, t: T, x};
  for (let t = T; t >= 1; --t) {
    yield {line: 2, t, x};
    const z = t > 1 ? normal() : zero();
    yield {line: 3, t, x, z};
    const eps = eps_theta(x, t);
    const c = (1 - alpha(t)) / Math.sqrt(noise(t));
    const root = Math.sqrt(alpha(t));
    const mu = x.map((v, i) => (v - c * eps[i]) / root);
    x = mu.map((m, i) => m + sigma(t) * z[i]);
    yield {line: 4, t, x, z, eps, mu};
  }
  yield {line: 6, t: 0, x};
  return x;
}
