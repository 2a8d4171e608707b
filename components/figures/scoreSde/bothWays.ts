/** The forward SDE, the reverse SDE and the probability-flow ODE of one schedule, over the same marginals. */
import {random} from "../../compute/random.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import {eulerMaruyama} from "../../samplers/eulerMaruyama.js";
import {forwardSde} from "../../samplers/forward.js";
import {heun} from "../../samplers/heun.js";
import {addNoise, startingNoise, track, type Track} from "../../samplers/track.js";
import {samplingTimes, timeAxis} from "../lab/timeAxis.js";

/** Where the two processes that run backwards begin: at Gaussian noise, or where the forward paths ended. */
export type Start = "noise" | "ends";

export interface BothWaysInput {
  law: GaussianMixture;
  denoiser: Denoiser;
  schedule: Schedule;
  /** Draws of the law [n, d]. */
  data: Float64Array;
  seed: number;
  steps: number;
  start: Start;
}

export interface BothWays {
  law: GaussianMixture;
  schedule: Schedule;
  n: number;
  /** Rising times. */
  forward: Track;
  /** Falling times, from the same points. */
  sde: Track;
  ode: Track;
}

/** All three, in as many steps; the same seed gives the same noise under every schedule. */
export async function bothWays({
  law,
  denoiser,
  schedule,
  data,
  seed,
  steps,
  start
}: BothWaysInput): Promise<BothWays> {
  const d = law.dimension;
  const n = data.length / d;
  const times = samplingTimes(schedule, steps);
  const rising = times.slice().reverse();
  const given = {denoiser, schedule, n};
  const forward = await track(forwardSde(), {
    ...given,
    times: rising,
    x: addNoise(schedule, rising[0], data, random(seed, 1)),
    rng: random(seed, 2)
  });
  const x = start === "ends" ? forward.x : startingNoise(schedule, times[0], {n, d, rng: random(seed, 3)});
  const sde = await track(eulerMaruyama, {...given, times, x, rng: random(seed, 4)});
  const ode = await track(heun, {...given, times, x, rng: random(seed, 4)});
  return {law, schedule, n, forward, sde, ode};
}

/** Points at any time of a track, straight between two of its states on the axis of time [n, d]. */
export function pointsAt({times, points}: Track, schedule: Schedule, t: number): Float64Array {
  const axis = timeAxis(schedule);
  const last = times.length - 1;
  const falling = times[0] > times[last];
  let i = 0;
  while (i < last - 1 && (falling ? times[i + 1] > t : times[i + 1] < t)) ++i;
  const [from, to] = [axis.place(times[i]), axis.place(times[i + 1])];
  const part = Math.max(0, Math.min(1, (axis.place(t) - from) / (to - from)));
  const [a, b] = [points[i], points[i + 1]];
  const out = new Float64Array(a.length);
  for (let k = 0; k < a.length; ++k) out[k] = a[k] + part * (b[k] - a[k]);
  return out;
}
