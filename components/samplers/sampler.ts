import type {JobContext} from "../compute/job.js";
import type {Rng} from "../compute/random.js";
import {constantSigma, type Denoiser} from "../diffusion/denoiser.js";
import type {Schedule} from "../diffusion/schedule.js";

/** What every sampler is given: points at the first time, and the times to visit, from noise to data. */
export interface SamplerInput {
  denoiser: Denoiser;
  schedule: Schedule;
  /**
   * Falling times t_0 > t_1 > ... > t_N, at the last of which sigma may be 0; those that solve the ODE go up as well, from data to
   * noise, along rising times.
   */
  times: ArrayLike<number>;
  /** Points at t_0 [n, d]: s(t_0) sigma(t_0) times standard normals, if nothing else. */
  x: Float64Array;
  /** Number of points. */
  n: number;
  /** Where a sampler draws noise. */
  rng: Rng;
  /** Called with the points at each time, the first and the last among them (to be copied, not kept). */
  observe?(step: number, t: number, x: Float64Array): void;
  /**
   * Where trajectories have times of their own (`adaptive`): called with each state that a step reached, the first among them; row,
   * time, state [d] (to be copied, not kept). Samplers that keep to `times` don't call it.
   */
  observePath?(row: number, t: number, x: Float64Array): void;
  context?: JobContext;
}

export interface Sampled {
  /** Points at the last time [n, d]. */
  x: Float64Array;
  /** Denoiser calls of a point; the mean where they differ. */
  evaluations: number;
  /** Denoiser calls of each point [n], where they differ. */
  calls?: Int32Array;
}

/** Samplers differ in how they go from one time to the next, and in nothing else. */
export type Sampler = (input: SamplerInput) => Promise<Sampled>;

const known = new WeakSet<object>();

/** Says of a function that it is a sampler, so that `isSampler` knows it: pages offer such functions of a reader's cell. */
export function asSampler(run: Sampler): Sampler {
  known.add(run);
  return run;
}

/** Whether something is a sampler that `sampler` or `asSampler` made. */
export const isSampler = (value: unknown): value is Sampler =>
  typeof value === "function" && known.has(value);

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

/**
 * A sampler of its step: goes through the times, counts the denoiser's calls, tells the observer, hears a cancel.
 * @param options.encodes whether it can go up too, from data to noise: one that draws noise can't. Default true
 * @throws RangeError for rising times where it can't, or where they begin without noise
 */
export const sampler = (
  step: (x: Float64Array, at: StepContext) => Promise<Float64Array> | Float64Array,
  {encodes = true} = {}
): Sampler =>
  asSampler(async ({denoiser, schedule, times, x: start, n, rng, observe, context}) => {
    if (!encodes) onlyFalling(times);
    if (times.length > 1 && schedule.sigma(times[0]) === 0)
      throw new RangeError(
        `times: found sigma = 0 at the first, t = ${times[0]}; expected noise, however little`
      );
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
          return denoiser(scale === 1 ? at : divided(at, scale), constantSigma(n, level));
        }
      });
      observe?.(i + 1, next, x);
    }
    return {x, evaluations};
  });

/** Refuses to go from data to noise. @throws RangeError where a time is later than the one before it */
export function onlyFalling(times: ArrayLike<number>): void {
  for (let i = 1; i < times.length; ++i)
    if (times[i] > times[i - 1])
      throw new RangeError(
        `times: found t = ${times[i - 1]} and then ${times[i]}; expected falling times, for a sampler that draws noise can't encode`
      );
}

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

function divided(x: Float64Array, scale: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let i = 0; i < y.length; ++i) y[i] = x[i] / scale; // several times as fast as map
  return y;
}
