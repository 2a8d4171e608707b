import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {random} from "../compute/random.js";
import type {Denoiser} from "../diffusion/denoiser.js";
import {samplingLevels} from "../diffusion/network.js";
import {priorDenoiser, type PriorWeights} from "../diffusion/prior.js";
import {unstandardise} from "../diffusion/standardise.js";
import {decode, type FlowOptions, type Levels} from "../samplers/probabilityFlow.js";

export interface SampleOptions extends FlowOptions, Levels {
  /** Number of samples. */
  n: number;
  seed: number;
  /** Number of the first of them, so that several threads can share a set (default 0). */
  first?: number;
  /** Trajectories integrated together (default 512): bounds the memory, and how long a cancel takes. */
  batchSize?: number;
}

export interface PriorSamples {
  /** In the units of the latents [n, d]. */
  z: Float64Array;
  /** Denoiser calls of each trajectory [n]. */
  evaluations: Int32Array;
}

/**
 * Draws from a prior by the probability-flow ODE: x at sigma_max from N(0, sigma_max^2 I), down to sigma_min, one
 * denoiser call to 0, back to the latents' units. Sample i is the same whatever n, batch and thread.
 * @param partial called after each batch with the samples so far
 */
export async function samplePrior(
  prior: PriorWeights,
  options: SampleOptions,
  context: JobContext = quiet,
  partial?: (done: PriorSamples) => void,
  denoiser: Denoiser = priorDenoiser(prior)
): Promise<PriorSamples> {
  const {n, seed, first = 0, batchSize = 512} = options;
  const {zdim: d} = prior.config;
  const levels = {...samplingLevels(prior.config), ...options};
  const z = new Float64Array(n * d);
  const evaluations = new Int32Array(n);
  for (let start = 0; start < n; start += batchSize) {
    await context.turn();
    const rows = Math.min(batchSize, n - start);
    const noise = initialNoise(seed, first + start, rows, d, levels.sigma_max);
    const done = await decode(denoiser, noise, rows, levels, {...context, progress: () => {}});
    z.set(unstandardise(done.x, prior.standardisation), start * d);
    evaluations.set(done.evaluations, start);
    context.progress(start + rows, n);
    const end = start + rows;
    partial?.({z: z.slice(0, end * d), evaluations: evaluations.slice(0, end)});
  }
  return {z, evaluations};
}

/** Starting points of trajectories `first` .. `first + n - 1` of a seed, each from a stream of its own [n, d]. */
export function initialNoise(
  seed: number,
  first: number,
  n: number,
  d: number,
  sigma_max: number
): Float64Array {
  const noise = new Float64Array(n * d);
  for (let i = 0; i < n; ++i)
    random(seed, 0x4e4f4953, first + i).fillNormal(noise.subarray(i * d, (i + 1) * d));
  return noise.map((v) => v * sigma_max);
}
