import {quiet, type JobContext} from "../compute/job.js";
import {random} from "../compute/random.js";
import {takeRows} from "../diffusion/heldOut.js";
import {kdTree, nearest} from "./kdTree.js";
import {quantile} from "./quantiles.js";

/** The neighbour to which the distance is taken, and rows that neighbours are looked for among, at most. */
const [NEIGHBOUR, MOST] = [5, 5000];

/** The quantile of the distances that is the unit: latents are crowded in one state and spread in another, so that their median says little. */
const UNIT = 0.99;

/** Rows between two looks at the thread's messages. */
const ROWS = 2000;

/**
 * How alone each row is: the distance to its 5th nearest neighbour among up to 5,000 rows drawn with seed 1, in units of the 99% quantile of this
 * distance (after Ramaswamy et al. 2000): a hundredth of the rows is above 1. A row far from all others is alone, one of a small group is not, wherever the group lies.
 * @param x [n, d]
 * @returns [n]; all 0 where nearly all rows are the same
 * @throws RangeError for fewer than 7 rows
 */
export async function isolation(
  x: Float32Array,
  d: number,
  {turn, progress}: JobContext = quiet
): Promise<Float32Array> {
  const n = x.length / d;
  if (n < NEIGHBOUR + 2) throw new RangeError(`rows: found ${n}; expected ${NEIGHBOUR + 2} or more`);
  const order = random(1).shuffle(Int32Array.from({length: n}, (_, i) => i));
  const drawn = order.subarray(0, MOST);
  const place = new Int32Array(n).fill(-1);
  drawn.forEach((row, i) => (place[row] = i));
  const tree = kdTree(Float64Array.from(takeRows(x, d, drawn)), d);
  const far = new Float32Array(n);
  for (let i = 0; i < n; ++i) {
    if (i % ROWS === 0) {
      await turn();
      progress(i, n);
    }
    const {distances} = nearest(tree, x.subarray(i * d, (i + 1) * d), NEIGHBOUR, (row) => row === place[i]);
    far[i] = Math.sqrt(distances[NEIGHBOUR - 1]);
  }
  const unit = quantile(far.slice().sort(), UNIT);
  progress(n, n);
  return unit > 0 ? far.map((v) => v / unit) : far.fill(0);
}
