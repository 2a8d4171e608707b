import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {random} from "../compute/random.js";
import {takeRows} from "../diffusion/heldOut.js";
import {kernelMeanBetween, kernelMeanWithin, medianBandwidth} from "./mmd.js";
import {slicedW2} from "./slicedW2.js";
import {twoSampleTest} from "./twoSample.js";

/** A row of table T2: how far samples are from encodings, each number with its floor. */
export interface Comparison {
  /** MMD (biased, RBF), mean over the draws, and the same between two disjoint halves of the encodings. */
  mmd: number;
  mmdFloor: number;
  /** Bandwidth of its kernel: the median distance between encodings, in their units. */
  bandwidth: number;
  /** Sliced W2 in the units of the encodings, mean over the draws, and its floor. */
  slicedW2: number;
  slicedW2Floor: number;
  /** Accuracy of the classifier two-sample test; chance is 0.5. `accuracyFloor` is that of two halves of the encodings. */
  accuracy: number;
  accuracyFloor: number;
  /** Deviation of `accuracy` at chance. */
  accuracyError: number;
  /** Rows on each side of a draw's MMD and sliced W2, and the number of draws. */
  n: number;
  draws: number;
}

export interface CompareOptions {
  /** Rows on each side of a draw (default: half the encodings, or all samples if they are fewer). */
  n?: number;
  /**
   * More encodings [l, d], apart from those compared with: the floor's other side is drawn from them. Without them it is
   * the other half of the encodings. With them the chance make-up of the encodings, which weighs on both the statistic
   * and its floor, is the same in both.
   */
  others?: Float64Array;
  /**
   * More samples [j, d], from which every draw takes rows of its own. Without them the draws share `samples`, whose chance
   * make-up then stays in the mean over the draws.
   */
  more?: Float64Array;
  /** Draws that MMD and sliced W2 are averaged over (default 5). */
  draws?: number;
  /** Seed of the draws; the same seed gives the same floors, whatever the samples. */
  seed?: number;
}

/**
 * Bandwidth of the MMD's kernel in median distances between encodings. The median itself sees little but the overall
 * shape, and scatters by half between sets of one law; a quarter sees blur as well, and scatters by a tenth.
 */
const BANDWIDTH = 1 / 4;

/**
 * Compares samples with encodings. A draw takes two disjoint parts A and B of the encodings, of n rows each, and n samples
 * S: the statistic is S against A, its floor B against A.
 * @param encodings that the prior never saw in training [m, d]
 * @param samples [k, d]
 * @throws the signal's reason when cancelled
 */
export async function compare(
  encodings: Float64Array,
  samples: Float64Array,
  d: number,
  options: CompareOptions = {},
  context: JobContext = quiet
): Promise<Comparison> {
  const [m, k] = [encodings.length / d, samples.length / d];
  const {n = Math.min(m >> 1, k), others, more, draws = 5, seed = 0} = options;
  if (2 * n > m || n > k) {
    throw new RangeError(`n: found ${n}; expected at most half of ${m} encodings and all of ${k} samples`);
  }
  // The rows of a draw: a part of its own where there are enough for all, else a random one.
  const part = (x: Float64Array, draw: number, set: number) => {
    const rows = x.length / d;
    if (n > rows) throw new RangeError(`n: found ${n}; expected at most all of ${rows} rows`);
    if (rows >= n * draws) return x.subarray(draw * n * d, (draw + 1) * n * d);
    return takeRows(x, d, shuffled(rows, seed, draw, set).subarray(0, n));
  };
  const h = BANDWIDTH * medianBandwidth(encodings, d);
  const sums = {mmd: 0, mmdFloor: 0, slicedW2: 0, slicedW2Floor: 0};
  for (let draw = 0; draw < draws; ++draw) {
    const order = shuffled(m, seed, draw, 0);
    const a = takeRows(encodings, d, order.subarray(0, n));
    const b = others ? part(others, draw, 2) : takeRows(encodings, d, order.subarray(n, 2 * n));
    const s = part(more ?? samples, draw, 1);
    const [aa, bb, ss] = [a, b, s].map((x) => kernelMeanWithin(x, d, h));
    sums.mmd += root(ss + aa - 2 * kernelMeanBetween(s, a, d, h)) / draws;
    await breathe(context, 2 * draw, 2 * draws + 2);
    sums.mmdFloor += root(bb + aa - 2 * kernelMeanBetween(b, a, d, h)) / draws;
    sums.slicedW2 += slicedW2(s, a, d, {seed: draw}) / draws;
    sums.slicedW2Floor += slicedW2(b, a, d, {seed: draw}) / draws;
    await breathe(context, 2 * draw + 1, 2 * draws + 2);
  }
  const inside = {...context, progress: () => {}};
  const {accuracy, error: accuracyError} = await twoSampleTest(samples, encodings, d, {seed}, inside);
  await breathe(context, 2 * draws + 1, 2 * draws + 2);
  const order = shuffled(m, seed, 0, 0);
  const halves = [order.subarray(0, m >> 1), order.subarray(m >> 1)].map((rows) =>
    takeRows(encodings, d, rows)
  );
  const floor = await twoSampleTest(halves[0], halves[1], d, {seed}, inside);
  context.progress(1, 1);
  return {...sums, bandwidth: h, accuracy, accuracyFloor: floor.accuracy, accuracyError, n, draws};
}

const root = (squared: number) => Math.sqrt(Math.max(0, squared));

const shuffled = (n: number, seed: number, draw: number, set: number): Int32Array =>
  random(seed, 0x5432, draw, set).shuffle(Int32Array.from({length: n}, (_, i) => i));

/** Lets a cancel be heard. */
function breathe(context: JobContext, done: number, total: number): Promise<void> {
  context.progress(done, total);
  return context.turn();
}
