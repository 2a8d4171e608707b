import {timeOf, type Schedule} from "../../diffusion/schedule.js";
import {timeRange} from "../../diffusion/times.js";
import type {Axis} from "./plane.js";

/** A schedule's time as an axis: logarithmic where data drown at its very beginning, as they do at sigma(t) = t. */
export interface TimeAxis extends Axis {
  /** Time at a place 0..1 of the axis, and the place of a time. */
  at(u: number): number;
  place(t: number): number;
}

/** Part of the time by which noise as strong as the data comes, below which a logarithmic axis is needed. */
const EARLY = 0.05;

export function timeAxis(schedule: Schedule): TimeAxis {
  const [last, first] = timeRange(schedule);
  const log = first > 0 && timeOf(schedule, 1) - first < EARLY * (last - first);
  return {
    domain: [first, last],
    label: "t",
    log,
    at(u) {
      if (u <= 0) return first;
      if (u >= 1) return last;
      return log ? first * (last / first) ** u : first + (last - first) * u;
    },
    place: (t) => (log ? Math.log(t / first) / Math.log(last / first) : (t - first) / (last - first))
  };
}

/**
 * n + 1 falling times for paths that are to be seen: even in the mean of their place on the axis and of ln sigma's. No step is then long
 * in the picture, and none takes away most of the noise at once.
 * @param ends the first and the last time; the axis's unless told
 */
export function samplingTimes(
  schedule: Schedule,
  n: number,
  ends: readonly [number, number] = timeAxis(schedule).domain
): Float64Array {
  const [first, last] = ends;
  const {place, log} = timeAxis(schedule);
  const level = (t: number) => Math.log(schedule.sigma(t));
  const [p0, l0] = [place(first), level(first)];
  const [dp, dl] = [place(last) - p0, level(last) - l0];
  const measure = (t: number) =>
    ((place(t) - p0) / dp + (dl > 0 ? (level(t) - l0) / dl : 0)) / (dl > 0 ? 2 : 1);
  const times = new Float64Array(n + 1);
  [times[0], times[n]] = [last, first];
  for (let i = 1; i < n; ++i) {
    let [low, high] = [first, times[i - 1]];
    for (let k = 0; k < 48; ++k) {
      const middle = log ? Math.sqrt(low * high) : (low + high) / 2;
      if (measure(middle) < 1 - i / n) low = middle;
      else high = middle;
    }
    times[i] = (low + high) / 2;
  }
  return times;
}
