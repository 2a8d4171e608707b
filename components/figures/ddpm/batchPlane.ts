import type {TrainingLineState} from "../../diffusion/ddpmTraining.js";
import type {Layer, Plane} from "../lab/plane.js";
import {REACH} from "./timePlane.js";

/** The small batch as far as it has been drawn: x_0 at t = 0, from there x_t at its t, and the x_0 that the network's eps leads back to. */
export function batchPlane({state, d, T}: {state?: TrainingLineState; d: number; T: number}): Plane {
  const layers: Layer[] = [];
  const n = (state?.x_0?.length ?? 0) / d;
  const pairs = (t: (row: number) => number, x: (row: number) => number) => {
    const xy = new Float32Array(2 * n);
    for (let row = 0; row < n; ++row) xy.set([t(row), x(row)], 2 * row);
    return xy;
  };
  if (state?.x_0) {
    const {x_0, x_t, t, eps} = state;
    const start = pairs(() => 0, (row) => x_0[row * d]); // prettier-ignore
    if (t && !eps)
      for (const step of t)
        layers.push({kind: "rule", x: step, color: "--theme-foreground-faint", dash: [2, 3]});
    if (x_t && t) {
      const end = pairs((row) => t[row], (row) => x_t[row * d]); // prettier-ignore
      const xy = new Float32Array(4 * n);
      for (let row = 0; row < n; ++row)
        xy.set([start[2 * row], start[2 * row + 1], end[2 * row], end[2 * row + 1]], 4 * row);
      layers.push({kind: "paths", xy, n, m: 2, color: "--series-encodings", opacity: 0.6});
      layers.push({kind: "points", xy: end, color: "--series-prior", radius: 4});
      layers.push({kind: "points", xy: end.slice(0, 2), color: "--series-live", radius: 5});
    }
    layers.push({kind: "points", xy: start, color: "--series-encodings", radius: 4});
    layers.push({kind: "points", xy: start.slice(0, 2), color: "--series-live", radius: 5});
  }
  return {
    x: {domain: [-0.03 * T, 1.03 * T], label: "t"},
    y: {domain: [-REACH, REACH], label: "x, first coordinate"},
    layers,
    label: `The batch of ${n} points, from x_0 to x_t`
  };
}
