/** A k-d tree over points [n, d]: exact nearest neighbours in few dimensions without comparing with every point. */
export interface KdTree {
  dimension: number;
  points: Float64Array;
  /** Permutation of the rows; each node is a range of it, split at its middle. */
  order: Int32Array;
  /** Split dimension of each inner node, in heap order. */
  axis: Uint8Array;
}

const LEAF = 16;

/** Builds the tree by splitting at the median of the widest dimension. O(n log^2 n). */
export function kdTree(points: Float64Array, d: number): KdTree {
  const n = points.length / d;
  const order = Int32Array.from({length: n}, (_, i) => i);
  const axis = new Uint8Array(2 ** Math.ceil(Math.log2(Math.max(2, (2 * n) / LEAF)) + 1));
  const build = (node: number, from: number, to: number) => {
    if (to - from <= LEAF) return;
    let widest = 0;
    let width = -1;
    for (let c = 0; c < d; ++c) {
      let [low, high] = [Infinity, -Infinity];
      for (let i = from; i < to; ++i) {
        const v = points[order[i] * d + c];
        if (v < low) low = v;
        if (v > high) high = v;
      }
      if (high - low > width) [width, widest] = [high - low, c];
    }
    axis[node] = widest;
    order.subarray(from, to).sort((i, j) => points[i * d + widest] - points[j * d + widest]);
    const middle = (from + to) >> 1;
    build(2 * node + 1, from, middle);
    build(2 * node + 2, middle, to);
  };
  build(0, 0, n);
  return {dimension: d, points, order, axis};
}

/** Nearest neighbours of one point: rows and squared distances, nearest first. */
export interface Neighbours {
  rows: Int32Array;
  distances: Float64Array;
}

/**
 * The k rows of the tree that are nearest to a point [d], leaving out rows for which `skip` is true.
 * Fewer than k are found only where fewer are left: their rows are -1 and distances Infinity.
 */
export function nearest(
  tree: KdTree,
  point: ArrayLike<number>,
  k: number,
  skip: (row: number) => boolean = () => false
): Neighbours {
  const {dimension: d, points, order, axis} = tree;
  const rows = new Int32Array(k).fill(-1);
  const distances = new Float64Array(k).fill(Infinity);
  const visit = (node: number, from: number, to: number) => {
    if (to - from > LEAF) {
      const middle = (from + to) >> 1;
      const a = axis[node];
      const away = point[a] - points[order[middle] * d + a];
      const near = away < 0;
      if (near) visit(2 * node + 1, from, middle);
      else visit(2 * node + 2, middle, to);
      if (away * away > distances[k - 1]) return;
      if (near) visit(2 * node + 2, middle, to);
      else visit(2 * node + 1, from, middle);
      return;
    }
    for (let i = from; i < to; ++i) {
      const row = order[i];
      let q = 0;
      for (let c = 0; c < d; ++c) q += (points[row * d + c] - point[c]) ** 2;
      if (q >= distances[k - 1] || skip(row)) continue;
      let at = k - 1;
      for (; at > 0 && distances[at - 1] > q; --at) {
        distances[at] = distances[at - 1];
        rows[at] = rows[at - 1];
      }
      distances[at] = q;
      rows[at] = row;
    }
  };
  visit(0, 0, order.length);
  return {rows, distances};
}
