import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {lineFlux} from "./flux.js";
import type {JoinedGraph} from "./joinedGraph.js";
import {shortestPath, type Edges} from "./shortestPath.js";

/** F at points [m, d], nats [m]. */
export type EnergyAt = (points: Float64Array) => Promise<Float64Array>;

export interface FluxGraphOptions {
  /** Points inside edges at which F is asked, at most (default 400). */
  looks?: number;
  /** Points inside an edge of the usual length (default 1); longer edges have more, in proportion, at most 7. */
  inside?: number;
}

/** A way over the rows of a graph. */
export interface FluxWay {
  /** From A to B, both included. */
  rows: number[];
  /** Integral of exp(F - the lowest F of all rows) along it. */
  flux: number;
  /** Points inside edges at which F was asked. */
  looked: number;
}

const MOST_INSIDE = 7;

/**
 * The way from A to B with the least integral of exp(F), MaxFlux (Huo and Straub 1997), over the edges of a graph. Between two rows F is first taken to be
 * linear, then asked for at points inside the edges of the best way so far, until the best way has no edge that wasn't looked at: F is expensive, and
 * most edges are on no way worth taking. Such a search is "lazy" (Dellin and Srinivasa 2016).
 * @param z rows [n, d], and F at each, nats [n]
 * @param from, goal rows of A and B
 * @throws RangeError for an F that is not finite, and a graph that doesn't lead there
 */
export async function fluxWay(
  graph: JoinedGraph,
  {z, d, energies}: {z: Float64Array; d: number; energies: Float64Array},
  [from, goal]: readonly [number, number],
  energyAt: EnergyAt,
  options: FluxGraphOptions = {},
  context: JobContext = quiet
): Promise<FluxWay> {
  const {looks = 400, inside = 1} = options;
  const wrong = energies.findIndex((v) => !Number.isFinite(v));
  if (wrong >= 0) throw new RangeError(`energies: found ${energies[wrong]} at row ${wrong}; expected finite numbers`); // prettier-ignore
  const lowest = energies.reduce((a, b) => Math.min(a, b), Infinity);
  const usual = graph.length.slice().sort()[graph.length.length >> 1];
  const flux = graph.length.map((length, e) =>
    lineFlux([energies[graph.from[e]] - lowest, energies[graph.to[e]] - lowest], length)
  );
  const {edges, edgeOf} = bothWays(graph, energies.length);
  const looked = new Uint8Array(flux.length);
  let count = 0;
  for (;;) {
    await context.turn();
    const stopped = count >= looks;
    edges.length = Float64Array.from(edgeOf, (e) => (stopped && !looked[e] ? Infinity : flux[e]));
    const way = shortestPath(edges, from, goal);
    if (!way) throw new RangeError(`graph: found no way from row ${from} to row ${goal}; expected one`);
    const own = way.rows.slice(1).map((row, i) => edgeBetween(edges, edgeOf, way.rows[i], row));
    const fresh = own.filter((e) => !looked[e]);
    if (fresh.length === 0) return {rows: way.rows, flux: way.length, looked: count};
    const pieces = fresh.map((e) => 1 + Math.min(MOST_INSIDE, Math.max(1, Math.round((inside * graph.length[e]) / usual)))); // prettier-ignore
    const points: number[] = [];
    fresh.forEach((e, i) => {
      for (let k = 1; k < pieces[i]; ++k)
        for (let c = 0; c < d; ++c) {
          const [p, q] = [z[graph.from[e] * d + c], z[graph.to[e] * d + c]];
          points.push(p + (k / pieces[i]) * (q - p));
        }
    });
    const found = await energyAt(Float64Array.from(points));
    let at = 0;
    fresh.forEach((e, i) => {
      const between = found.subarray(at, (at += pieces[i] - 1));
      const along = [energies[graph.from[e]], ...between, energies[graph.to[e]]].map((v) => v - lowest);
      flux[e] = lineFlux(along, graph.length[e] / pieces[i]);
      looked[e] = 1;
    });
    count += found.length;
    context.progress(Math.min(count, looks), looks);
  }
}

/** Each edge in both directions, as compressed rows, and which edge of the graph each is. */
function bothWays({from, to}: JoinedGraph, n: number): {edges: Edges; edgeOf: Int32Array} {
  const first = new Int32Array(n + 1);
  for (const rows of [from, to]) for (const row of rows) ++first[row + 1];
  for (let i = 0; i < n; ++i) first[i + 1] += first[i];
  const next = first.slice();
  const target = new Int32Array(2 * from.length);
  const edgeOf = new Int32Array(2 * from.length);
  for (let e = 0; e < from.length; ++e)
    for (const [row, other] of [
      [from[e], to[e]],
      [to[e], from[e]]
    ]) {
      target[next[row]] = other;
      edgeOf[next[row]++] = e;
    }
  return {edges: {first, to: target, length: new Float64Array(0)}, edgeOf};
}

function edgeBetween({first, to}: Edges, edgeOf: Int32Array, row: number, other: number): number {
  let e = first[row];
  while (to[e] !== other) ++e;
  return edgeOf[e];
}
