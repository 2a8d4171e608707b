import {kdTree, nearest} from "./kdTree.js";

/** An undirected graph over points, which leads from each to each other. */
export interface JoinedGraph {
  /** Rows at the two ends of each edge [edges], the lower one first. */
  from: Int32Array;
  to: Int32Array;
  /** Euclidean length of each edge [edges]. */
  length: Float64Array;
}

/**
 * The union of two graphs: edges to each point's k nearest others, and the shortest tree that joins all points (Prim 1957). Separate clusters, which a
 * nearest-neighbour graph leaves apart, are joined where they are nearest. The tree compares all pairs: for some thousands of points.
 * @param z points [n, d]
 * @param k neighbours of each, from 1 to n - 1
 * @throws RangeError for another k
 */
export function joinedGraph(z: Float64Array, d: number, k: number): JoinedGraph {
  const n = z.length / d;
  if (!(Number.isInteger(k) && k >= 1 && k < n))
    throw new RangeError(`neighbours: found ${k}; expected a whole number from 1 to ${n - 1}`);
  const found = new Map<number, number>();
  const add = (i: number, j: number, square: number) =>
    found.set(Math.min(i, j) * n + Math.max(i, j), square);
  const tree = kdTree(z, d);
  for (let i = 0; i < n; ++i) {
    const {rows, distances} = nearest(tree, z.subarray(i * d, (i + 1) * d), k, (row) => row === i);
    rows.forEach((row, j) => add(i, row, distances[j]));
  }
  joinAll(z, d, add);
  const keys = [...found.keys()].sort((p, q) => p - q);
  return {
    from: Int32Array.from(keys, (key) => Math.floor(key / n)),
    to: Int32Array.from(keys, (key) => key % n),
    length: Float64Array.from(keys, (key) => Math.sqrt(found.get(key)!))
  };
}

/** Prim's tree, grown from row 0: at each turn the point that is nearest to those that are in it. */
function joinAll(z: Float64Array, d: number, add: (i: number, j: number, square: number) => void): void {
  const n = z.length / d;
  const square = new Float64Array(n).fill(Infinity);
  const by = new Int32Array(n);
  const done = new Uint8Array(n);
  for (let count = 1, row = 0; count < n; ++count) {
    done[row] = 1;
    let next = -1;
    for (let i = 0; i < n; ++i) {
      if (done[i]) continue;
      let q = 0;
      for (let c = 0; c < d; ++c) q += (z[i * d + c] - z[row * d + c]) ** 2;
      if (q < square[i]) {
        square[i] = q;
        by[i] = row;
      }
      if (next < 0 || square[i] < square[next]) next = i;
    }
    add(next, by[next], square[next]);
    row = next;
  }
}
