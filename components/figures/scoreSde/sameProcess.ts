/** Two schedules at times of equal sigma: x / s is the same process, whatever s(t) and sigma(t) are. */
import {random} from "../../compute/random.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import {drift, timeOf, type Schedule} from "../../diffusion/schedule.js";
import {timeRange} from "../../diffusion/times.js";
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {heun} from "../../samplers/heun.js";
import type {Sampler, SamplerInput} from "../../samplers/sampler.js";
import {track, type Track} from "../../samplers/track.js";
import type {Lines} from "../lab/lines.js";
import type {Layer, Plane} from "../lab/plane.js";
import {inWords, logSlope} from "./fit.js";
import {samplingTimes} from "../lab/timeAxis.js";

export interface SameProcessInput {
  law: GaussianMixture;
  denoiser: Denoiser;
  /** The two schedules. */
  schedules: readonly [Schedule, Schedule];
  /** Draws of the law [n, d]. */
  data: Float64Array;
  seed: number;
  steps: number;
}

export interface SameProcess {
  law: GaussianMixture;
  /** The common noise levels, rising [steps + 1]. */
  sigma: Float64Array;
  /** Of each schedule: x / s along the ODE (falling levels) and the forward SDE (rising levels). */
  ode: readonly [Track, Track];
  sde: readonly [Track, Track];
  /** The greatest RMS distance between the two over all levels, in the deviation sqrt(1 + sigma^2) of x / s. */
  difference: {ode: number; sde: number};
}

/** The noise levels that both schedules go through. */
export function commonLevels(schedules: readonly [Schedule, Schedule]): [low: number, high: number] {
  const [low, high] = [1, 0].map((end) =>
    schedules.map((schedule) => schedule.sigma(timeRange(schedule)[end]))
  );
  return [Math.max(...low), Math.min(...high)];
}

/** A sentence for two schedules that have no noise level in common; empty otherwise. */
export function apart(schedules: readonly [Schedule, Schedule]): string {
  const [low, high] = commonLevels(schedules);
  return high > low * 1.01
    ? ""
    : `The two schedules have no noise level in common: ${schedules.map((s) => `σ of ${s.name} goes from ${s.sigma(timeRange(s)[1]).toPrecision(2)} to ${s.sigma(s.t_max).toPrecision(2)}`).join("; ")}.`;
}

/** Both schedules from the same data, the same noise and the same Brownian path, at times of equal sigma. */
export async function sameProcess({
  law,
  denoiser,
  schedules,
  data,
  seed,
  steps
}: SameProcessInput): Promise<SameProcess> {
  const d = law.dimension;
  const n = data.length / d;
  const [a, b] = schedules;
  const [low, high] = commonLevels(schedules);
  const times = samplingTimes(a, steps, [timeOf(a, low), timeOf(a, high)]).reverse();
  const sigma = times.map(a.sigma);
  const noise = random(seed, 5).fillNormal(new Float64Array(n * d));
  const input = (schedule: Schedule, from: "data" | "noise"): SamplerInput => {
    const rising = schedule === a ? times : sigma.map((level) => timeOf(schedule, level));
    const own = from === "data" ? rising : rising.slice().reverse();
    const [s, level] = [schedule.s(own[0]), sigma[from === "data" ? 0 : steps]];
    const x = noise.map(
      (z, i) => s * (from === "data" ? data[i] + level * z : Math.sqrt(1 + level ** 2) * z)
    );
    return {denoiser, schedule, times: own, x, n, rng: random(seed, 6)};
  };
  const run = async (sampler: Sampler, from: "data" | "noise", schedule: Schedule) =>
    unscaled(await track(sampler, input(schedule, from)), schedule);
  const ode = [await run(heun, "noise", a), await run(heun, "noise", b)] as const;
  const sde = [await run(onItsClock, "data", a), await run(onItsClock, "data", b)] as const;
  return {
    law,
    sigma,
    ode,
    sde,
    difference: {ode: difference(ode, sigma, false), sde: difference(sde, sigma, true)}
  };
}

/**
 * Euler's method on the forward SDE, with noise from a Brownian motion of the clock sigma^2: the integral of g / s dw over a step is
 * sqrt(sigma_(i+1)^2 - sigma_i^2) z, so that two schedules are driven by one motion.
 */
