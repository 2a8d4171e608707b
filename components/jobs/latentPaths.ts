import {coordinateAlong, transitionAlong, type CoordinateAlong} from "../analysis/coordinateAlong.js";
import {encodedPath, graphPath, linearPath, type PathKind} from "../analysis/interpolation.js";
import {leastEnergyPath} from "../analysis/leastEnergyPath.js";
import {mixLinear, mixSpherical} from "../analysis/mixing.js";
import {neighbourGraph, type NeighbourGraph} from "../analysis/neighbourGraph.js";
import {departure, offData, type Stretch} from "../analysis/offData.js";
import {alongPolyline, arcLength, evenParts} from "../analysis/polyline.js";
import {refinedPath} from "../analysis/refinedPath.js";
import {stateCoordinate} from "../analysis/stateCoordinate.js";
import {statesOf} from "../analysis/stateOfLatents.js";
import type {WorkerContext} from "../compute/protocol.js";
import type {Motion} from "../cryoem/motion.js";
import {takeRows} from "../diffusion/heldOut.js";
import {InputError} from "../formats/error.js";
import type {NamedBytes} from "./files.js";
import {priorFlow, surroundingsOf} from "./models.js";
import {priorEnergy} from "./priorEnergy.js";

export interface LatentPathsInput {
  /** Without one there are only the paths that need no encoding. */
  prior?: NamedBytes;
  /** Encodings that the ends are of, that the graph is over, and by which a path is measured [n, d]. */
  latents: Float32Array;
  d: number;
  /** What changes, and the state of each encoding [n], where they are known. */
  motion?: Motion;
  states?: Int32Array;
  /** Rows of A and B. */
  a: number;
  b: number;
  /** Points of the paths that need no encoding (default 121). */
  points?: number;
  /**
   * Neighbours that a row of the graph has on average, itself among them, to be tried one after another until the graph leads from A to B (default: 5,
   * cryoDRGN's).
   */
  averageNeighbours?: readonly number[];
  /** Kinds of paths, in the order they come (default: all four that need no free energies of encodings, the quick ones first). */
  kinds?: readonly PathKind[];
  /** Encodings whose log density is known, nats [rows]: the path of least free energy goes over these. */
  energies?: {rows: ArrayLike<number>; logDensity: ArrayLike<number>};
}

/** A path from A to B, and what the encodings say of it. */
export interface LatentPath {
  kind: PathKind;
  /** Parts of the way, 0..1, rising [m]; close together where the path is quick. */
  y: Float64Array;
  /** Latents [m, d]. */
  z: Float64Array;
  /** Their encodings, in units of the base Gaussian, for a path through these [m, d]. */
  encoding?: Float64Array;
  /** Length from A to each point, in the latents' units [m]. */
  length: Float64Array;
  /** Quantile of each point's distance to the encodings among their own [m], and the stretches above 0.99. */
  quantile: Float64Array;
  off: Stretch[];
  /** The state's coordinate, where states are known; else the length done. */
  coordinate: CoordinateAlong;
  /** State by a vote of 20 neighbours [m], where states are known. */
  vote?: Int32Array;
  /** Rows of the encodings that the graph's path goes over, and the neighbours on average that it took. */
  rows?: number[];
  averageNeighbours?: number;
  /** Of the path of least free energy: its highest F over the graph, and relaxed, nats above the lowest of the encodings; which it is; and how many those are. */
  least?: {graph: number; relaxed: number; isRelaxed: boolean; encodings: number};
}

/** A kind for which there is no path. */
export interface NoPath {
  kind: PathKind;
  why: string;
}

/** Points that a path through the encoding is first computed at, even in y, to find where it is quick. */
const FIRST = 49;

/** Neighbours by which a state is known. */
export const NEIGHBOURS = 20;

