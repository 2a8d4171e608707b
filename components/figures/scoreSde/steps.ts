/** A chain of T steps and the SDE that it tends to, along the same Brownian paths. */
import {random} from "../../compute/random.js";
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import {chainOfDdpm, chainStart, coarseNormals, ddpmOf, exactChain, rateOf, walkChain, type Chain} from "../../diffusion/scheduleChain.js"; // prettier-ignore
import type {Layer, Plane} from "../lab/plane.js";
import {timeHeat} from "../lab/heat.js";
import {timeAxis, type TimeAxis} from "../lab/timeAxis.js";
import {viewAxis, type View} from "../lab/view.js";

/** Numbers of steps to choose from: each divides FINE. */
export const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Steps of the path that stands for the SDE. */
const FINE = 2000;

export interface Brownian {
  /** Number of paths. */
  n: number;
  /** Normals of x_0 [n], and of each of the fine steps [FINE, n]. */
  start: Float64Array;
  fine: Float64Array;
  /** Normals of T coarse steps of the same paths [T, n]. */
  coarse(T: number): Float64Array;
}

export function brownianPaths(seed: number, n: number): Brownian {
  const rng = random(seed, 0x42524f57);
  const start = rng.fillNormal(new Float64Array(n));
  const fine = rng.fillNormal(new Float64Array(FINE * n));
  const known = new Map<number, Float64Array>();
  return {
    n,
    start,
    fine,
    coarse(T) {
      let found = known.get(T);
      if (!found) known.set(T, (found = coarseNormals(fine, n, T)));
      return found;
    }
  };
}

/** The axis of a chain's time: from where its data are without noise, where they are. */
export function chainAxis(schedule: Schedule): TimeAxis {
  if (!rateOf(schedule)) return timeAxis(schedule);
  const [first, last] = [chainStart(schedule), schedule.t_max];
  return {
    domain: [first, last],
    label: "t",
    at: (u) => first + (last - first) * u,
    place: (t) => (t - first) / (last - first)
  };
}

/** The chain of T steps of a schedule: DDPM's where it preserves variance, and the one with its exact marginals otherwise. */
export function chainOf(
  schedule: Schedule,
  T: number
): {chain: Chain; kind: "DDPM" | "SMLD"; capped: boolean} {
  const axis = chainAxis(schedule);
  const beta = rateOf(schedule);
  if (beta) {
    const made = ddpmOf(beta, axis.domain, T);
    return {chain: chainOfDdpm(made, axis.domain), kind: "DDPM", capped: made.beta.some((b) => b >= 0.999)};
  }
  return {chain: exactChain(schedule, along(axis, T)), kind: "SMLD", capped: false};
}

function along({at}: TimeAxis, T: number): Float64Array {
  const times = new Float64Array(T + 1);
  for (let i = 0; i <= T; ++i) times[i] = at(i / T);
  return times;
}

/** The SDE's paths: the exact chain of so many steps that they can't be seen. States [FINE + 1, n]. */
export function sdePaths(schedule: Schedule, x0: Float64Array, brownian: Brownian) {
  const chain = exactChain(schedule, along(chainAxis(schedule), FINE));
  return {times: chain.times, x: walkChain(chain, x0, {start: brownian.start, steps: brownian.fine})};
}

/**
 * Chain of T steps along the same paths: states [T + 1, n]. DDPM's steps take the fine steps' normals with equal shares, as increments of
 * dw; the steps of an exact chain end where the SDE's own path is.
 * @param sde the SDE's paths, where they are at hand
 */
export function chainPaths(
  schedule: Schedule,
  x0: Float64Array,
  brownian: Brownian,
  T: number,
  sde?: {x: Float64Array}
) {
  const {chain, kind, capped} = chainOf(schedule, T);
  const {n, start} = brownian;
  let x: Float64Array;
  if (kind === "DDPM") x = walkChain(chain, x0, {start, steps: brownian.coarse(T)});
  else {
    const fine = (sde ?? sdePaths(schedule, x0, brownian)).x;
    x = new Float64Array((T + 1) * n);
    for (let i = 0, every = FINE / T; i <= T; ++i)
      x.set(fine.subarray(i * every * n, (i * every + 1) * n), i * n);
  }
  return {times: chain.times, x, kind, capped, chain};
}

export interface StepsPlaneOptions {
  law: GaussianMixture;
  schedule: Schedule;
  sde: {times: Float64Array; x: Float64Array};
  chain: {times: Float64Array; x: Float64Array; kind: string};
  view: View;
  /** Paths drawn, of the n that there are. */
  shown: number;
  n: number;
  t: number;
}

/** Points that a path of the SDE is drawn with. */
const DRAWN = 500;

/** Dots are drawn for chains of at most so many steps. */
const DOTS = 100;

/** Both in a plane of time and x, over the exact density. */
export function stepsPlane({law, schedule, sde, chain, view, shown, n, t}: StepsPlaneOptions): Plane {
  const axis = chainAxis(schedule);
  const T = chain.times.length - 1;
  const walk = (of: {times: Float64Array; x: Float64Array}, every: number) => {
    const m = (of.times.length - 1) / every + 1;
    const xy = new Float32Array(shown * m * 2);
    for (let j = 0, at = 0; j < shown; ++j)
      for (let i = 0; i < m; ++i, at += 2) {
        xy[at] = of.times[i * every];
        xy[at + 1] = of.x[i * every * n + j] / view.unit(xy[at]);
      }
    return {xy, n: shown, m};
  };
  const steps = walk(chain, 1);
  const layers: Layer[] = [
    timeHeat(law, schedule, axis, view),
    {kind: "paths", ...walk(sde, FINE / DRAWN), color: "--series-encodings", opacity: 0.75},
    {kind: "paths", ...steps, color: "--series-prior", width: 1.6},
    {kind: "rule", x: Math.max(t, axis.domain[0]), color: "--theme-foreground-muted", dash: [3, 3]}
  ];
  if (T <= DOTS) layers.push({kind: "points", xy: steps.xy, color: "--series-prior", radius: 2.6});
  return {
    x: axis,
    y: viewAxis(view, law.dimension === 1 ? "x" : "x₁"),
    layers,
    label: `${chain.kind} chains of ${T} steps and the paths of their SDE along the same Brownian motion, over the exact density`
  };
}
