import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {arcLength, evenlyAlong} from "./polyline.js";

/** The gradient of log p at points [m, d], per unit of the points [m, d]. */
export type ScoreAt = (points: Float64Array) => Promise<Float64Array> | Float64Array;

export interface FluxStringOptions {
  /** How far points follow the score in one turn, in squared units of the points; stable below twice the law's smallest variance. */
  step: number;
  /** Turns (default 200). */
  iterations?: number;
}

/**
 * Relaxes a path towards one that keeps the integral of exp(F) low, F = -log p, as a string of points: each follows the score across the path, the string
 * contracts by its curvature, and points are put evenly along it again. Where it rests, the score across the path balances its curvature, which
 * is what makes a path one of maximum flux. The semi-implicit simplified string method of Zhao, Shen and Skeel 2010 (J. Chem.
 * Theory Comput. 6, 2411): contraction is implicit, so that it is stable for any number of points.
 * @param path from A to B [m, d], m of at least 3; its ends stay
 */
export async function fluxString(
  path: Float64Array,
  d: number,
  score: ScoreAt,
  {step, iterations = 200}: FluxStringOptions,
  context: JobContext = quiet
): Promise<Float64Array> {
  const m = path.length / d;
  if (!(m >= 3)) throw new RangeError(`path: found ${m} points; expected 3 or more`);
  let z = evenlyAlong(path, d, m);
  for (let turn = 0; turn < iterations; ++turn) {
    await context.turn();
    const spacing = arcLength(z, d)[m - 1] / (m - 1);
    if (!(spacing > 0)) return z;
    const moved = z.slice();
    const pull = await score(z);
    for (let i = 1; i + 1 < m; ++i) {
      let [square, along] = [0, 0];
      for (let c = 0; c < d; ++c) {
        const tangent = z[(i + 1) * d + c] - z[(i - 1) * d + c];
        square += tangent * tangent;
        along += tangent * pull[i * d + c];
      }
      for (let c = 0; c < d; ++c) {
        const tangent = z[(i + 1) * d + c] - z[(i - 1) * d + c];
        moved[i * d + c] += step * (pull[i * d + c] - (square > 0 ? (along / square) * tangent : 0));
      }
    }
    contract(moved, m, d, step / spacing ** 2);
    z = evenlyAlong(moved, d, m);
    context.progress(turn + 1, iterations);
  }
  return z;
}

/** Solves z_i - weight (z_(i-1) - 2 z_i + z_(i+1)) = given z_i in place, with both ends fixed: a tridiagonal system for each dimension. */
function contract(z: Float64Array, m: number, d: number, weight: number): void {
  const factor = new Float64Array(m);
  for (let i = 1; i + 1 < m; ++i) {
    const pivot = 1 + 2 * weight - weight * factor[i - 1];
    factor[i] = weight / pivot;
    for (let c = 0; c < d; ++c) z[i * d + c] = (z[i * d + c] + weight * z[(i - 1) * d + c]) / pivot;
  }
  for (let i = m - 2; i >= 1; --i) for (let c = 0; c < d; ++c) z[i * d + c] += factor[i] * z[(i + 1) * d + c];
}
