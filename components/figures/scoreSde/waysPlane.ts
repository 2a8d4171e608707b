import type {Layer, Plane} from "../lab/plane.js";
import {pointsAt, type BothWays} from "./bothWays.js";
import {timeHeat} from "../lab/heat.js";
import {firstPaths} from "../lab/paths.js";
import {timeAxis} from "../lab/timeAxis.js";
import {viewAxis, type View} from "../lab/view.js";

/** The three processes by name, with their colours. */
export const processes = {
  forward: {name: "forward SDE", color: "--series-encodings"},
  sde: {name: "reverse SDE", color: "--series-prior"},
  ode: {name: "probability-flow ODE", color: "--series-live"}
} as const;

export type Process = keyof typeof processes;

export interface WaysPlaneOptions {
  view: View;
  /** Which of them are drawn. */
  show: readonly Process[];
  /** Paths drawn of each. */
  paths: number;
  /** The time to mark. */
  t: number;
  /** The background, where it is at hand: `timeHeat`. */
  heat?: Layer;
}

/** Paths of the first coordinate in a plane of time and x, over the exact density. */
export function waysPlane(ways: BothWays, {view, show, paths, t, heat}: WaysPlaneOptions): Plane {
  const {law, schedule, n} = ways;
  const d = law.dimension;
  const axis = timeAxis(schedule);
  const count = Math.min(paths, n);
  const layers: Layer[] = [heat ?? timeHeat(law, schedule, axis, view)];
  for (const process of show) {
    const {color} = processes[process];
    const track = ways[process];
    layers.push({
      kind: "paths",
      ...firstPaths(track, {d, count, view}),
      color,
      width: process === "ode" ? 1.6 : 1,
      opacity: process === "ode" ? 0.95 : 0.7
    });
  }
  layers.push({kind: "rule", x: t, color: "--theme-foreground-muted", dash: [3, 3]});
  for (const process of show) {
    const now = pointsAt(ways[process], schedule, t);
    const xy = new Float32Array(2 * count);
    for (let j = 0; j < count; ++j) {
      xy[2 * j] = t;
      xy[2 * j + 1] = now[j * d] / view.unit(t);
    }
    layers.push({kind: "points", xy, color: processes[process].color, radius: 2.8});
  }
  return {
    x: axis,
    y: viewAxis(view, d === 1 ? "x" : "x₁"),
    layers,
    label: `Paths over the exact density of ${schedule.name}: ${show.map((p) => processes[p].name).join(", ") || "none"}`
  };
}
