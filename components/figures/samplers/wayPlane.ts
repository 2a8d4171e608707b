import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import type {Track} from "../../samplers/track.js";
import type {Layer, Plane} from "../lab/plane.js";
import {planeHeat, timeHeat} from "../lab/heat.js";
import {timeAxis} from "../lab/timeAxis.js";
import {viewAxis, viewOf, type ViewName} from "../lab/view.js";
import {firstPaths} from "../lab/paths.js";

/** Ways drawn at most; points are drawn all. */
const WAYS = 120;

export interface WayPicture {
  way: Track;
  law: GaussianMixture;
  schedule: Schedule;
  /** How far on the way, 0..1. Default 1. */
  part?: number;
  /** x over the deviation that it has at its time, where that grows large. Default true. */
  scaled?: boolean;
  /** Whether the ways are drawn. Default true. */
  ways?: boolean;
  /** The background, where it is at hand. */
  heat?: Layer;
}

/** The step of a way that is nearest to a part of it. */
export const stepAt = ({times}: Pick<Track, "times">, part: number): number =>
  Math.round(part * (times.length - 1));

/** Scaled only where it is needed: under VP x keeps its size. */
export const viewName = (scaled: boolean): ViewName => (scaled ? "auto" : "plain");

/** The exact density at one step of a way, or in one dimension at all times: what `wayPlane` draws behind the points. */
export function wayHeat({way, law, schedule, part = 1, scaled = true}: WayPicture): Layer {
  const view = viewOf(viewName(scaled), schedule, law);
  return law.dimension === 1
    ? timeHeat(law, schedule, timeAxis(schedule), view)
    : planeHeat(law, schedule, way.times[stepAt(way, part)], view);
}

/** Points on their way from noise to data: in the plane in two dimensions, in one against time, which runs to the left. */
export function wayPlane(picture: WayPicture): Plane {
  const {way, law, schedule, part = 1, scaled = true, ways = true} = picture;
  const d = law.dimension;
  const n = way.points[0].length / d;
  const step = stepAt(way, part);
  const view = viewOf(viewName(scaled), schedule, law);
  const t = way.times[step];
  const now = way.points[step];
  const unit = view.unit(t);
  const layers: Layer[] = [picture.heat ?? wayHeat(picture)];
  const past = {...way, times: way.times.subarray(0, step + 1), points: way.points.slice(0, step + 1)};
  const count = Math.min(WAYS, n);
  const color = "--series-prior";
  if (ways && step > 0) {
    const paths = d === 1 ? firstPaths(past, {d, count, view}) : planePaths(past, count, view.unit);
    layers.push({kind: "paths", ...paths, color, width: 1, opacity: d === 1 ? 0.5 : 0.3});
  }
  const xy = new Float32Array(2 * n);
  for (let i = 0; i < n; ++i) {
    xy[2 * i] = d === 1 ? t : now[2 * i] / unit;
    xy[2 * i + 1] = now[i * d + d - 1] / unit;
  }
  if (d === 1) layers.push({kind: "rule", x: t, color: "--theme-foreground-muted", dash: [3, 3]});
  layers.push({kind: "points", xy, color, radius: n > 1500 ? 1 : 1.6});
  return {
    x: d === 1 ? timeAxis(schedule) : viewAxis(view, "x₁"),
    y: viewAxis(view, d === 1 ? "x" : "x₂"),
    layers,
    label: `${n} points after step ${step} of ${way.times.length - 1}, over the exact density`
  };
}

/** Ways in the plane, of the first points. */
function planePaths({times, points}: Track, n: number, unit: (t: number) => number) {
  const m = times.length;
  const xy = new Float32Array(2 * n * m);
  for (let j = 0; j < m; ++j) {
    const scale = 1 / unit(times[j]);
    for (let i = 0; i < n; ++i) {
      xy[2 * (i * m + j)] = points[j][2 * i] * scale;
      xy[2 * (i * m + j) + 1] = points[j][2 * i + 1] * scale;
    }
  }
  return {xy, n, m};
}
