import {logDensity, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {marginalMixture} from "../../diffusion/derivedMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import type {Layer} from "./plane.js";
import type {TimeAxis} from "./timeAxis.js";
import type {View} from "./view.js";

type Heat = Extract<Layer, {kind: "heat"}>;

/** Components from which on a coarser picture has to do. */
const MANY = 60;

/** Midpoints of n x n cells over the square from -half to half, x fastest [n n, 2]. */
export function cellsOf(n: number, half: number): Float64Array {
  const out = new Float64Array(2 * n * n);
  const at = (i: number) => half * ((2 * (i + 0.5)) / n - 1);
  for (let row = 0, k = 0; row < n; ++row)
    for (let column = 0; column < n; ++column) {
      out[k++] = at(column);
      out[k++] = at(row);
    }
  return out;
}

/** The law of the first coordinate. */
export const firstCoordinate = (law: GaussianMixture): GaussianMixture =>
  law.dimension === 1 ? law : marginalMixture(law, 0);

/**
 * The exact density p_t of the first coordinate over a plane of time and x. Each time's is scaled to its own highest value: peaks of the
 * data are much higher than what noise leaves of them, and both are to be seen.
 */
export function timeHeat(law: GaussianMixture, schedule: Schedule, axis: TimeAxis, view: View): Heat {
  const [nx, ny] = law.weights.length > MANY ? [72, 64] : [120, 100];
  const values = new Float64Array(nx * ny);
  const x = new Float64Array(ny);
  const level = new Float64Array(ny);
  const one = firstCoordinate(law);
  for (let i = 0; i < nx; ++i) {
    const t = axis.at((i + 0.5) / nx);
    const unit = view.unit(t) / schedule.s(t);
    for (let j = 0; j < ny; ++j) x[j] = unit * view.reach * ((2 * (j + 0.5)) / ny - 1);
    const log = logDensity(one, x, level.fill(schedule.sigma(t)));
    let top = -Infinity;
    for (const l of log) if (l > top) top = l;
    for (let j = 0; j < ny; ++j) values[j * nx + i] = Math.exp(log[j] - top);
  }
  return {kind: "heat", values, nx, ny, color: "--series-gaussian", most: 1, power: 0.8};
}

/** The exact density p_t over a plane of x_1 and x_2, at one time. */
export function planeHeat(law: GaussianMixture, schedule: Schedule, t: number, view: View): Heat {
  const n = law.weights.length > MANY ? 48 : 64;
  const x = cellsOf(n, (view.reach * view.unit(t)) / schedule.s(t));
  const values = logDensity(law, x, new Float64Array(n * n).fill(schedule.sigma(t)));
  for (let i = 0; i < values.length; ++i) values[i] = Math.exp(values[i]);
  return {kind: "heat", values, nx: n, ny: n, color: "--series-gaussian"};
}
