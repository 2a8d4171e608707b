import {nearest, type KdTree} from "./kdTree.js";

/**
 * Averages over the k nearest rows of a tree, each row weighted by 1 - (distance / reach)^2 where the reach is the distance of the next one (Epanechnikov's
 * kernel with the neighbours' width). A row's weight is 0 when it joins or leaves, so the average is continuous along a path.
 * @param values of the tree's rows [n, columns]
 * @param points [m, d]
 * @param k neighbours (default 20), fewer than n
 * @returns [m, columns]
 * @throws RangeError for k that the rows don't allow
 */
export function neighbourAverages(
  tree: KdTree,
  values: Float64Array,
  columns: number,
  points: Float64Array,
  k = 20
): Float64Array {
  const {dimension: d, rows} = tree;
  if (!(Number.isInteger(k) && k >= 1 && k < rows.length))
    throw new RangeError(`neighbours: found ${k}; expected 1 to ${rows.length - 1}`);
  const m = points.length / d;
  const out = new Float64Array(m * columns);
  for (let i = 0; i < m; ++i) {
    const found = nearest(tree, points.subarray(i * d, (i + 1) * d), k + 1);
    const reach = found.distances[k];
    let total = 0;
    for (let j = 0; j < k; ++j) {
      // where all are equally far there is no one nearer than another
      const weight = found.distances[0] < reach ? 1 - found.distances[j] / reach : 1;
      total += weight;
      for (let c = 0; c < columns; ++c) out[i * columns + c] += weight * values[found.rows[j] * columns + c];
    }
    for (let c = 0; c < columns; ++c) out[i * columns + c] /= total;
  }
  return out;
}
