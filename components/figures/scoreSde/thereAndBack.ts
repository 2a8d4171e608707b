/** Data carried to noise by the probability-flow ODE, and back: an encoding, and its decoding. */
import {random} from "../../compute/random.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import {heun} from "../../samplers/heun.js";
import {track, type Track} from "../../samplers/track.js";
import type {Lines} from "../lab/lines.js";
import type {Layer, Plane} from "../lab/plane.js";
import {inWords, logSlope} from "./fit.js";
import {timeHeat} from "../lab/heat.js";
import {samplingTimes, timeAxis} from "../lab/timeAxis.js";
import {viewAxis, type View} from "../lab/view.js";
import {firstPaths} from "../lab/paths.js";

export interface ThereAndBack {
  law: GaussianMixture;
  schedule: Schedule;
  /** Data to noise along rising times, noise to data along the same ones falling. */
  up: Track;
  down: Track;
  /** RMS distance of what came back to where it began, in the units of the data. */
  error: number;
}

export interface ThereAndBackInput {
  law: GaussianMixture;
  denoiser: Denoiser;
  schedule: Schedule;
  /** Points to carry [n, d], taken to be at the schedule's first time. */
  data: Float64Array;
  steps: number;
}

/** Both by Heun's method. */
export async function thereAndBack({
  law,
  denoiser,
  schedule,
  data,
  steps
}: ThereAndBackInput): Promise<ThereAndBack> {
  const falling = samplingTimes(schedule, steps);
  const rising = falling.slice().reverse();
  const s = schedule.s(rising[0]);
  const given = {denoiser, schedule, n: data.length / law.dimension, rng: random(0)};
  const up = await track(heun, {...given, times: rising, x: data.map((v) => v * s)});
  const down = await track(heun, {...given, times: falling, x: up.x});
  return {law, schedule, up, down, error: rms(down.x, up.points[0]) / s};
}

export function rms(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}

/** Numbers of steps whose errors are shown: each twice the one before. */
const STEPS = [4, 8, 16, 32, 64];

export interface RoundTripErrors {
  steps: number[];
  /** RMS distance after the way there and back, in the units of the data. */
  back: number[];
  /** RMS distance of the noise that was reached to the exact one, in its own deviation. */
  noise: number[];
}

export async function roundTripErrors(input: Omit<ThereAndBackInput, "steps">): Promise<RoundTripErrors> {
  const {schedule} = input;
  const trips: ThereAndBack[] = [];
  for (const steps of STEPS) trips.push(await thereAndBack({...input, steps}));
  const most = trips[trips.length - 1].up;
  const [fine, coarse] = [await oneWay(input, 2 * STEPS[STEPS.length - 1]), most.x];
  // Richardson's extrapolation takes the leading error of a method of order 2 away.
  const exact = fine.map((v, i) => (4 * v - coarse[i]) / 3);
  const t = most.times[most.times.length - 1];
  const deviation = schedule.s(t) * Math.sqrt(1 + schedule.sigma(t) ** 2);
  return {
    steps: STEPS,
    back: trips.map(({error}) => error),
    noise: trips.map(({up}) => rms(up.x, exact) / deviation)
  };
}

async function oneWay({denoiser, schedule, data, law}: Omit<ThereAndBackInput, "steps">, steps: number) {
  const times = samplingTimes(schedule, steps).reverse();
  const s = schedule.s(times[0]);
  const x = data.map((v) => v * s);
  return (await heun({denoiser, schedule, times, x, n: data.length / law.dimension, rng: random(0)})).x;
}

/** Steps from which on a slope is measured. */
const LIMIT = 16;

export function roundTripLines({steps, back, noise}: RoundTripErrors, now: number): Lines {
  const slope = (y: number[]) => inWords(logSlope(steps.filter((n) => n >= LIMIT), y.filter((_, i) => steps[i] >= LIMIT))); // prettier-ignore
  return {
    x: {label: "steps", log: true, domain: [3.6, 70]},
    y: {label: "RMS error", log: true},
    rules: [{x: now, dash: "3 3"}],
    series: [
      {name: `noise reached: ${slope(noise)}`, color: "--series-encodings", x: steps, y: noise, dots: true},
      {name: `data, there and back: ${slope(back)}`, color: "--series-prior", x: steps, y: back, dots: true}
    ],
    label: "Errors of encoding and of the way back against the number of steps, on logarithmic axes"
  };
}

/** The paths of both ways, over the exact density. */
export function roundTripPlane({law, schedule, up, down}: ThereAndBack, view: View, t: number): Plane {
  const d = law.dimension;
  const axis = timeAxis(schedule);
  const count = up.x.length / d;
  const ends = (track: Track, i: number) => {
    const xy = new Float32Array(2 * count);
    for (let j = 0; j < count; ++j)
      [xy[2 * j], xy[2 * j + 1]] = [track.times[i], track.points[i][j * d] / view.unit(track.times[i])];
    return xy;
  };
  const last = up.times.length - 1;
  const layers: Layer[] = [
    timeHeat(law, schedule, axis, view),
    {
      kind: "paths",
      ...firstPaths(up, {d, count, view}),
      color: "--series-encodings",
      width: 3,
      opacity: 0.45
    },
    {kind: "paths", ...firstPaths(down, {d, count, view}), color: "--series-prior", width: 1.2},
    {kind: "rule", x: t, color: "--theme-foreground-muted", dash: [3, 3]},
    {kind: "points", xy: ends(up, 0), color: "--series-encodings", radius: 3.4},
    {kind: "points", xy: ends(down, last), color: "--series-prior", radius: 2.2},
    {kind: "points", xy: ends(up, last), color: "--series-live", radius: 2.8}
  ];
  return {
    x: axis,
    y: viewAxis(view, d === 1 ? "x" : "x₁"),
    layers,
    label: `${count} points of the data carried to noise by the probability-flow ODE and back, in ${last} steps each way`
  };
}
