import {logDensity} from "../../diffusion/gaussianMixture.js";
import type {Plane} from "../lab/plane.js";
import {firstCoordinate} from "../lab/heat.js";
import {viewOf} from "../lab/view.js";
import {stepAt, viewName, type WayPicture} from "./wayPlane.js";

const BINS = 60;
const POINTS = 241;

/** How often the first coordinate is where, at one step of the way: a histogram of the points, and the exact density. */
export function marginalPlane({way, law, schedule, part = 1, scaled = true}: WayPicture): Plane {
  const d = law.dimension;
  const step = stepAt(way, part);
  const t = way.times[step];
  const x = way.points[step];
  const n = x.length / d;
  const view = viewOf(viewName(scaled), schedule, law);
  const unit = view.unit(t);
  const {reach} = view;

  const one = firstCoordinate(law);
  const s = schedule.s(t);
  const places = Float64Array.from({length: POINTS}, (_, i) => reach * ((2 * i) / (POINTS - 1) - 1));
  const log = logDensity(one, places.map((v) => (v * unit) / s), new Float64Array(POINTS).fill(schedule.sigma(t))); // prettier-ignore
  const exact = new Float32Array(2 * POINTS);
  let top = 0;
  for (let i = 0; i < POINTS; ++i) {
    exact[2 * i] = places[i];
    exact[2 * i + 1] = (Math.exp(log[i]) * unit) / s;
    top = Math.max(top, exact[2 * i + 1]);
  }
  const width = (2 * reach) / BINS;
  const bars = new Float64Array(BINS);
  for (let i = 0; i < n; ++i) {
    const bin = Math.floor((x[i * d] / unit + reach) / width);
    if (bin >= 0 && bin < BINS) bars[bin] += 1 / (n * width);
  }
  const steps = new Float32Array(4 * BINS);
  bars.forEach((v, i) => steps.set([i * width - reach, v, (i + 1) * width - reach, v], 4 * i));
  return {
    x: {domain: [-reach, reach], label: view.label(d === 1 ? "x" : "x₁")},
    y: {domain: [0, 1.15 * Math.max(top, Math.min(1.5 * top, Math.max(...bars)))], label: "density"},
    layers: [
      {kind: "curve", xy: steps, color: "--series-prior", width: 1.6},
      {kind: "curve", xy: exact, color: "--theme-foreground", width: 1.6, dash: [5, 3]}
    ],
    label: `Histogram of ${n} points after step ${step} of ${way.times.length - 1}, and the exact density`
  };
}
