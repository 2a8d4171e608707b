import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {random} from "../compute/random.js";
import {kdTree, nearest, type KdTree} from "./kdTree.js";
import {knnRegression, type KnnOptions} from "./knn.js";

/** Encodings whose states are known, ready to be asked for their nearest. */
export interface LabelledLatents {
  tree: KdTree;
  /** State of each encoding, 0 .. K - 1 [n]. */
  labels: Int32Array;
  /** Number of states. */
  K: number;
}

/**
 * Prepares labelled encodings.
 * @param encodings [n, d]
 * @param labels whole numbers from 0 [n]
 * @param K number of states (default: one more than the greatest label)
 * @throws RangeError where labels and encodings don't match, or a label is no state
 */
export function labelledLatents(
  encodings: Float64Array,
  labels: ArrayLike<number>,
  d: number,
  K = greatest(labels) + 1
): LabelledLatents {
  if (encodings.length !== labels.length * d)
    throw new RangeError(`labels: found ${labels.length}; expected ${encodings.length / d}, one for each encoding`); // prettier-ignore
  for (let i = 0; i < labels.length; ++i)
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < K))
      throw new RangeError(`label ${i}: found ${labels[i]}; expected 0 to ${K - 1}`);
  return {tree: kdTree(encodings, d), labels: Int32Array.from(labels), K};
}

/**
 * State of latents by a vote of their k nearest encodings; the nearest of them decides a tie. With k = 1 the states of samples have the law
 * of the encodings' states where the samples have the encodings' law: then a sample's nearest encoding is as good as any draw of the
 * joint law of latents and states. A vote does not keep that law: it favours the majority wherever states overlap.
 * @param z latents [m, d]
 * @param k neighbours (default 1)
 * @returns states [m]
 */
export function statesOf({tree, labels, K}: LabelledLatents, z: Float64Array, k = 1): Int32Array {
  const d = tree.dimension;
  const out = new Int32Array(z.length / d);
  const votes = new Int32Array(K);
  for (let i = 0; i < out.length; ++i)
    out[i] = elected(nearest(tree, z.subarray(i * d, (i + 1) * d), k).rows, labels, votes);
  return out;
}

export interface Classification {
  /** Part of the rows that were given their own state. */
  accuracy: number;
  /** Predicted state of each row, from the other folds [n]. */
  predictions: Int32Array;
  /** Rows of true state i that were given state j, at i K + j [K, K]. */
  confusion: Int32Array;
  /** Part of each state's rows that were given it, its recall [K]; NaN for a state without rows. */
  perState: Float64Array;
  K: number;
}

/**
 * Cross-validated k-nearest-neighbour classification of states from latents, the folds those of `knnRegression`: a row is classified
 * by the rows of the other folds alone.
 * @param z [n, d]
 * @param labels whole numbers from 0 [n]
 * @param options neighbours (default 20), folds (default 10), seed (default 0)
 */
export function knnClassification(
  z: Float64Array,
  labels: ArrayLike<number>,
  d: number,
  options: KnnOptions = {},
  context: JobContext = quiet
): Classification {
  const {neighbours = 20, folds = 10, seed = 0} = options;
  const {tree, labels: states, K} = labelledLatents(z, labels, d);
  const n = states.length;
  if (n - Math.ceil(n / folds) < neighbours)
    throw new RangeError(`neighbours: found ${neighbours}; expected fewer than the ${n} rows allow`);
  const fold = random(seed, 0x464f).shuffle(Int32Array.from({length: n}, (_, i) => i % folds));
  const predictions = new Int32Array(n);
  const confusion = new Int32Array(K * K);
  const votes = new Int32Array(K);
  let right = 0;
  for (let i = 0; i < n; ++i) {
    if (i % 1000 === 0) {
      context.signal.throwIfAborted();
      context.progress(i, n);
    }
    const {rows} = nearest(tree, z.subarray(i * d, (i + 1) * d), neighbours, (row) => fold[row] === fold[i]);
    predictions[i] = elected(rows, states, votes);
    ++confusion[states[i] * K + predictions[i]];
    if (predictions[i] === states[i]) ++right;
  }
  const perState = new Float64Array(K);
  for (let s = 0; s < K; ++s) {
    let rows = 0;
    for (let j = 0; j < K; ++j) rows += confusion[s * K + j];
    perState[s] = rows > 0 ? confusion[s * K + s] / rows : NaN;
  }
  return {accuracy: right / n, predictions, confusion, perState, K};
}

export interface AngleRegression {
  /** Angle of each row, radians in (-pi, pi], from the other folds [n]. */
  predictions: Float64Array;
  /** Distance on the circle between each row's angle and its prediction, radians in [0, pi] [n]. */
  errors: Float64Array;
  median: number;
  mean: number;
}

/**
 * Cross-validated nearest-neighbour regression of an angle from latents, through its sine and cosine, whose predictions' direction is the
 * predicted angle.
 * @param z [n, d]
 * @param angle radians [n]
 * @param options neighbours (default 20), folds (default 10), seed (default 0)
 */
export function angleRegression(
  z: Float64Array,
  angle: ArrayLike<number>,
  d: number,
  options: KnnOptions = {},
  context: JobContext = quiet
): AngleRegression {
  const n = angle.length;
  const [sine, cosine] = [Math.sin, Math.cos].map((f) => {
    const y = new Float64Array(n);
    for (let i = 0; i < n; ++i) y[i] = f(angle[i]);
    return knnRegression(z, y, d, options, context).predictions; // the same folds both times
  });
  const predictions = new Float64Array(n);
  const errors = new Float64Array(n);
  let mean = 0;
  for (let i = 0; i < n; ++i) {
    predictions[i] = Math.atan2(sine[i], cosine[i]);
    errors[i] = circularDistance(angle[i], predictions[i]);
    mean += errors[i] / n;
  }
  const sorted = errors.slice().sort();
  const median = (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  return {predictions, errors, median, mean};
}

/** Distance of two angles on the circle, radians in [0, pi]. */
export const circularDistance = (a: number, b: number): number =>
  Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));

/** The state with the most votes among rows that are nearest first; the nearest of those that tie. Leaves `votes` at 0. */
function elected(rows: Int32Array, labels: Int32Array, votes: Int32Array): number {
  let best = -1;
  for (const row of rows) if (row >= 0) ++votes[labels[row]];
  for (const row of rows) if (row >= 0 && (best < 0 || votes[labels[row]] > votes[best])) best = labels[row];
  for (const row of rows) if (row >= 0) votes[labels[row]] = 0;
  return best;
}

const greatest = (labels: ArrayLike<number>): number =>
  Array.from(labels).reduce((most, label) => Math.max(most, label), -1);
