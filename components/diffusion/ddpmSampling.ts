import {sampling, type SamplingState} from "./algorithm2.js";
import {random} from "../compute/random.js";
import type {Ddpm} from "./ddpm.js";
import {constantSigma, type ExactDenoiser} from "./denoiser.js";
import {stepVariance, type StepVariance} from "./elbo.js";

export {sampling, type SamplingInput, type SamplingState} from "./algorithm2.js";

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
