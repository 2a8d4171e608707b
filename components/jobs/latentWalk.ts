import {departure} from "../analysis/offData.js";
import {statesOf} from "../analysis/stateOfLatents.js";
import type {WorkerContext} from "../compute/protocol.js";
import type {WalkKind} from "../samplers/ornsteinUhlenbeck.js";
import {decodedWalk, WALKED, type WalkRows} from "./decodedWalk.js";
import type {NamedBytes} from "./files.js";
import {priorFlow, surroundingsOf} from "./models.js";

export interface LatentWalkInput {
  prior: NamedBytes;
  dt: number;
  kind: WalkKind;
  seed: number;
  /** Steps after the start. */
  steps: number;
  /** The latent that the walk starts at [d], which is encoded first; by default it starts in equilibrium. */
  start?: ArrayLike<number>;
  /** Encodings that the walk is compared with [n, d], and their states [n] where they are known. */
  latents: Float32Array;
  d: number;
  states?: Int32Array;
}

/** Some places of a walk, and what the encodings say of them. */
export interface WalkPart extends WalkRows {
  /** State of the nearest encoding [rows], where states are known. */
  states?: Int32Array;
  /** Quantile of the distance to the encodings among their own [rows]: above 0.99 it is off the data. */
  quantile: Float64Array;
}

/** The walk of one walker; each batch is a partial result. Returns how many places there were. */
export async function latentWalk(
  {prior, dt, kind, seed, steps, start, latents, d, states}: LatentWalkInput,
  context: WorkerContext<WalkPart>
): Promise<number> {
  const flow = priorFlow(prior, d, WALKED);
  const {scale, labelled} = surroundingsOf({latents, d, states});
  const from = start && (await priorFlow(prior, d).encode(Float64Array.from(start), context));
  let places = 0;
  await decodedWalk(
    flow,
    {dt, kind, seed, steps, walkers: 1, start: from},
    (rows) => {
      places += rows.z.length / d;
      const {quantile} = departure(scale, rows.z);
      context.partial({...rows, quantile, states: labelled && statesOf(labelled, rows.z)});
    },
    context
  );
  return places;
}
