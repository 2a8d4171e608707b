/** Chains of steps that a schedule's SDE is the limit of: DDPM's for a variance-preserving one, SMLD's for the others. */
import {ddpm, discretised, type Ddpm} from "./ddpm.js";
import {drift, type Schedule} from "./schedule.js";

/** x_i = keep_i x_(i-1) + kick_i z_i, i = 1..T at index i - 1, from x_0 = scale (data + sigma z) at times[0]. */
export interface Chain {
  /** [T + 1], rising. */
  times: Float64Array;
  scale: number;
  sigma: number;
  /** [T]. */
  keep: Float64Array;
  kick: Float64Array;
}

/** How far s^2 (1 + sigma^2) of a variance-preserving schedule may be from 1. */
const ROUNDING = 1e-6;

/** beta(t) of a schedule that preserves variance, -2 s'/s; undefined for any other. */
export function rateOf(schedule: Schedule): ((t: number) => number) | undefined {
  const {s, sigma, t_min, t_max} = schedule;
  for (let i = 0; i <= 8; ++i) {
    const t = t_min + ((t_max - t_min) * i) / 8;
    if (!(Math.abs(s(t) ** 2 * (1 + sigma(t) ** 2) - 1) < ROUNDING)) return undefined;
  }
  return (t) => -2 * drift(schedule, t);
}

/** Where a chain begins: at t = 0 where the schedule is without noise there, at its first time otherwise. */
export function chainStart({s, sigma, t_min, t_max}: Schedule): number {
  const clean = Math.abs(s(0) - 1) < ROUNDING && Math.abs(sigma(0)) < ROUNDING;
  return t_min > 0 && t_min <= 0.01 * t_max && clean ? 0 : t_min;
}

/**
 * DDPM's chain in T steps for a rate on `first`..`last`: beta_t = beta(t/T)/T, at most 0.999 (the time between the two takes the place
 * of 0..1).
 */
export function ddpmOf(
  beta: (t: number) => number,
  [first, last]: readonly [number, number],
  T: number
): Ddpm {
  const length = last - first;
  return ddpm(discretised((u) => length * beta(first + length * u), T));
}

/** A DDPM as a chain: keep = sqrt(1 - beta_t), kick = sqrt(beta_t), from data without noise. */
export function chainOfDdpm({T, alpha, beta}: Ddpm, [first, last]: readonly [number, number]): Chain {
  const times = new Float64Array(T + 1);
  for (let i = 0; i <= T; ++i) times[i] = first + ((last - first) * i) / T;
  return {times, scale: 1, sigma: 0, keep: alpha.map(Math.sqrt), kick: beta.map(Math.sqrt)};
}

/**
 * The chain whose states have a schedule's exact marginals at given times: x_i / s_i = x_(i-1) / s_(i-1) + sqrt(sigma_i^2 - sigma_(i-1)^2) z.
 * With s = 1 it is SMLD's (Song et al. 2021, eq. 20).
 * @param times rising
 */
export function exactChain({s, sigma}: Schedule, times: Float64Array): Chain {
  const T = times.length - 1;
  const keep = new Float64Array(T);
  const kick = new Float64Array(T);
  let [scale, level] = [s(times[0]), sigma(times[0])];
  const first = {scale, sigma: level};
  for (let i = 0; i < T; ++i) {
    const [nextScale, next] = [s(times[i + 1]), sigma(times[i + 1])];
    keep[i] = nextScale / scale;
    kick[i] = nextScale * Math.sqrt(Math.max(0, next ** 2 - level ** 2));
    [scale, level] = [nextScale, next];
  }
  return {times, ...first, keep, kick};
}

/** What of the data is left in each x_i, and the deviation of its noise: x_i = scale_i x_0 + noise_i z. Both [T + 1]. */
export function chainMarginals({keep, kick, scale, sigma}: Chain): {
  scale: Float64Array;
  noise: Float64Array;
} {
  const T = keep.length;
  const scales = new Float64Array(T + 1);
  const noises = new Float64Array(T + 1);
  [scales[0], noises[0]] = [scale, scale * sigma];
  for (let i = 0; i < T; ++i) {
    scales[i + 1] = keep[i] * scales[i];
    noises[i + 1] = Math.hypot(keep[i] * noises[i], kick[i]);
  }
  return {scale: scales, noise: noises};
}

/**
 * Walks a chain from data with given normals.
 * @param x0 data [n]
 * @param z normals: `start` [n] for x_0 and `steps` [T, n]
 * @returns states [T + 1, n]
 */
export function walkChain(
  {keep, kick, scale, sigma}: Chain,
  x0: Float64Array,
  {start, steps}: {start: Float64Array; steps: Float64Array}
): Float64Array {
  const [T, n] = [keep.length, x0.length];
  if (steps.length !== T * n)
    throw new RangeError(`steps: found ${steps.length} normals; expected ${T} x ${n}`);
  const x = new Float64Array((T + 1) * n);
  for (let j = 0; j < n; ++j) x[j] = scale * (x0[j] + sigma * start[j]);
  for (let i = 0, at = 0; i < T; ++i)
    for (let j = 0; j < n; ++j, ++at) x[at + n] = keep[i] * x[at] + kick[i] * steps[at];
  return x;
}

/**
 * Normals of T coarse steps from those of M fine ones, M a multiple of T: z of a coarse step is the sum of its fine ones over the root of
 * their number, so that both follow the same Brownian path.
 * @param fine [M, n]
 * @returns [T, n]
 */
export function coarseNormals(fine: Float64Array, n: number, T: number): Float64Array {
  const M = fine.length / n;
  const m = M / T;
  if (!Number.isInteger(m)) throw new RangeError(`T: found ${T}; expected a divisor of ${M}`);
  const out = new Float64Array(T * n);
  const root = 1 / Math.sqrt(m);
  for (let i = 0; i < T; ++i)
    for (let k = 0; k < m; ++k)
      for (let j = 0; j < n; ++j) out[i * n + j] += root * fine[(i * m + k) * n + j];
  return out;
}