/** Paths between two encodings; each is a partial result as soon as it is there. Returns how many paths there are. */
export async function latentPaths(
  input: LatentPathsInput,
  context: WorkerContext<LatentPath | NoPath>
): Promise<number> {
  const {prior: file, latents, d, a, b, motion, states, points: m = 121} = input;
  const {averageNeighbours = [5]} = input;
  const n = latents.length / d;
  for (const [name, row] of Object.entries({a, b}))
    if (!(Number.isInteger(row) && row >= 0 && row < n))
      throw new InputError("path", name, row, `a row of the encodings, 0 to ${n - 1}`);
  if (a === b) throw new InputError("path", "b", b, "another row than a");
  const {z, scale, labelled, graphs} = surroundingsOf({latents, d, states});
  const [zA, zB] = [a, b].map((row) => z.subarray(row * d, (row + 1) * d));
  const coordinate = motion && states && stateCoordinate(motion, states[b]);

  const graphOf = (average: number): NeighbourGraph => {
    const maxNeighbours = Math.min(n, Math.max(10, Math.ceil(2 * average)));
    const graph = graphs.get(average) ?? neighbourGraph(z, d, {averageNeighbours: average, maxNeighbours});
    graphs.set(average, graph);
    return graph;
  };

  const described = (kind: PathKind, y: Float64Array, path: Float64Array, more: Partial<LatentPath> = {}) => {
    const length = arcLength(path, d);
    const {quantile} = departure(scale, path);
    return {
      kind,
      y,
      z: path,
      length,
      quantile,
      off: offData(quantile, y),
      coordinate:
        coordinate && states
          ? coordinateAlong(coordinate, scale.tree, states, path, y, NEIGHBOURS)
          : {values: length, against: transitionAlong(length, y)},
      vote: labelled && statesOf(labelled, path, NEIGHBOURS),
      ...more
    };
  };

  const makers: Record<PathKind, () => Promise<LatentPath | NoPath> | LatentPath | NoPath> = {
    linear() {
      const y = evenParts(m);
      return described("linear", y, linearPath(zA, zB, y));
    },
    graph() {
      const y = evenParts(m);
      for (const average of averageNeighbours) {
        const graph = graphOf(average);
        const found = graphPath(graph, z, d, [a, b], y);
        if (!found) continue;
        // Its corners are among the points: the length is that of the edges, as cryoDRGN has it.
        const at = arcLength(takeRows(z, d, found.rows), d);
        const all = Float64Array.from(
          new Set([...y, ...at.map((length) => length / at[at.length - 1])])
        ).sort();
        const {z: path, rows} = graphPath(graph, z, d, [a, b], all)!;
        return described("graph", all, path, {rows, averageNeighbours: average});
      }
      const most = averageNeighbours[averageNeighbours.length - 1];
      return {kind: "graph", why: `The graph does not lead from A to B with ${most} neighbours on average: try more.`}; // prettier-ignore
    },
    encoding: () => throughEncoding("encoding", mixLinear),
    spherical: () => throughEncoding("spherical", mixSpherical),
    leastEnergy
  };

  async function throughEncoding(kind: PathKind, mix: typeof mixLinear): Promise<LatentPath | NoPath> {
    if (!file) return {kind, why: "This run has no diffusion prior to encode with."};
    const flow = priorFlow(file, d);
    const at = (y: Float64Array) => encodedPath(flow, zA, zB, y, mix, context);
    const {y, z: path, encoding} = await refinedPath(at, d, evenParts(FIRST));
    return described(kind, y, path, {encoding});
  }

  async function leastEnergy(): Promise<LatentPath | NoPath> {
    const kind = "leastEnergy";
    if (!file) return {kind, why: "This run has no diffusion prior, which gives the free energy."};
    const {energies} = input;
    if (!energies) return {kind, why: "No free energies of encodings are known yet."};
    const field = priorEnergy(file, d, context);
    // A and B first, then the encodings whose free energy is known
    const known = Array.from(energies.rows, (row, i) => ({row, F: -energies.logDensity[i]})).filter(({row}) => row !== a && row !== b); // prettier-ignore
    const nodes = [a, b, ...known.map(({row}) => row)];
    const corners = new Float64Array(nodes.length * d);
    nodes.forEach((row, i) => corners.set(z.subarray(row * d, (row + 1) * d), i * d));
    const F = Float64Array.from([...(await field.at(corners.slice(0, 2 * d))), ...known.map((one) => one.F)]);
    const way = await leastEnergyPath(field, {z: corners, d, energies: F}, [0, 1], {}, {...context, progress: () => {}}); // prettier-ignore
    const y = evenParts(m);
    const {graph, relaxed = graph} = way.barriers;
    return described(kind, y, alongPolyline(way.z, d, y), {
      rows: way.rows.map((node) => nodes[node]),
      least: {graph, relaxed, isRelaxed: way.relaxed, encodings: nodes.length}
    });
  }

  const {kinds = ["linear", "encoding", "graph", "spherical"]} = input;
  let paths = 0;
  for (const [i, kind] of kinds.entries()) {
    await context.turn();
    const path = await makers[kind]();
    if ("z" in path) ++paths;
    context.partial(path);
    context.progress(i + 1, kinds.length);
  }
  return paths;
}
