import {canShareMemory} from "../compute/exchange.js";
import {initialParameters} from "../compute/mlp.js";
import type {TrainingVectors} from "../compute/network.js";
import {random} from "../compute/random.js";
import {startVectors, vectorNames} from "../compute/vectors.js";
import {InputError} from "../formats/error.js";
import type {NdArray} from "../formats/ndarray.js";
import {readSafetensors, writeSafetensors} from "../formats/safetensors.js";
import {heldOut, takeRows} from "./heldOut.js";
import {priorShape, type PriorConfig} from "./network.js";
import {betterOf, type BestEvaluation} from "./patience.js";
import type {PriorWeights} from "./prior.js";
import {identity, standardisation, standardise, type Standardisation} from "./standardise.js";
import type {PriorTraining} from "./training.js";

/**
 * Losses at one evaluation: the mean over the steps since the last one, and of the averaged weights on held-out encodings (on
 * those trained on, where too few are there to hold any out).
 */
export interface PriorLoss {
  step: number;
  trained: number;
  heldOut: number;
}

/** Everything a training of the prior consists of; a checkpoint is this, without the data. */
export interface PriorState {
  config: PriorConfig;
  training: PriorTraining;
  /** Standardised latents that are trained on, and those held out [rows, d]. */
  data: {trained: Float32Array; heldOut: Float32Array};
  standardisation: Standardisation;
  /** Names the latents, so that a checkpoint isn't continued with others. */
  fingerprint: string;
  /** Steps done. */
  step: number;
  losses: PriorLoss[];
  /** Sum of the losses of the steps since the last evaluation, and their number. */
  since: {loss: number; steps: number};
  /** Parameters, moments and averaged parameters after these steps. */
  vectors: TrainingVectors;
  /** Where training has a patience: the best evaluation so far. */
  best?: BestEvaluation;
}

/**
 * A training at its start: latents split by seed and standardised by the mean and deviation of the trained part.
 * @param mu encodings [n, d]
 * @param options `standardised` (true): false takes the latents as they are, whose deviation should be near sigma_data
 * @throws InputError where there are no latents, or one is not finite
 */
export function startPrior(
  mu: NdArray<Float32Array>,
  model: Omit<PriorConfig, "zdim">,
  training: PriorTraining,
  {standardised = true}: {standardised?: boolean} = {}
): PriorState {
  const [n, d] = mu.shape;
  if (!(n >= 1)) throw new InputError("latents", "rows", n, "at least 1");
  const bad = mu.data.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new InputError("latents", `row ${Math.floor(bad / d)}`, mu.data[bad], "finite numbers");
  const config = {...model, zdim: d};
  const split = heldOut(n, training.seed, training.heldOutFraction);
  const rows = takeRows(mu.data, d, split.trained);
  const scale = standardised ? standardisation(rows, d) : identity(d);
  return {
    config,
    training,
    data: {
      trained: inSharedMemory(standardise(rows, scale)),
      heldOut: Float32Array.from(standardise(takeRows(mu.data, d, split.heldOut), scale))
    },
    standardisation: scale,
    fingerprint: fingerprint(mu),
    step: 0,
    losses: [],
    since: {loss: 0, steps: 0},
    vectors: startVectors([initialParameters(priorShape(config), random(training.seed, 0x494e4954))], true)
  };
}

/** The averaged weights as they stand. */
export const latestPrior = ({config, standardisation, vectors}: PriorState): PriorWeights => ({
  config,
  standardisation,
  parameters: vectors.average
});

/** The prior to keep: the averaged weights, where training has a patience those of the best evaluation. */
export const priorOf = (state: PriorState): PriorWeights => ({
  ...latestPrior(state),
  ...(state.best && {parameters: state.best.average})
});

