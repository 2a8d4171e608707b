import type {JobContext} from "../compute/job.js";
import type {Rng} from "../compute/random.js";
import {constantSigma, type Denoiser} from "../diffusion/denoiser.js";
import type {Schedule} from "../diffusion/schedule.js";

/** What every sampler is given: points at the first time, and the times to visit, from noise to data. */
export interface SamplerInput {
  denoiser: Denoiser;
  schedule: Schedule;
  /** Falling times t_0 > t_1 > ... > t_N; at the last one sigma may be 0. */
  times: ArrayLike<number>;
  /** Points at t_0 [n, d]: s(t_0) sigma(t_0) times standard normals, if nothing else. */
  x: Float64Array;
  /** Number of points. */
  n: number;
  /** Where a sampler draws noise. */
  rng: Rng;
  /** Called with the points at each time, the first and the last among them (to be copied, not kept). */
  observe?(step: number, t: number, x: Float64Array): void;
  context?: JobContext;
}

export interface Sampled {
  /** Points at the last time [n, d]. */
  x: Float64Array;
  /** Denoiser calls of each point. */
  evaluations: number;
}

/** Samplers differ in how they go from one time to the next, and in nothing else. */
export type Sampler = (input: SamplerInput) => Promise<Sampled>;

/** What one step is given: two times with their scales and noise levels, and D at a place of one's choice. */
export interface StepContext {
  t: number;
  next: number;
  s: number;
  sigma: number;
  sNext: number;
  sigmaNext: number;
  schedule: Schedule;
  rng: Rng;
  /** D(x / s; sigma), counted; defaults to the place where the step begins. */
  denoise(x: Float64Array, s?: number, sigma?: number): Promise<Float64Array>;
}

/** A sampler of its step: goes through the times, counts the denoiser's calls, tells the observer, hears a cancel. */
export const sampler =
  (step: (x: Float64Array, at: StepContext) => Promise<Float64Array> | Float64Array): Sampler =>
  async ({denoiser, schedule, times, x: start, n, rng, observe, context}) => {
    let evaluations = 0;
    let x = start;
    observe?.(0, times[0], x);
    for (let i = 0; i + 1 < times.length; ++i) {
      await context?.turn();
      context?.progress(i, times.length - 1);
      const [t, next] = [times[i], times[i + 1]];
      const [s, sigma] = [schedule.s(t), schedule.sigma(t)];
      x = await step(x, {
        t,
        next,
        s,
        sigma,
        sNext: schedule.s(next),
        sigmaNext: schedule.sigma(next),
        schedule,
        rng,
        async denoise(at, scale = s, level = sigma) {
          ++evaluations;
          return denoiser(scale === 1 ? at : at.map((v) => v / scale), constantSigma(n, level));
        }
      });
      observe?.(i + 1, next, x);
    }
    return {x, evaluations};
  };

/** dx/dt of the probability-flow ODE, one component: (s'/s + sigma'/sigma) x - s sigma'/sigma D (Karras et al. 2022, eq. 81). */
export function flowSlope({s, sigma, ds, dsigma}: Schedule, t: number): (x: number, D: number) => number {
  const rise = dsigma(t) / sigma(t);
  const own = ds(t) / s(t) + rise;
  const pull = s(t) * rise;
  return (x, D) => own * x - pull * D;
}

/** n + 1 times in equal steps from a schedule's last to its first. */
export const evenTimes = ({t_min, t_max}: Schedule, n: number): Float64Array =>
  Float64Array.from({length: n + 1}, (_, i) => t_max + ((t_min - t_max) * i) / n);
