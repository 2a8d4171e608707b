import {select, widestAxis} from "../compute/select.js";

/** A k-d tree over points [n, d]: exact nearest neighbours in few dimensions without comparing with every point. */
export interface KdTree {
  dimension: number;
  /** The points in the tree's order, so that a leaf is one stretch of memory [n, d]. */
  points: Float64Array;
  /** Row that each point had in the set the tree was made from [n]. */
  rows: Int32Array;
  /** Split dimension and value of each inner node, in heap order; a node is a range of points, halved at its middle. */
  axis: Uint8Array;
  split: Float64Array;
}

/** Nodes of at most this many points are not divided. */
export const LEAF = 12;

/** Builds the tree over at most 2^31 points of at most 256 dimensions, halving each node across its widest one. */
export function kdTree(points: Float64Array, d: number): KdTree {
  const n = points.length / d;
  const rows = Int32Array.from({length: n}, (_, i) => i);
  const nodes = 2 ** (Math.ceil(Math.log2(Math.max(1, n / LEAF))) + 1);
  const axis = new Uint8Array(nodes);
  const split = new Float64Array(nodes);
  const build = (node: number, from: number, to: number) => {
    if (to - from <= LEAF) return;
    const widest = widestAxis(points, d, rows, from, to);
    const middle = (from + to) >> 1;
    select(rows, from, to - 1, middle, (row) => points[row * d + widest]);
    axis[node] = widest;
    split[node] = points[rows[middle] * d + widest];
    build(2 * node + 1, from, middle);
    build(2 * node + 2, middle, to);
  };
  build(0, 0, n);
  const ordered = new Float64Array(points.length);
  rows.forEach((row, i) => ordered.set(points.subarray(row * d, (row + 1) * d), i * d));
  return {dimension: d, points: ordered, rows, axis, split};
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
  const {dimension: d, points, axis, split} = tree;
  const rows = new Int32Array(k).fill(-1);
  const distances = new Float64Array(k).fill(Infinity);
  // distance from the point to the cell being visited, a component an axis (Arya and Mount 1993): it prunes far more
  // cells in 8 dimensions than the distance to the last splitting plane
  const offset = new Float64Array(d);
  const visit = (node: number, from: number, to: number, cell: number) => {
    if (to - from <= LEAF) return scan(from, to);
    const middle = (from + to) >> 1;
    const a = axis[node];
    const away = point[a] - split[node];
    const left = away < 0;
    if (left) visit(2 * node + 1, from, middle, cell);
    else visit(2 * node + 2, middle, to, cell);
    const kept = offset[a];
    const far = cell - kept * kept + away * away;
    if (far >= distances[k - 1]) return;
    offset[a] = away;
    if (left) visit(2 * node + 2, middle, to, far);
    else visit(2 * node + 1, from, middle, far);
    offset[a] = kept;
  };
  const scan = (from: number, to: number) => {
    for (let i = from; i < to; ++i) {
      let q = 0;
      for (let c = 0, p = i * d; c < d; ++c, ++p) q += (points[p] - point[c]) * (points[p] - point[c]);
      if (q >= distances[k - 1] || skip(tree.rows[i])) continue;
      let at = k - 1;
      for (; at > 0 && distances[at - 1] > q; --at) {
        distances[at] = distances[at - 1];
        rows[at] = rows[at - 1];
      }
      distances[at] = q;
      rows[at] = tree.rows[i];
    }
  };
  visit(0, 0, tree.rows.length, 0);
  return {rows, distances};
}