const onItsClock: Sampler = async ({schedule, times, x: start, rng, observe}) => {
  let x = start;
  observe?.(0, times[0], x);
  for (let i = 0; i + 1 < times.length; ++i) {
    const [t, next] = [times[i], times[i + 1]];
    const keep = 1 + (next - t) * drift(schedule, t);
    const kick = schedule.s(t) * Math.sqrt(Math.max(0, schedule.sigma(next) ** 2 - schedule.sigma(t) ** 2));
    x = x.map((v) => keep * v + kick * rng.normal());
    observe?.(i + 1, next, x);
  }
  return {x, evaluations: 0};
};

const unscaled = (track: Track, {s}: Schedule): Track => ({
  ...track,
  points: track.points.map((x, i) => x.map((v) => v / s(track.times[i])))
});

function difference([a, b]: readonly [Track, Track], sigma: Float64Array, rising: boolean): number {
  let most = 0;
  const last = sigma.length - 1;
  for (let i = 0; i <= last; ++i) {
    let sum = 0;
    for (let k = 0; k < a.points[i].length; ++k) sum += (a.points[i][k] - b.points[i][k]) ** 2;
    const level = sigma[rising ? i : last - i];
    most = Math.max(most, Math.sqrt(sum / a.points[i].length / (1 + level ** 2)));
  }
  return most;
}

/** Numbers of steps whose differences are shown. */
const STEPS = [10, 20, 40, 80];

export interface Differences {
  steps: number[];
  ode: number[];
  sde: number[];
}

export async function differences(input: Omit<SameProcessInput, "steps">): Promise<Differences> {
  const found: Differences = {steps: STEPS, ode: [], sde: []};
  for (const steps of STEPS) {
    const {difference} = await sameProcess({...input, steps});
    found.ode.push(difference.ode);
    found.sde.push(difference.sde);
  }
  return found;
}

export function differenceLines({steps, ode, sde}: Differences, now: number): Lines {
  const slope = (y: number[]) => inWords(logSlope(steps.slice(1), y.slice(1)));
  return {
    x: {label: "steps", log: true, domain: [9, 89]},
    y: {label: "RMS difference", log: true},
    rules: [{x: now, dash: "3 3"}],
    series: [
      {name: `forward SDE: ${slope(sde)}`, color: "--series-encodings", x: steps, y: sde, dots: true},
      {name: `probability-flow ODE: ${slope(ode)}`, color: "--series-live", x: steps, y: ode, dots: true}
    ],
    label: "Difference between the two schedules at times of equal noise level against the number of steps"
  };
}

/** x / s of both, divided by sqrt(1 + sigma^2), against sigma. */
export function samePlane(
  {law, sigma, ode, sde}: SameProcess,
  show: {ode: boolean; sde: boolean},
  paths: number
): Plane {
  const d = law.dimension;
  const last = sigma.length - 1;
  const drawn = ({points}: Track, rising: boolean) => {
    const count = Math.min(paths, points[0].length / d);
    const xy = new Float32Array(count * (last + 1) * 2);
    for (let i = 0; i <= last; ++i) {
      const level = sigma[rising ? i : last - i];
      for (let j = 0; j < count; ++j) {
        const at = 2 * (j * (last + 1) + i);
        xy[at] = level;
        xy[at + 1] = points[i][j * d] / Math.sqrt(1 + level ** 2);
      }
    }
    return {xy, n: count, m: last + 1};
  };
  const layers: Layer[] = [];
  const both = ([a, b]: readonly [Track, Track], rising: boolean, color: string) =>
    layers.push(
      {kind: "paths", ...drawn(a, rising), color: "--series-gaussian", width: 5, opacity: 0.5},
      {kind: "paths", ...drawn(b, rising), color, width: 1.3}
    );
  if (show.sde) both(sde, true, "--series-encodings");
  if (show.ode) both(ode, false, "--series-live");
  return {
    x: {domain: [sigma[0], sigma[last]], label: "σ", log: true},
    y: {domain: [-3.4, 3.4], label: `${d === 1 ? "x" : "x₁"} / s√(1 + σ²)`},
    layers,
    label: "Paths of x / s against the noise level for both schedules, one over the other"
  };
}
