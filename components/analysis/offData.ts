import {random} from "../compute/random.js";
import {kdTree, nearest, type KdTree} from "./kdTree.js";
import {quantilesAmong} from "./quantiles.js";

/** How far encodings are from each other: what a distance to them is measured by. */
export interface DataScale {
  tree: KdTree;
  /** The neighbour whose distance is taken. */
  k: number;
  /** Distance of encodings to their own k-th nearest other encoding, sorted, in the latents' units. */
  own: Float64Array;
}

export interface DataScaleOptions {
  /** The neighbour whose distance is taken (default 10): more of them see a wider place around a point. */
  k?: number;
  /** Encodings whose own distances are taken, at most (default 5000), spread at random over all. */
  rows?: number;
  /** Seed of these rows (default 0). */
  seed?: number;
}

/**
 * The scale of a set of encodings: the distance of each to its k-th nearest other one (leave-one-out). Its quantiles are what is usual
 * for points of the data, dense places and sparse ones together.
 * @param encodings [n, d]
 * @throws RangeError for k beyond n - 1
 */
export function dataScale(encodings: Float64Array, d: number, options: DataScaleOptions = {}): DataScale {
  const {k = 10, rows: most = 5000, seed = 0} = options;
  const n = encodings.length / d;
  if (!(k >= 1 && k < n)) throw new RangeError(`k: found ${k}; expected 1 to ${n - 1}`);
  const tree = kdTree(encodings, d);
  const order = Int32Array.from({length: n}, (_, i) => i);
  const rows = n > most ? random(seed, 0x4f44).shuffle(order).subarray(0, most) : order;
  const own = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; ++i) {
    const row = rows[i];
    own[i] = kthDistance(tree, encodings.subarray(row * d, (row + 1) * d), k, (other) => other === row);
  }
  return {tree, k, own: own.sort()};
}

export interface Departure {
  /** Distance of each point to its k-th nearest encoding, in the latents' units [m]. */
  distance: Float64Array;
  /**
   * Its quantile among the encodings' own [m], 0..1: 0.99 is as far out as 1 in 100 encodings, 1 further than all of them. For points of
   * the data's own law it is uniform.
   */
  quantile: Float64Array;
}

/** How far points [m, d] are from the data. A point that is itself an encoding is its own nearest. */
export function departure({tree, k, own}: DataScale, points: Float64Array): Departure {
  const d = tree.dimension;
  const distance = new Float64Array(points.length / d);
  for (let i = 0; i < distance.length; ++i)
    distance[i] = kthDistance(tree, points.subarray(i * d, (i + 1) * d), k);
  return {distance, quantile: quantilesAmong(own, distance)};
}

/** Quantile of points' log densities among encodings' [m], 0..1: 0.01 is as unlikely as 1 in 100 encodings. */
export const densityQuantile = (
  logDensity: ArrayLike<number>,
  encodingsLogDensity: ArrayLike<number>
): Float64Array => quantilesAmong(Float64Array.from(encodingsLogDensity).sort(), logDensity);

/** A stretch of a path between two values of y. */
export interface Stretch {
  /** Points of the path, both included. */
  first: number;
  last: number;
  /** Where it begins and ends: half way to the points next to it, or at the path's end. */
  from: number;
  to: number;
}

/**
 * Stretches of a path that are off the data: where the quantile of the distance is above a limit.
 * @param quantile of each point [m], as `departure` gives it
 * @param y of each point [m], rising
 * @param limit default 0.99: further out than 99 in 100 encodings
 */
export function offData(quantile: ArrayLike<number>, y: ArrayLike<number>, limit = 0.99): Stretch[] {
  const stretches: Stretch[] = [];
  const m = quantile.length;
  for (let first = 0; first < m; ++first) {
    if (!(quantile[first] > limit)) continue;
    let last = first;
    while (last + 1 < m && quantile[last + 1] > limit) ++last;
    stretches.push({
      first,
      last,
      from: first === 0 ? y[0] : (y[first - 1] + y[first]) / 2,
      to: last === m - 1 ? y[m - 1] : (y[last] + y[last + 1]) / 2
    });
    first = last;
  }
  return stretches;
}

function kthDistance(
  tree: KdTree,
  point: ArrayLike<number>,
  k: number,
  skip?: (row: number) => boolean
): number {
  return Math.sqrt(nearest(tree, point, k, skip).distances[k - 1]);
}
