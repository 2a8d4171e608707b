import {random} from "../compute/random.js";
import type {Ddpm} from "./ddpm.js";
import {constantSigma, type ExactDenoiser} from "./denoiser.js";
import {stepVariance, type StepVariance} from "./elbo.js";

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

/** eps_theta(x, t) of a denoiser; zero where there is no noise yet. */
export const epsModel =
  ({alphaBar, noise}: Ddpm, denoiser: ExactDenoiser, d: number) =>
  (x: Float64Array, t: number): Float64Array => {
    const level = noise[t - 1];
    if (level === 0) return new Float64Array(x.length);
    const s = Math.sqrt(alphaBar[t - 1]);
    const sigma = Math.sqrt(level) / s;
    const y = x.map((v) => v / s);
    const D = denoiser(y, constantSigma(x.length / d, sigma));
    for (let i = 0; i < D.length; ++i) D[i] = (y[i] - D[i]) / sigma;
    return D;
  };

export interface SamplingRun {
  chain: Ddpm;
  denoiser: ExactDenoiser;
  /** Particles, and their dimensions. */
  n: number;
  d: number;
  seed: number;
  variance: StepVariance;
}

/** Algorithm 2 from its beginning to its end, every line's variables kept. */
export function recordSampling({chain, denoiser, n, d, seed, variance}: SamplingRun): SamplingState[] {
  const rng = random(seed, 0x53414d50);
  const size = n * d;
  return [
    ...sampling({
      T: chain.T,
      alpha: (t) => chain.alpha[t - 1],
      // Nothing was added up to there: eps is 0, and by any other number it may be divided.
      noise: (t) => chain.noise[t - 1] || 1,
      sigma: (t) => Math.sqrt(stepVariance(chain, t, variance)),
      eps_theta: epsModel(chain, denoiser, d),
      normal: () => rng.fillNormal(new Float64Array(size)),
      zero: () => new Float64Array(size)
    })
  ];
}

/** The place of a line among the recorded states: line 1 once, lines 2 to 4 for each t, line 6 at the end. */
export const placeOfLine = (T: number, t: number, line: SamplingState["line"]): number =>
  line === 1 ? 0 : line === 6 ? 3 * T + 1 : 3 * (T - t) + line - 1;

/** x_T .. x_0 of a recording: x_t at index T - t. */
export const chainOfStates = (states: readonly SamplingState[]): Float64Array[] =>
  states.filter(({line}) => line === 1 || line === 4).map(({x}) => x);
