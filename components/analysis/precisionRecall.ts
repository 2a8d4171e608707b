import {random} from "../compute/random.js";
import {takeRows} from "../diffusion/heldOut.js";
import {ballCover} from "./ballCover.js";
import {kdTree, nearest} from "./kdTree.js";

export interface PrecisionRecall {
  /** Part of the samples that lie within the data: in the ball of some encoding, as wide as the distance to its k-th nearest other one. */
  precision: number;
  /** Part of the encodings that lie within the samples in the same sense: what of the data the samples cover. */
  recall: number;
}

/**
 * Improved precision and recall (Kynkaanniemi et al. 2019, eq. 1-3), exact, by k-d trees. Between two samples of one law both are well below
 * 1 and depend on n, k and d, which is why `precisionRecallBeside` puts their floor beside them.
 * @param encodings [n, d]
 * @param samples [m, d]; as many as encodings, for precision and recall to be comparable
 * @param k neighbours that a ball reaches to (default 3, the paper's)
 * @throws RangeError where there are not more points than k
 */
export function precisionRecall(
  encodings: Float64Array,
  samples: Float64Array,
  d: number,
  k = 3
): PrecisionRecall {
  return {precision: coverage(encodings, samples, d, k), recall: coverage(samples, encodings, d, k)};
}

/** Part of `queries` [m, d] that lie in the ball of some point of a set [n, d], as wide as the distance to its k-th nearest other one. */
function coverage(points: Float64Array, queries: Float64Array, d: number, k: number): number {
  const n = points.length / d;
  if (!(k >= 1 && k < n)) throw new RangeError(`k: found ${k}; expected 1 to ${n - 1}`);
  const tree = kdTree(points, d);
  const squared = new Float64Array(n);
  for (let i = 0; i < n; ++i) {
    const own = points.subarray(i * d, (i + 1) * d);
    squared[i] = nearest(tree, own, k, (row) => row === i).distances[k - 1];
  }
  const inside = ballCover(tree, squared);
  const m = queries.length / d;
  let covered = 0;
  for (let i = 0; i < m; ++i) if (inside(queries.subarray(i * d, (i + 1) * d))) ++covered;
  return covered / m;
}

export interface PrecisionRecallBeside extends PrecisionRecall {
  /** The same of a half of the encodings against the other half: what samples of the data's own law would have. */
  precisionFloor: number;
  recallFloor: number;
  /** Points on each side of a draw, and draws that all four are means over. */
  n: number;
  draws: number;
}

export interface PrecisionRecallOptions {
  /** Neighbours that a ball reaches to (default 3). */
  k?: number;
  /** Points on each side (default: half the encodings, or all samples if they are fewer). */
  n?: number;
  /** Draws of disjoint parts of the encodings, and of samples (default 5). */
  draws?: number;
  /** Seed of the draws (default 0). */
  seed?: number;
}

/**
 * Precision and recall with their floors. A draw takes two disjoint parts A and B of the encodings, of n rows each, and n samples: the
 * statistic is of the samples against A, its floor of B against A.
 * @throws RangeError where n is more than half of the encodings or all samples
 */
export function precisionRecallBeside(
  encodings: Float64Array,
  samples: Float64Array,
  d: number,
  options: PrecisionRecallOptions = {}
): PrecisionRecallBeside {
  const [m, available] = [encodings.length / d, samples.length / d];
  const {k = 3, n = Math.min(m >> 1, available), draws = 5, seed = 0} = options;
  if (2 * n > m || n > available)
    throw new RangeError(
      `n: found ${n}; expected at most half of ${m} encodings and all of ${available} samples`
    );
  const shuffled = (rows: number, draw: number, set: number) =>
    random(seed, 0x5052, draw, set).shuffle(Int32Array.from({length: rows}, (_, i) => i));
  const mean = {precision: 0, recall: 0, precisionFloor: 0, recallFloor: 0};
  for (let draw = 0; draw < draws; ++draw) {
    const order = shuffled(m, draw, 0);
    const [a, b] = [order.subarray(0, n), order.subarray(n, 2 * n)].map((r) => takeRows(encodings, d, r));
    const s = takeRows(samples, d, shuffled(available, draw, 1).subarray(0, n));
    const [found, floor] = [precisionRecall(a, s, d, k), precisionRecall(a, b, d, k)];
    mean.precision += found.precision / draws;
    mean.recall += found.recall / draws;
    mean.precisionFloor += floor.precision / draws;
    mean.recallFloor += floor.recall / draws;
  }
  return {...mean, n, draws};
}
