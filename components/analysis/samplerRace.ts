import {quiet, type JobContext} from "../compute/job.js";
import {random} from "../compute/random.js";
import type {Denoiser} from "../diffusion/denoiser.js";
import type {GaussianMixture} from "../diffusion/gaussianMixture.js";
import type {Schedule} from "../diffusion/schedule.js";
import {adaptive} from "../samplers/adaptive.js";
import type {Sampler} from "../samplers/sampler.js";
import {startingNoise} from "../samplers/track.js";
import {lawError, type ErrorFloor} from "./lawError.js";

/** One sampler with one number of steps, or one strength: a point of a curve. */
export interface Run {
  /** Which curve it belongs to. */
  series: number;
  /** What the curve is drawn against, where it isn't denoiser calls. */
  value: number;
  steps: number;
  sampler: Sampler;
  /** Whether it solves the ODE, and is to be held against the exact end points; one that draws noise is not, in any case. */
  solvesOde: boolean;
}

export interface RaceSetting {
  mixture: GaussianMixture;
  denoiser: Denoiser;
  schedule: Schedule;
  /** Times of so many steps, from the schedule's end down. */
  times(steps: number): Float64Array;
  /** Points of a draw. */
  n: number;
  /** Draws, each from noise of its own; the same ones for every run. Default 1. */
  draws?: number;
  seed: number;
  /** Whether ODE samplers are held against a precise solution from the same noise. Default true. */
  reference?: boolean;
}

/** How far from the law a run's points are. Arrays have one number a draw. */
export interface RunError {
  series: number;
  value: number;
  steps: number;
  /** Denoiser calls of a point, the mean where they differ. */
  calls: number;
  /** Sliced W2 to the law. */
  w2: number[];
  /** MMD^2 to the law. */
  mmd2: number[];
  /** Root mean square distance to the exact end points of the ODE, for those that solve it. */
  rms?: number[];
}

export interface RaceResult {
  /** Runs so far, in their order. */
  errors: RunError[];
  floor: ErrorFloor;
}

/** Relative and absolute tolerance of the precise solution. */
const PRECISE = 1e-9;

/** Noise of a draw, and where its sampler goes on drawing: the same for every run, so that they differ in the sampler alone. */
export const noiseOf = (seed: number, draw: number) => random(seed, 0x52414345, draw);
export const laterNoiseOf = (seed: number, draw: number) => random(seed, 0x52414346, draw);

/**
 * Runs samplers one after the other, each from the same noise, and measures how far their points are from the law.
 * @param partial told what is known after each run
 * @throws the signal's reason when cancelled
 */
export async function samplerRace(
  runs: readonly Run[],
  {mixture, denoiser, schedule, times, n, draws = 1, seed, reference = true}: RaceSetting,
  context: JobContext = quiet,
  partial?: (result: RaceResult) => void
): Promise<RaceResult> {
  const d = mixture.dimension;
  const inside = {...context, progress: () => {}};
  const measure = lawError(mixture, n, {seed});
  const {floor} = measure;
  const work = runs.length * draws;
  const ends = times(1);
  const starts = Array.from({length: draws}, (_, draw) =>
    startingNoise(schedule, ends[0], {n, d, rng: noiseOf(seed, draw)})
  );
  const exact: Float64Array[] = [];
  if (reference && runs.some(({solvesOde}) => solvesOde))
    for (const x of starts) {
      const solve = adaptive({rtol: PRECISE, atol: PRECISE});
      exact.push(
        (await solve({denoiser, schedule, times: ends, x, n, rng: noiseOf(seed, 0), context: inside})).x
      );
      await context.turn();
    }
  const errors: RunError[] = [];
  for (const {sampler, steps, series, value, solvesOde} of runs) {
    const error: RunError = {
      series,
      value,
      steps,
      calls: 0,
      w2: [],
      mmd2: [],
      rms: solvesOde && exact.length ? [] : undefined
    };
    for (let draw = 0; draw < draws; ++draw) {
      await context.turn();
      const rng = laterNoiseOf(seed, draw);
      const before = String(rng.state());
      const {x, evaluations} = await sampler({
        denoiser,
        schedule,
        times: times(steps),
        x: starts[draw].slice(),
        n,
        rng,
        context: inside
      });
      if (String(rng.state()) !== before) error.rms = undefined;
      error.calls += evaluations / draws;
      const found = measure.of(x);
      error.w2.push(found.w2);
      error.mmd2.push(found.mmd2);
      error.rms?.push(rootMeanSquare(x, exact[draw]) * Math.sqrt(d));
      context.progress(errors.length * draws + draw + 1, work);
    }
    errors.push(error);
    partial?.({errors: [...errors], floor});
  }
  return {errors, floor};
}

function rootMeanSquare(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}

export const mean = (v: readonly number[]): number => v.reduce((sum, each) => sum + each, 0) / v.length;

/** Standard error of the mean of v; 0 for one value. */
export function meanError(v: readonly number[]): number {
  if (v.length < 2) return 0;
  const m = mean(v);
  return Math.sqrt(v.reduce((sum, each) => sum + (each - m) ** 2, 0) / (v.length - 1) / v.length);
}

/**
 * The order that errors fall with: minus the slope of ln error against ln calls, by least squares over the last points of the curve that
 * still lie well above a floor. Undefined for fewer than two.
 */
export function measuredOrder(
  points: readonly {calls: number; error: number}[],
  {floor = 0, last = 4} = {}
): number | undefined {
  const used = points.filter(({error, calls}) => error > 3 * floor && error > 0 && calls > 0).slice(-last);
  if (used.length < 2) return undefined;
  const x = used.map(({calls}) => Math.log(calls));
  const y = used.map(({error}) => Math.log(error));
  const [mx, my] = [mean(x), mean(y)];
  const spread = x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  if (spread === 0) return undefined;
  return -x.reduce((sum, v, i) => sum + (v - mx) * (y[i] - my), 0) / spread;
}

/** Calls of a curve at an error, by straight lines in logarithms; undefined where the curve doesn't pass it. */
export function callsAt(
  points: readonly {calls: number; error: number}[],
  error: number
): number | undefined {
  for (let i = 1; i < points.length; ++i) {
    const [a, b] = [points[i - 1], points[i]];
    if (!(a.error >= error && b.error <= error && a.error > b.error)) continue;
    const part = Math.log(a.error / error) / Math.log(a.error / b.error);
    return a.calls * (b.calls / a.calls) ** part;
  }
  return undefined;
}

/** The points of one curve of a race, in the order of their calls. */
export const curveOf = (errors: readonly RunError[], series: number): RunError[] =>
  errors.filter((run) => run.series === series).sort((a, b) => a.calls - b.calls);

/** Part of the second curve's calls that the first needs, at an error; undefined where one doesn't pass it. */
export function partOfCalls(
  errors: readonly RunError[],
  [first, second]: readonly [number, number],
  error: number
): number | undefined {
  const [a, b] = [first, second].map((s) =>
    callsAt(curveOf(errors, s).map(({calls, rms}) => ({calls, error: mean(rms ?? [NaN])})), error)
  ); // prettier-ignore
  return a !== undefined && b !== undefined ? a / b : undefined;
}
