import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {random} from "../compute/random.js";
import {standardisation, standardise} from "../diffusion/standardise.js";
import {trainClassifier, type ClassifierOptions} from "./classifier.js";

export interface TwoSampleResult {
  /** Part of the held-out rows that were told apart correctly: 0.5 for one law, 1 for sets that don't overlap. */
  accuracy: number;
  /** Deviation of the accuracy at chance, sqrt(0.25 / rows tested). */
  error: number;
}

/**
 * Classifier two-sample test (Lopez-Paz and Oquab 2017): a network learns to tell rows of x from rows of y on one half
 * and is tested on the other; then the halves change places, so that every row is tested once. As many rows of each
 * set are used, the first ones of the longer.
 * @param x [n, d]
 * @param y [m, d]
 */
export async function twoSampleTest(
  x: Float64Array,
  y: Float64Array,
  d: number,
  options: ClassifierOptions = {},
  context: JobContext = quiet
): Promise<TwoSampleResult> {
  const n = Math.min(x.length, y.length) / d;
  const pooled = new Float64Array(2 * n * d);
  pooled.set(x.subarray(0, n * d));
  pooled.set(y.subarray(0, n * d), n * d);
  const rows = Float32Array.from(standardise(pooled, standardisation(pooled, d)));
  const label = (row: number) => (row < n ? 0 : 1);

  // halves with as many rows of each set
  const halves: [number[], number[]] = [[], []];
  for (const set of [0, 1]) {
    const order = random(options.seed ?? 0, 0x3253, set).shuffle(
      Int32Array.from({length: n}, (_, i) => set * n + i)
    );
    order.forEach((row, i) => halves[i < n >> 1 ? 0 : 1].push(row));
  }
  const pick = (half: number[]) => {
    const out = new Float32Array(half.length * d);
    half.forEach((row, i) => out.set(rows.subarray(row * d, (row + 1) * d), i * d));
    return out;
  };
  let correct = 0;
  for (const fold of [0, 1]) {
    await context.turn();
    const [train, test] = [halves[fold], halves[1 - fold]];
    const logOdds = await trainClassifier(pick(train), Uint8Array.from(train, label), d, options, context);
    logOdds(pick(test)).forEach((l, i) => (correct += Number(l > 0 === (label(test[i]) === 1))));
    context.progress(fold + 1, 2);
  }
  return {accuracy: correct / (2 * n), error: Math.sqrt(0.25 / (2 * n))};
}
