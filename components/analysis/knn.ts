import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {random} from "../compute/random.js";
import {kdTree, nearest} from "./kdTree.js";

/** Options of nearest-neighbour regression. */
export interface KnnOptions {
  /** Neighbours that are averaged (default 20). */
  neighbours?: number;
  /** Folds of the cross-validation (default 10): a row is predicted from the other folds' rows. */
  folds?: number;
  /** Seed of the folds (default 0). */
  seed?: number;
}

export interface KnnResult {
  /** Coefficient of determination: 1 - sum (y - prediction)^2 / sum (y - mean)^2, over all rows. */
  r2: number;
  /** Prediction of each row from the other folds [n]. */
  predictions: Float64Array;
}

/**
 * Cross-validated k-nearest-neighbour regression of y [n] from z [n, d], Euclidean distance, plain mean.
 * One tree serves all folds: a query leaves out the rows of its own fold, which is the same as a tree a fold.
 */
export function knnRegression(
  z: Float64Array,
  y: ArrayLike<number>,
  d: number,
  options: KnnOptions = {},
  context: JobContext = quiet
): KnnResult {
  const {neighbours = 20, folds = 10, seed = 0} = options;
  const n = y.length;
  if (z.length !== n * d)
    throw new RangeError(`z: found ${z.length / d} rows; expected ${n}, one for each y`);
  if (n - Math.ceil(n / folds) < neighbours) throw new RangeError(`neighbours: found ${neighbours}; expected fewer than the ${n} rows allow`); // prettier-ignore
  const fold = random(seed, 0x464f).shuffle(Int32Array.from({length: n}, (_, i) => i % folds));
  const tree = kdTree(z, d);
  const predictions = new Float64Array(n);
  for (let i = 0; i < n; ++i) {
    if (i % 1000 === 0) {
      context.signal.throwIfAborted();
      context.progress(i, n);
    }
    const {rows} = nearest(tree, z.subarray(i * d, (i + 1) * d), neighbours, (row) => fold[row] === fold[i]);
    for (const row of rows) predictions[i] += y[row] / neighbours;
  }
  return {r2: determination(y, predictions), predictions};
}

/** R^2 of predictions of y. */
export function determination(y: ArrayLike<number>, predictions: ArrayLike<number>): number {
  const mean = Array.from(y).reduce((sum, v) => sum + v / y.length, 0);
  let [residual, total] = [0, 0];
  for (let i = 0; i < y.length; ++i) {
    residual += (y[i] - predictions[i]) ** 2;
    total += (y[i] - mean) ** 2;
  }
  return 1 - residual / total;
}
