import type {Rate, Schedule} from "./schedule.js";

/** A point that a reader has set: time and value. */
export interface ControlPoint {
  t: number;
  value: number;
}

/**
 * A curve through control points, straight between them and level beyond both ends, with its integral from 0 in closed form.
 * @throws RangeError for no points, or for values that are not finite
 */
export function drawnCurve(points: readonly ControlPoint[]) {
  const p = [...points].sort((a, b) => a.t - b.t);
  if (p.length === 0) throw new RangeError("curve: found no points; expected at least 1");
  const bad = p.find(({t, value}) => !Number.isFinite(t) || !Number.isFinite(value));
  if (bad) throw new RangeError(`curve: found a point at ${bad.t}, ${bad.value}; expected finite numbers`);
  // areas[i]: from the first point to point i
  const areas = [0];
  for (let i = 1; i < p.length; ++i)
    areas.push(areas[i - 1] + ((p[i].t - p[i - 1].t) * (p[i].value + p[i - 1].value)) / 2);
  const last = p.length - 1;
  /** Index of the segment that holds t; -1 before the first point, `last` from the last one on. */
  const segment = (t: number): number => {
    let i = -1;
    while (i < last && p[i + 1].t <= t) ++i;
    return i;
  };
  const value = (t: number): number => {
    const i = segment(t);
    if (i < 0) return p[0].value;
    if (i === last) return p[last].value;
    return p[i].value + slope(t) * (t - p[i].t);
  };
  /** At a point the slope beyond it, but at the last one that before it: integration begins or ends there. */
  const slope = (t: number): number => {
    let i = segment(t);
    if (t === p[last].t) while (i >= 0 && p[i].t === t) --i;
    return i < 0 || i === last ? 0 : (p[i + 1].value - p[i].value) / (p[i + 1].t - p[i].t);
  };
  const area = (t: number): number => {
    const i = segment(t);
    if (i < 0) return (t - p[0].t) * p[0].value;
    return areas[i] + ((t - p[i].t) * (p[i].value + value(t))) / 2;
  };
  const start = area(0);
  return {value, slope, integral: (t: number) => area(t) - start};
}

/** beta(t) drawn by hand: for `variancePreserving`. Values below 0 count as 0. */
export function drawnRate(points: readonly ControlPoint[]): Rate {
  const {value, integral} = drawnCurve(points.map(({t, value}) => ({t, value: Math.max(0, value)})));
  return {beta: value, integral};
}

/**
 * sigma(t) drawn by hand, without scaling: control points give sigma, and between them its logarithm is straight.
 * @throws RangeError where a sigma is not above 0
 */
export function drawnSchedule(points: readonly ControlPoint[], {t_min = 0, t_max = 1} = {}): Schedule {
  const bad = points.find(({value}) => !(value > 0));
  if (bad) throw new RangeError(`sigma: found ${bad.value} at t = ${bad.t}; expected more than 0`);
  const {value, slope} = drawnCurve(points.map(({t, value}) => ({t, value: Math.log(value)})));
  const sigma = (t: number) => Math.exp(value(t));
  return {name: "drawn σ", t_min, t_max, s: () => 1, sigma, ds: () => 0, dsigma: (t) => slope(t) * sigma(t)};
}
