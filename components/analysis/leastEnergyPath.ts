import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {lineFlux} from "./flux.js";
import {fluxString, type ScoreAt} from "./fluxString.js";
import {fluxWay, type EnergyAt, type FluxGraphOptions} from "./fluxGraph.js";
import {joinedGraph} from "./joinedGraph.js";
import {arcLength, evenlyAlong} from "./polyline.js";

/** A free energy F = -log p over latents, as far as it is known. */
export interface EnergyField {
  /** F at points [m, d], nats [m]: expensive. */
  at: EnergyAt;
  /** The gradient of log p, of a law that may be smoothed a little: cheap. Without it a path stays on its graph. */
  score?: ScoreAt;
  /** How far a point follows the score in one turn, in squared units of the latents. */
  step?: number;
}

export interface LeastEnergyOptions extends FluxGraphOptions {
  /** Nearest others that each row of the graph has edges to (default 12). */
  neighbours?: number;
  /** Points at which paths are compared (default 65). */
  points?: number;
}

export interface LeastEnergyPath {
  /** Points evenly along it [points, d]. */
  z: Float64Array;
  /** F at each, nats above the lowest row [points]. */
  energies: Float64Array;
  /** Rows that the graph's way goes over, A and B among them. */
  rows: number[];
  /** The highest F on the graph's way, and on the relaxed one if there is a score, nats above the lowest row. */
  barriers: {graph: number; relaxed?: number};
  /** Whether it is the relaxed one, whose integral of exp(F) and highest F are both lower. */
  relaxed: boolean;
}

/**
 * The path of least free energy between two rows, for energies in nats: the one with the least integral of exp(F) along it (MaxFlux; Huo and Straub 1997, J.
 * Chem. Phys. 107, 5000), which for a diffusion in F carries the largest flux. It is found over a graph of rows whose F is known, and relaxed by the
 * score as a string. The relaxed path is taken only where F itself says that it is better.
 * @param z rows [n, d], n of at least 3, and F at each, nats [n]
 * @param ends rows of A and B
 * @throws RangeError for rows that aren't there, and an F that is not finite
 */
export async function leastEnergyPath(
  field: EnergyField,
  {z, d, energies}: {z: Float64Array; d: number; energies: Float64Array},
  ends: readonly [number, number],
  options: LeastEnergyOptions = {},
  context: JobContext = quiet
): Promise<LeastEnergyPath> {
  const {neighbours = 12, points: m = 65} = options;
  const n = energies.length;
  if (z.length !== n * d) throw new RangeError(`energies: found ${n}; expected ${z.length / d}, one a row`);
  const graph = joinedGraph(z, d, Math.min(neighbours, n - 1));
  const {rows} = await fluxWay(graph, {z, d, energies}, ends, field.at, options, context);
  const lowest = energies.reduce((a, b) => Math.min(a, b), Infinity);
  const corners = new Float64Array(rows.length * d);
  rows.forEach((row, i) => corners.set(z.subarray(row * d, (row + 1) * d), i * d));
  const measured = async (path: Float64Array) => {
    const along = (await field.at(path)).map((v) => v - lowest);
    const flux = lineFlux(along, arcLength(path, d)[m - 1] / (m - 1));
    return {z: path, energies: along, flux, barrier: Math.max(...along)};
  };
  const first = await measured(evenlyAlong(corners, d, m));
  const {score, step} = field;
  if (!score || !step) return {...first, rows, barriers: {graph: first.barrier}, relaxed: false};
  const string = await fluxString(first.z, d, score, {step}, {...context, progress: () => {}});
  const second = await measured(string);
  const relaxed = second.flux < first.flux && second.barrier <= first.barrier;
  const barriers = {graph: first.barrier, relaxed: second.barrier};
  return {...(relaxed ? second : first), rows, barriers, relaxed};
}