/** Notes the losses of an evaluation at the state's step. The state is changed in place. */
export function noteEvaluation(state: PriorState, heldOut: number): void {
  const {step, since, vectors, training} = state;
  state.losses.push({step, trained: since.loss / since.steps, heldOut});
  state.since = {loss: 0, steps: 0};
  if (training.patience !== undefined) state.best = betterOf(state.best, {step, heldOut}, vectors.average);
}

const FORMAT = "cryo-latent-diffusion prior checkpoint 2";

/** The tensor of the weights at the best evaluation. */
const BEST = "best";

/** A checkpoint as safetensors: the training's flat vectors, the rest as JSON in the metadata. It fits every backend. */
export function writeCheckpoint({
  config,
  training,
  fingerprint,
  step,
  losses,
  since,
  vectors,
  best
}: PriorState): Uint8Array {
  const vector = (values: Float32Array) => ({shape: [values.length], data: values.slice()});
  const tensors = Object.fromEntries(vectorNames.map((name) => [name, vector(vectors[name])]));
  if (best) tensors[BEST] = vector(best.average);
  const checkpoint = JSON.stringify({
    config,
    training,
    fingerprint,
    step,
    losses,
    since,
    best: best && {step: best.step, heldOut: best.heldOut}
  });
  return writeSafetensors(tensors, {format: FORMAT, checkpoint});
}

/**
 * Puts a checkpoint into a training that was started with the same latents and settings. Batches are named by seed and
 * step, so what follows is what would have followed without the interruption. A patience may differ, as it says nothing of the
 * steps: a checkpoint without the best evaluation (of a training without patience, or older than it) counts from the next one.
 * @throws InputError where the checkpoint is of other latents, another network or other settings
 */
export function resumePrior(state: PriorState, bytes: Uint8Array, name: string): PriorState {
  const {tensors, metadata} = readSafetensors(bytes, name);
  if (!metadata.checkpoint)
    throw new InputError(name, "metadata", "no entry `checkpoint`", "a checkpoint of `train prior`");
  if (metadata.format !== FORMAT)
    throw new InputError(name, "metadata.format", metadata.format, `${FORMAT}; or no checkpoint`);
  const saved = JSON.parse(metadata.checkpoint) as Saved;
  if (saved.fingerprint !== state.fingerprint)
    throw new InputError(name, "latents", saved.fingerprint, state.fingerprint);
  for (const key of ["config", "training"] as const) {
    const [found, expected] = [saved[key], state[key]].map((settings) => ({
      ...settings,
      patience: undefined
    }));
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new InputError(name, key, difference(found, expected), `the settings asked for`);
  }
  const vector = (key: string, {length}: Float32Array) => {
    if (tensors[key]?.shape[0] !== length)
      throw new InputError(name, key, tensors[key]?.shape, `a vector [${length}]`);
    return tensors[key].data as Float32Array;
  };
  const vectors = {...state.vectors};
  for (const key of vectorNames) vectors[key] = vector(key, state.vectors[key]);
  const {step, losses, since} = saved;
  const best =
    saved.best && state.training.patience !== undefined
      ? {...saved.best, average: vector(BEST, vectors.average)}
      : undefined;
  return {...state, vectors, step, losses, since, best};
}

/** What a checkpoint has as JSON. */
type Saved = Pick<PriorState, "config" | "training" | "fingerprint" | "step" | "losses" | "since"> & {
  best?: Omit<BestEvaluation, "average">;
};

/** The entries of two plain objects that differ, as the first one has them. */
function difference(a: object, b: object): object {
  const other = b as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(a).filter(([k, v]) => JSON.stringify(v) !== JSON.stringify(other[k]))
  );
}

/** Shape and FNV-1a hash of the latents. */
function fingerprint({shape, data}: NdArray<Float32Array>): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return `${shape.join(" x ")} latents ${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

/** A copy that threads can share, where the platform lets them. */
function inSharedMemory(values: Float64Array): Float32Array {
  const Memory = canShareMemory() ? SharedArrayBuffer : ArrayBuffer;
  const out = new Float32Array(new Memory(4 * values.length));
  out.set(values);
  return out;
}
