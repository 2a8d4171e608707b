import {quiet, type JobContext} from "../compute/job.js";
import type {LatentFlow} from "../samplers/latentFlow.js";
import {walk, walkStart, type WalkOptions} from "../samplers/ornsteinUhlenbeck.js";

export interface DecodedWalkOptions extends Omit<WalkOptions, "d"> {
  /** Steps after the start. */
  steps: number;
  /** Where all walkers start, in units of the base Gaussian [walkers, d]; by default each at a draw of it. */
  start?: Float64Array;
  /** Places that are decoded together (default 16): few enough to see them come. */
  batch?: number;
}

/** Some places of a walk that follow each other. */
export interface WalkRows {
  /** Number of the first, 0 the start. */
  first: number;
  /** In units of the base Gaussian, and decoded to latents [rows, walkers, d]. */
  encoding: Float64Array;
  z: Float64Array;
}

/** Tolerances that are enough for sampling, as the talk's solver has it. */
export const WALKED = {rtol: 1e-3, atol: 1e-3};

/**
 * The walk of the base Gaussian, each place decoded by the probability-flow ODE. It is the same whatever the batch.
 * @param part called with each batch, the first of which begins with the start; its arrays are the caller's
 */
export async function decodedWalk(
  flow: LatentFlow,
  {steps, batch = 16, start: from, ...options}: DecodedWalkOptions,
  part: (rows: WalkRows) => void,
  context: JobContext = quiet
): Promise<void> {
  const all = {...options, d: flow.dimension};
  let state = from ? {step: 0, z: from} : walkStart(all);
  const start = state.z;
  for (let first = 0; first <= steps;) {
    await context.turn();
    const rows = Math.min(batch, steps + 1 - first);
    const moved = walk(state, first === 0 ? rows - 1 : rows, all);
    const encoding = first === 0 ? joined(start, moved.z) : moved.z;
    state = moved.state;
    const z = await flow.decode(encoding, {...context, progress: () => {}});
    part({first, encoding, z});
    first += rows;
    context.progress(first - 1, steps);
  }
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
