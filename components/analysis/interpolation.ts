import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import type {LatentFlow} from "../samplers/latentFlow.js";
import {leastEnergyPath, type EnergyField} from "./leastEnergyPath.js";
import {mixLinear, mixSpherical, type Mix} from "./mixing.js";
import {graphTraversal, type NeighbourGraph, type Traversal} from "./neighbourGraph.js";
import {alongPolyline} from "./polyline.js";

/** Paths between two latents z_A and z_B [d] at parts y of the way, 0..1, each [y.length, d] in the latents' units. */
export type PathKind = "linear" | "encoding" | "spherical" | "graph" | "leastEnergy";

/** What each kind of path is, for legends. */
export const pathLabels: Record<PathKind, string> = {
  linear: "linear in z",
  encoding: "linear in the encoding",
  spherical: "spherical in the encoding",
  graph: "graph traversal",
  leastEnergy: "least free energy"
};

/** (1 - y) z_A + y z_B: a straight line through whatever lies between. */
export const linearPath: Mix = mixLinear;

/** A path through the encoding: both its ends, and the mixtures of them that were decoded. */
export interface EncodedPath {
  /** Latents along it [m, d]. */
  z: Float64Array;
  /** Encodings along it, in units of the base Gaussian [m, d]; the first and the last are those of z_A and z_B where y is 0 and 1. */
  encoding: Float64Array;
}

/**
 * The talk's path: z_A and z_B are encoded by the probability-flow ODE, mixed, z^_AB(y) = (1 - y) z^_A + y z^_B, and decoded back to z_AB(y).
 * @param mix `mixLinear`, the talk's, or `mixSpherical`, which keeps to the shell where the Gaussian's mass is
 */
export async function encodedPath(
  flow: LatentFlow,
  zA: ArrayLike<number>,
  zB: ArrayLike<number>,
  y: ArrayLike<number>,
  mix: Mix = mixLinear,
  context: JobContext = quiet
): Promise<EncodedPath> {
  const d = flow.dimension;
  const ends = new Float64Array(2 * d);
  ends.set(zA);
  ends.set(zB, d);
  const encoded = await flow.encode(ends, {...context, progress: () => {}});
  const encoding = mix(encoded.subarray(0, d), encoded.subarray(d), y);
  return {z: await flow.decode(encoding, context), encoding};
}

/** A path over encodings that are nearest neighbours of each other. */
export interface GraphPath extends Traversal {
  /** Latents along it at parts y of its length [m, d]: straight between the rows. */
  z: Float64Array;
}

/**
 * cryoDRGN's path: over a nearest-neighbour graph of latents, from anchor to anchor, resampled at parts y of its length.
 * @param z the latents that the graph was made of [n, d]
 * @param anchors rows, from A to B
 * @returns undefined where they aren't connected
 */
export function graphPath(
  graph: NeighbourGraph,
  z: Float64Array,
  d: number,
  anchors: readonly number[],
  y: ArrayLike<number>
): GraphPath | undefined {
  const found = graphTraversal(graph, anchors);
  if (!found) return undefined;
  const corners = new Float64Array(found.rows.length * d);
  found.rows.forEach((row, i) => corners.set(z.subarray(row * d, (row + 1) * d), i * d));
  return {...found, z: alongPolyline(corners, d, y)};
}

export interface InterpolationInput {
  flow: LatentFlow;
  /** Latents that the graph was made of [n, d], and the graph. */
  latents: Float64Array;
  graph: NeighbourGraph;
  /** Rows of A and B. */
  a: number;
  b: number;
  /** Parts of the way, 0..1. */
  y: ArrayLike<number>;
  /** The free energy, and its value at each of the latents, nats [n]: for the path of least free energy. */
  energy?: {field: EnergyField; energies: Float64Array};
}

/** The path of one kind between two rows of the latents [y.length, d]; undefined where the graph has none, or no free energy is given. */
export async function interpolate(
  kind: PathKind,
  {flow, latents, graph, a, b, y, energy}: InterpolationInput,
  context: JobContext = quiet
): Promise<Float64Array | undefined> {
  const d = flow.dimension;
  const [zA, zB] = [a, b].map((row) => latents.subarray(row * d, (row + 1) * d));
  switch (kind) {
    case "linear":
      return linearPath(zA, zB, y);
    case "encoding":
      return (await encodedPath(flow, zA, zB, y, mixLinear, context)).z;
    case "spherical":
      return (await encodedPath(flow, zA, zB, y, mixSpherical, context)).z;
    case "graph":
      return graphPath(graph, latents, d, [a, b], y)?.z;
    case "leastEnergy": {
      if (!energy) return undefined;
      const rows = {z: latents, d, energies: energy.energies};
      return alongPolyline((await leastEnergyPath(energy.field, rows, [a, b], {}, context)).z, d, y);
    }
  }
}
