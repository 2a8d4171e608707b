import type {Layer, Plane} from "../lab/plane.js";
import {REACH} from "./timePlane.js";

export interface StagesPicture {
  /** x_t, and once line 4 has run the mean and x_(t-1); each [n, d]. */
  stages: readonly Float64Array[];
  d: number;
  particle: number;
  t: number;
}

/** Particles drawn. */
const MOST = 60;

/** Line 4 in two moves: from x_t to the mean, and on to x_(t-1); the first coordinate from left to right, upwards. */
export function stagesPlane({stages, d, particle, t}: StagesPicture): Plane {
  const names = t === 0 ? ["x₀"] : ["xₜ", "mean", "xₜ₋₁"];
  const n = stages[0].length / d;
  const some = Array.from({length: Math.min(MOST, n)}, (_, i) => i);
  const paths = (particles: readonly number[]) => {
    const m = stages.length;
    const xy = new Float32Array(2 * particles.length * m);
    particles.forEach((i, k) => stages.forEach((x, stage) => xy.set([x[i * d], stage], 2 * (k * m + stage))));
    return {xy, n: particles.length, m};
  };
  const layers: Layer[] = [];
  names.forEach((words, stage) => {
    layers.push({kind: "rule", y: stage, color: "--theme-foreground-faintest"});
    layers.push({kind: "text", x: -REACH * 0.985, y: stage + 0.1, words, color: "--theme-foreground-muted"});
  });
  layers.push({kind: "paths", ...paths(some), color: "--series-prior", opacity: 0.4});
  layers.push({kind: "points", xy: paths(some).xy, color: "--series-prior", radius: 1.5, opacity: 0.8});
  layers.push({kind: "paths", ...paths([particle]), color: "--series-live", width: 2.4});
  layers.push({kind: "points", xy: paths([particle]).xy, color: "--series-live", radius: 4});
  return {
    x: {domain: [-REACH, REACH], label: "x, first coordinate"},
    y: {domain: [-0.35, 2.35], label: "stage of the step"},
    layers,
    label: `${some.length} particles ${t === 0 ? "at x_0" : `in the step from t = ${t} to ${t - 1}: x_t, the mean, and x_(t-1), as far as it has run`}`
  };
}
