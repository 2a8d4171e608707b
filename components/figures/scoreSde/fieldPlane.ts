import type {ExactDenoiser} from "../../diffusion/denoiser.js";
import {logDensity} from "../../diffusion/gaussianMixture.js";
import type {Layer, Plane} from "../lab/plane.js";
import {pointsAt, type BothWays} from "./bothWays.js";
import {fieldAt, fields, type Field} from "./field.js";
import {cellsOf, planeHeat} from "../lab/heat.js";
import {viewAxis, type View} from "../lab/view.js";
import {processes, type Process} from "./waysPlane.js";

export interface FieldPlaneOptions {
  denoiser: ExactDenoiser;
  field: Field | "none";
  view: View;
  show: readonly Process[];
  /** Points with a trail, of each process. */
  trails: number;
  t: number;
}

/** Arrows on each side of the plane. */
const GRID = 17;

/** Points of the curve from one arrow to the next, in 1-D. */
const APART = 16;

/** States that a trail goes back over. */
const TRAIL = 12;

/** The plane at one time: density, field, points on their way. In 1-D the density is a curve, and the points lie below it. */
export function fieldPlane(ways: BothWays, options: FieldPlaneOptions): Plane {
  return ways.law.dimension === 1 ? onALine(ways, options) : inAPlane(ways, options);
}

function inAPlane(ways: BothWays, {denoiser, field, view, show, trails, t}: FieldPlaneOptions): Plane {
  const {law, schedule, n} = ways;
  const {reach} = view;
  const layers: Layer[] = [planeHeat(law, schedule, t, view)];
  if (field !== "none") {
    const y = cellsOf(GRID, reach);
    const uv = fieldAt(field, {schedule, denoiser, d: 2}, {t, y, view});
    layers.push({
      kind: "arrows",
      xy: Float32Array.from(y),
      uv: scaledArrows(uv, 2, (1.9 * reach) / GRID),
      color: "--theme-foreground-muted",
      opacity: 0.8
    });
  }
  for (const process of show) {
    const {color} = processes[process];
    layers.push(
      {kind: "paths", ...trailsOf(ways, process, {t, view, count: Math.min(trails, n)}), color, opacity: 0.6},
      {kind: "points", xy: drawn(pointsAt(ways[process], schedule, t), view.unit(t)), color, radius: 1.6, opacity: 0.8} // prettier-ignore
    );
  }
  return {
    x: viewAxis(view, "x₁"),
    y: viewAxis(view, "x₂"),
    layers,
    label: labelOf(ways, field, show, t)
  };
}

function onALine(ways: BothWays, {denoiser, field, view, show, t}: FieldPlaneOptions): Plane {
  const {law, schedule} = ways;
  const {reach} = view;
  const unit = view.unit(t);
  const m = 240;
  const y = new Float64Array(m);
  for (let i = 0; i < m; ++i) y[i] = reach * ((2 * i) / (m - 1) - 1);
  const s = schedule.s(t);
  const density = logDensity(law, y.map((v) => (v * unit) / s), new Float64Array(m).fill(schedule.sigma(t))) // prettier-ignore
    .map((l) => (Math.exp(l) * unit) / s);
  const top = density.reduce((most, v) => Math.max(most, v), 0) || 1;
  const curve = new Float32Array(2 * m);
  for (let i = 0; i < m; ++i) [curve[2 * i], curve[2 * i + 1]] = [y[i], density[i]];
  const layers: Layer[] = [
    {kind: "rule", y: 0, color: "--theme-foreground-fainter"},
    {kind: "curve", xy: curve, color: "--series-gaussian", width: 2.4}
  ];
  if (field !== "none") {
    const places = y.filter((_, i) => i % APART === APART / 2);
    const u = fieldAt(field, {schedule, denoiser, d: 1}, {t, y: places, view});
    const along = scaledArrows(u, 1, (2 * APART * 2 * reach) / m);
    const xy = new Float32Array(2 * places.length);
    const uv = new Float32Array(2 * places.length);
    for (let i = 0; i < places.length; ++i) {
      [xy[2 * i], xy[2 * i + 1]] = [places[i], -0.07 * top];
      uv[2 * i] = along[i];
    }
    layers.push({kind: "arrows", xy, uv, color: "--theme-foreground-muted"});
  }
  show.forEach((process, row) => {
    const x = pointsAt(ways[process], schedule, t);
    const xy = new Float32Array(2 * x.length);
    const base = -top * (0.16 + 0.13 * row);
    for (let j = 0; j < x.length; ++j) {
      xy[2 * j] = x[j] / unit;
      // spread over the row in an order without a pattern (golden ratio)
      xy[2 * j + 1] = base - 0.1 * top * ((j * 0.618034) % 1);
    }
    layers.push({kind: "points", xy, color: processes[process].color, radius: 1.4, opacity: 0.8});
  });
  return {
    x: viewAxis(view, "x"),
    y: {domain: [-0.58 * top, 1.1 * top], label: "density", ticksFrom: 0},
    layers,
    label: labelOf(ways, field, show, t)
  };
}

const labelOf = ({schedule}: BothWays, field: Field | "none", show: readonly Process[], t: number) =>
  `${schedule.name} at t = ${t.toPrecision(3)}: density${field === "none" ? "" : `, ${fields[field]}`}${show.map((p) => `, points of the ${processes[p].name}`).join("")}`;

/** Points as they are drawn. */
function drawn(x: Float64Array, unit: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < x.length; ++i) out[i] = x[i] / unit;
  return out;
}

/** Arrows of which the longest has a given length; the root of the others' share, so that the weak are still seen. */
function scaledArrows(v: Float64Array, d: number, longest: number): Float32Array {
  const lengths = new Float64Array(v.length / d);
  let most = 0;
  for (let i = 0; i < lengths.length; ++i) {
    let sum = 0;
    for (let c = 0; c < d; ++c) sum += v[i * d + c] ** 2;
    lengths[i] = Math.sqrt(sum);
    if (lengths[i] > most && Number.isFinite(lengths[i])) most = lengths[i];
  }
  const out = new Float32Array(v.length);
  if (!(most > 0)) return out;
  for (let i = 0; i < out.length; ++i) {
    const length = lengths[Math.floor(i / d)];
    out[i] = length > 0 ? (v[i] / length) * longest * Math.sqrt(length / most) : 0;
  }
  return out;
}

/** The last states of some points on their way to where they are at t. */
function trailsOf(
  ways: BothWays,
  process: Process,
  {t, view, count}: {t: number; view: View; count: number}
): {xy: Float32Array; n: number; m: number} {
  const track = ways[process];
  const {times, points} = track;
  const forward = times[0] < times[times.length - 1];
  let end = 0;
  while (end < times.length && (forward ? times[end] < t : times[end] > t)) ++end;
  const from = Math.max(0, end - TRAIL);
  const now = pointsAt(track, ways.schedule, t);
  const m = end - from + 1;
  const xy = new Float32Array(count * m * 2);
  for (let i = from; i <= end; ++i) {
    const [x, unit] = i < end ? [points[i], view.unit(times[i])] : [now, view.unit(t)];
    for (let j = 0; j < count; ++j) {
      const at = 2 * (j * m + i - from);
      xy[at] = x[2 * j] / unit;
      xy[at + 1] = x[2 * j + 1] / unit;
    }
  }
  return {xy, n: count, m};
}
