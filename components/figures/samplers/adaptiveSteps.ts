import {laterNoiseOf, noiseOf} from "../../analysis/samplerRace.js";
import type {JobContext} from "../../compute/job.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import type {Schedule} from "../../diffusion/schedule.js";
import {adaptive} from "../../samplers/adaptive.js";
import {sharedAdaptive} from "../../samplers/sharedAdaptive.js";
import {stepSizes, type StepSizes} from "../../samplers/stepSizes.js";
import {startingNoise} from "../../samplers/track.js";
import type {Layer, Plane} from "../lab/plane.js";

export interface AdaptiveInput {
  denoiser: Denoiser;
  schedule: Schedule;
  /** First and last time. */
  times: ArrayLike<number>;
  n: number;
  d: number;
  seed: number;
  /** Relative and absolute. */
  tolerance: number;
  context?: JobContext;
}

export interface AdaptiveSteps {
  /** Each trajectory with steps of its own, and the same trajectories with one step for all. */
  own: StepSizes;
  shared: StepSizes;
}

/** Adaptive Dormand-Prince from the same noise twice: with steps of each trajectory's own, and with one step for all. */
export async function adaptiveSteps({
  tolerance,
  n,
  d,
  seed,
  ...input
}: AdaptiveInput): Promise<AdaptiveSteps> {
  const options = {rtol: tolerance, atol: tolerance};
  const run = (sampler: typeof adaptive) =>
    stepSizes(sampler(options), {
      ...input,
      n,
      x: startingNoise(input.schedule, input.times[0], {n, d, rng: noiseOf(seed, 0)}),
      rng: laterNoiseOf(seed, 0)
    });
  return {own: await run(adaptive), shared: await run(sharedAdaptive)};
}

/** Noise level at the middle of each step, and the step's size in ln sigma [steps, 2]. */
export function sizesOf(levels: Float64Array): Float32Array {
  const xy: number[] = [];
  for (let i = 1; i < levels.length; ++i) {
    // A last step to no noise at all has no size in the logarithm.
    if (!(levels[i] > 0) || levels[i] === levels[i - 1]) continue;
    xy.push(Math.sqrt(levels[i] * levels[i - 1]), Math.abs(Math.log(levels[i - 1] / levels[i])));
  }
  return Float32Array.from(xy);
}

/** Step sizes against the noise level: every trajectory's, one of them marked, and the step that suits all. */
export function stepSizesPlane({own, shared}: AdaptiveSteps, {row = 0} = {}): Plane {
  const sizes = own.levels.map(sizesOf);
  const common = sizesOf(shared.levels[0]);
  let [low, high, least, most] = [Infinity, 0, Infinity, 0];
  for (const xy of [...sizes, common])
    for (let i = 0; i < xy.length; i += 2) {
      low = Math.min(low, xy[i]);
      high = Math.max(high, xy[i]);
      // The shared step begins by feeling its way: what is shorter than all others' would only press these together
      if (xy !== common) least = Math.min(least, xy[i + 1]);
      most = Math.max(most, xy[i + 1]);
    }
  const cloud = new Float32Array(sizes.reduce((sum, xy) => sum + xy.length, 0));
  sizes.reduce((at, xy) => (cloud.set(xy, at), at + xy.length), 0);
  const marked = sizes[Math.min(row, sizes.length - 1)];
  const layers: Layer[] = [
    {kind: "points", xy: cloud, color: "--series-gaussian", radius: 1.5, opacity: 0.5},
    {kind: "curve", xy: common, color: "--series-encodings", width: 2.4},
    {kind: "points", xy: common, color: "--series-encodings", radius: 3.2},
    {kind: "curve", xy: marked, color: "--series-prior", width: 2.4},
    {kind: "points", xy: marked, color: "--series-prior", radius: 3.2}
  ];
  return {
    x: {domain: [low / 1.3, high * 1.3], label: "σ", log: true},
    y: {domain: [least / 2, most * 1.3], label: "size of a step, in ln σ", log: true},
    layers,
    label: `Sizes of the steps of ${sizes.length} trajectories against the noise level, and of the step that all share`
  };
}

/** How many trajectories needed how many denoiser calls; a line where one step serves all. */
export function callsPlane({own, shared}: AdaptiveSteps): Plane {
  const counts = new Map<number, number>();
  for (const c of own.calls!) counts.set(c, (counts.get(c) ?? 0) + 1);
  const n = own.calls!.length;
  const each = 6; // calls of a step more
  const all = shared.evaluations;
  const low = Math.min(...counts.keys(), all) - 2 * each;
  const high = Math.max(...counts.keys(), all) + 2 * each;
  const top = Math.max(...counts.values()) / n;
  const xy: number[] = [];
  for (const [calls, count] of [...counts].sort(([a], [b]) => a - b)) {
    const [a, b] = [calls - 0.42 * each, calls + 0.42 * each];
    xy.push(a, 0, a, count / n, b, count / n, b, 0, NaN, NaN);
  }
  return {
    x: {domain: [Math.max(0, low), high], label: "denoiser calls of a trajectory"},
    y: {domain: [0, 1.15 * top], label: "part of the trajectories"},
    layers: [
      {kind: "curve", xy: Float32Array.from(xy), color: "--series-prior", width: 2},
      {kind: "rule", x: own.evaluations, color: "--series-prior", dash: [5, 3]},
      {kind: "rule", x: all, color: "--series-encodings"}
    ],
    label: `Denoiser calls of ${n} trajectories, ${own.evaluations.toFixed(1)} on average; with one step for all, ${all}`
  };
}
