import {kdTree, nearest} from "./kdTree.js";
import {shortestPath} from "./shortestPath.js";

/** A directed graph over latents: from each row to its own nearest neighbours, as compressed rows. */
export interface NeighbourGraph {
  /** Edges of row i are those from `first[i]` to `first[i + 1]` - 1 [n + 1]. */
  first: Int32Array;
  /** Row that each edge goes to [edges], the nearest of its row first. */
  to: Int32Array;
  /** Euclidean length of each edge [edges], in the latents' units. */
  length: Float64Array;
  /** Edges longer than this were dropped. */
  threshold: number;
}

export interface NeighbourGraphOptions {
  /** Nearest rows that a row may have edges to, itself among them, as cryoDRGN counts (default 10). */
  maxNeighbours?: number;
  /** Rows that a row keeps on average, itself among them; the longest edges of all rows go first (default 5). */
  averageNeighbours?: number;
}

/**
 * The nearest-neighbour graph of cryoDRGN's `graph_traversal`: each row has edges to its nearest rows, and of all these only the
 * shortest stay. Directed: a row in a sparse place has edges to a dense one, but not the other way. Exact, by a k-d tree.
 * @param z latents [n, d]
 * @throws RangeError where the numbers of neighbours don't fit
 */
export function neighbourGraph(
  z: Float64Array,
  d: number,
  options: NeighbourGraphOptions = {}
): NeighbourGraph {
  const {maxNeighbours = 10, averageNeighbours = 5} = options;
  const n = z.length / d;
  if (!Number.isInteger(maxNeighbours) || maxNeighbours < 2 || maxNeighbours > n)
    throw new RangeError(`maxNeighbours: found ${maxNeighbours}; expected a whole number from 2 to ${n}`);
  if (!(averageNeighbours > 1 && averageNeighbours <= maxNeighbours))
    throw new RangeError(
      `averageNeighbours: found ${averageNeighbours}; expected above 1 and at most ${maxNeighbours}`
    );
  const k = maxNeighbours - 1;
  const tree = kdTree(z, d);
  const rows = new Int32Array(n * k);
  const lengths = new Float64Array(n * k);
  for (let i = 0; i < n; ++i) {
    const found = nearest(tree, z.subarray(i * d, (i + 1) * d), k, (row) => row === i);
    rows.set(found.rows, i * k);
    for (let j = 0; j < k; ++j) lengths[i * k + j] = Math.sqrt(found.distances[j]);
  }
  const kept = Math.max(1, Math.floor(n * averageNeighbours) - n); // each row's edge to itself has been counted
  const threshold = lengths.slice().sort()[Math.min(kept, lengths.length) - 1];
  const first = new Int32Array(n + 1);
  const to = new Int32Array(n * k);
  const length = new Float64Array(n * k);
  let edges = 0;
  for (let i = 0; i < n; ++i) {
    for (let e = i * k; e < (i + 1) * k && lengths[e] <= threshold; ++e, ++edges) {
      to[edges] = rows[e];
      length[edges] = lengths[e];
    }
    first[i + 1] = edges;
  }
  return {first, to: to.slice(0, edges), length: length.slice(0, edges), threshold};
}

/** A way through the graph from anchor to anchor. */
export interface Traversal {
  /** Rows on the way, the anchors among them, in order. */
  rows: number[];
  /** Length from each anchor to the next, in the latents' units [anchors - 1]. */
  lengths: number[];
}

/**
 * The shortest way from each anchor to the next over a graph's edges (Dijkstra), as cryoDRGN's `graph_traversal` finds it.
 * @param anchors rows, two or more
 * @returns undefined where one can't be reached from the one before it: try more neighbours on average
 */
export function graphTraversal(graph: NeighbourGraph, anchors: readonly number[]): Traversal | undefined {
  const rows = [anchors[0]];
  const lengths: number[] = [];
  for (let i = 0; i + 1 < anchors.length; ++i) {
    const leg = shortestPath(graph, anchors[i], anchors[i + 1]);
    if (!leg) return undefined;
    for (let j = 1; j < leg.rows.length; ++j) rows.push(leg.rows[j]);
    lengths.push(leg.length);
  }
  return {rows, lengths};
}
