import {smoothed, slopes} from "./slopes.js";

export interface TransitionOptions {
  /** Width of the Gaussian that the coordinate is smoothed by before its derivative is taken, in units of y (default 0: not at all). */
  bandwidth?: number;
  /** Period of a coordinate on a circle, in its units: it is unwrapped first (default: none). */
  period?: number;
}

/** How a coordinate of the state goes along a path. */
export interface Transition {
  /** The coordinate, unwrapped and smoothed [m]. */
  state: Float64Array;
  /** Its derivative by y [m]. */
  derivative: Float64Array;
  /** From the first point to the last. */
  change: number;
  /** Where |derivative| is greatest, in the direction of the change, and the derivative there; y is NaN where nothing changes. */
  steepest: {index: number; y: number; slope: number};
  /**
   * The y between which the middle 80% of the change happens: from the last y at which less than 10% of it is done to the first at which
   * 90% is, linear between points. A straight path's width is 0.8. NaN where nothing changes.
   */
  rise: {from: number; to: number; width: number};
  /** |change| over the sum of all steps' sizes, 0..1: 1 for a path that never turns back, 0 for one that ends where it began. */
  monotonicity: number;
}

/**
 * The place and the width of the sharpest transition of a coordinate along a path.
 * @param y [m], rising, m of at least 3; unevenly apart if need be
 * @param state coordinate at each y [m]
 * @throws RangeError where y doesn't rise, or lengths differ
 */
export function transition(
  y: ArrayLike<number>,
  state: ArrayLike<number>,
  options: TransitionOptions = {}
): Transition {
  const {bandwidth = 0, period} = options;
  const m = y.length;
  if (m < 3 || state.length !== m)
    throw new RangeError(`state: found ${state.length} values for ${m} of y; expected as many, 3 or more`);
  const whole = period === undefined ? Float64Array.from(state) : unwrap(state, period);
  const s = smoothed(y, whole, bandwidth);
  const derivative = slopes(y, s);
  const change = s[m - 1] - s[0];
  let travelled = 0;
  for (let i = 1; i < m; ++i) travelled += Math.abs(s[i] - s[i - 1]);
  const direction = change < 0 ? -1 : 1;
  let index = 0;
  for (let i = 1; i < m; ++i) if (direction * derivative[i] > direction * derivative[index]) index = i;
  return {
    state: s,
    derivative,
    change,
    steepest: {index, y: travelled > 0 ? y[index] : NaN, slope: derivative[index]},
    rise: riseOf(y, s, change),
    monotonicity: travelled > 0 ? Math.abs(change) / travelled : 0
  };
}

/** Angles on a circle made continuous: whole periods are added so that no step is longer than half of one. */
export function unwrap(values: ArrayLike<number>, period = 2 * Math.PI): Float64Array {
  const out = Float64Array.from(values);
  for (let i = 1; i < out.length; ++i) {
    const step = values[i] - values[i - 1];
    out[i] = out[i - 1] + step - period * Math.round(step / period);
  }
  return out;
}

function riseOf(y: ArrayLike<number>, s: Float64Array, change: number): Transition["rise"] {
  if (change === 0) return {from: NaN, to: NaN, width: NaN};
  const done = s.map((v) => (v - s[0]) / change);
  const crossing = (i: number, level: number) =>
    y[i - 1] + ((level - done[i - 1]) / (done[i] - done[i - 1])) * (y[i] - y[i - 1]);
  const end = done.findIndex((v) => v >= 0.9);
  let begin = end;
  while (done[begin - 1] > 0.1) --begin;
  const [from, to] = [crossing(begin, 0.1), crossing(end, 0.9)];
  return {from, to, width: to - from};
}
