import umapLibrary from "umap-js";
import type * as Library from "umap-js";
import {quiet, type JobContext} from "../compute/job.js";
import {random} from "../compute/random.js";
import {kdTree, nearest} from "./kdTree.js";

export interface UmapOptions {
  /** Neighbours of each point in the graph (15): more show the whole, fewer the detail. */
  neighbours?: number;
  /** How close points of the picture may come, in its units (0.1). */
  minDistance?: number;
  /** Passes of the layout; the library's choice by the number of points where absent (200 to 500). */
  epochs?: number;
  seed: number;
}

/** Milliseconds between two looks at the thread's messages. */
const TURN = 30;

/** Passes between two pictures on the way. */
const PICTURE = 20;

// The library is CommonJS: a bundler gives its exports as properties of the default, its types as names.
const {UMAP} = umapLibrary as unknown as typeof Library;

/**
 * UMAP (McInnes et al. 2018) of points in the plane, by umap-js on exact neighbours from a k-d tree. The same seed gives
 * the same picture.
 * @param x [n, d], Euclidean distance
 * @param partial called with the picture on its way [n, 2]
 * @returns [n, 2]
 * @throws RangeError for fewer points than neighbours; the signal's reason when cancelled
 */
export async function umap(
  x: ArrayLike<number>,
  d: number,
  {neighbours = 15, minDistance = 0.1, epochs, seed}: UmapOptions,
  context: JobContext = quiet,
  partial?: (z: Float32Array) => void
): Promise<Float32Array> {
  const n = x.length / d;
  if (!(n > neighbours))
    throw new RangeError(`points: found ${n}; expected more than ${neighbours} neighbours`);
  const points = Float64Array.from(x);
  if (!points.every(Number.isFinite))
    throw new RangeError("points: found NaN or infinity; expected finite numbers");
  const rng = random(seed, 0x554d4150);
  const layout = new UMAP({
    nNeighbors: neighbours,
    minDist: minDistance,
    nEpochs: epochs,
    random: () => rng.uniform()
  });
  let last = performance.now();
  const turn = async () => {
    if (performance.now() - last < TURN) return;
    await context.turn();
    last = performance.now();
  };
  const tree = kdTree(points, d);
  const found = {rows: [] as number[][], distances: [] as number[][]};
  for (let i = 0; i < n; ++i) {
    const {rows, distances} = nearest(tree, points.subarray(i * d, (i + 1) * d), neighbours);
    found.rows.push(Array.from(rows));
    found.distances.push(Array.from(distances, Math.sqrt));
    context.progress(i, 2 * n, "neighbours");
    await turn();
  }
  layout.setPrecomputedKNN(found.rows, found.distances);
  const vectors = Array.from({length: n}, (_, i) => Array.from(points.subarray(i * d, (i + 1) * d)));
  const passes = layout.initializeFit(vectors);
  const picture = () => Float32Array.from(layout.getEmbedding().flat());
  for (let pass = 0; pass < passes; ++pass) {
    layout.step();
    if (pass % PICTURE === PICTURE - 1) partial?.(picture());
    context.progress(n + (n * (pass + 1)) / passes, 2 * n, "layout");
    await turn();
  }
  return picture();
}
