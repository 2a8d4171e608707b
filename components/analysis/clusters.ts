import {kmeans} from "ml-kmeans";
import {random} from "../compute/random.js";

/** Rows that the centres are found by, at most: more don't move them by what shows, and take long. */
const MOST = 20_000;

/** Groups of rows around centres. */
export interface Clusters {
  /** [k, d], the largest group first. */
  centres: Float64Array;
  /** Group of each row [n]. */
  labels: Int32Array;
  /** Rows in each group [k]. */
  counts: Int32Array;
}

/**
 * k-means, as `cryodrgn analyze` groups latents: centres from a seeded draw of at most 20,000 rows (k-means++, then Lloyd's iterations, by
 * ml-kmeans), then every row to the nearest of them.
 * @param x [n, d]
 * @throws RangeError for a k that is no whole number from 1 to n
 */
export function clusters(x: ArrayLike<number>, d: number, k: number, seed: number): Clusters {
  const n = x.length / d;
  if (!(Number.isInteger(k) && k >= 1 && k <= n))
    throw new RangeError(`k: found ${k}; expected a whole number from 1 to ${n}`);
  const order = random(seed).shuffle(Int32Array.from({length: n}, (_, i) => i));
  const rows = Array.from(order.subarray(0, MOST), (i) => Array.from({length: d}, (_, c) => x[i * d + c]));
  const {centroids} = kmeans(rows, k, {seed, initialization: "kmeans++"});
  const found = nearestCentre(x, d, Float64Array.from(centroids.flat()));
  // By size, so that colours and names don't depend on the order in which centres were drawn.
  const bySize = Array.from(found.counts.keys()).sort((a, b) => found.counts[b] - found.counts[a]);
  const place = Int32Array.from({length: k}, (_, c) => bySize.indexOf(c));
  const centres = new Float64Array(k * d);
  bySize.forEach((c, i) => centres.set(centroids[c], i * d));
  return {
    centres,
    labels: found.labels.map((c) => place[c]),
    counts: Int32Array.from(bySize, (c) => found.counts[c])
  };
}

function nearestCentre(x: ArrayLike<number>, d: number, centres: Float64Array) {
  const [n, k] = [x.length / d, centres.length / d];
  const labels = new Int32Array(n);
  const counts = new Int32Array(k);
  for (let i = 0; i < n; ++i) {
    let [best, least] = [0, Infinity];
    for (let j = 0; j < k; ++j) {
      let q = 0;
      for (let c = 0; c < d; ++c) q += (x[i * d + c] - centres[j * d + c]) ** 2;
      if (q < least) [best, least] = [j, q];
    }
    labels[i] = best;
    ++counts[best];
  }
  return {labels, counts};
}
