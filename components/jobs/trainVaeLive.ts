import {stateFromLatents, type StateFromLatents} from "../analysis/stateFromLatents.js";
import {bestBuild} from "../compute/kernel/kernel.js";
import type {Backend, TrainingVectors} from "../compute/network.js";
import type {WorkerContext} from "../compute/protocol.js";
import {startVectors, vectorNames} from "../compute/vectors.js";
import {parameterCount} from "../compute/mlp.js";
import type {Motion} from "../cryoem/motion.js";
import {InputError} from "../formats/error.js";
import {readSafetensors, writeSafetensors} from "../formats/safetensors.js";
import {encoderShape, parseVaeConfig} from "../vae/config.js";
import {MapDecoder} from "../vae/decode.js";
import {encodeImages} from "../vae/encode.js";
import {writeVae} from "../vae/file.js";
import type {ImageSet} from "../vae/imageSet.js";
import {totalLoss, type VaeLoss} from "../vae/loss.js";
import {firstVae, vaeSpecs, type VaeWeights} from "../vae/model.js";
import {presetVae, vaePresets} from "../vae/presets.js";
import {stepsOf, stepsPerEpoch, type VaeTraining} from "../vae/training.js";
import {borrowed} from "./lend.js";
import {openTeam, type ReplicaJobs} from "./replicas.js";

export interface TrainVaeLiveInput {
  preset: keyof typeof vaePresets;
  /** Images to train on, as `joinPrepared` makes them. */
  set: ImageSet;
  /** What is true of them, to say at the end how well it is read off the latents. */
  truth?: {states: Int32Array; motion: Motion};
  /** Passes over the images (default: the preset's). */
  epochs?: number;
  seed: number;
  backend?: Backend;
  /** Ports to helper threads (lend.ts), which must serve `replicaJobs`. */
  helpers: MessagePort[];
  /** Where an earlier training with the same images and settings stopped. */
  checkpoint?: Uint8Array;
}

/** The mean of the loss and its terms over an epoch. */
export interface EpochLoss extends VaeLoss {
  step: number;
  epoch: number;
  loss: number;
}

/** What a live training of a VAE reports while it runs. */
export type TrainVaeLivePart =
  | {kind: "backend"; backend: Backend; build?: string; threads: number; probed: never[]}
  /** Mean loss of the steps since the last report, a few times a second. */
  | ({kind: "loss"; step: number; loss: number} & VaeLoss)
  /** After each epoch: losses so far, the posterior means of all images [n, zdim], and the map at their mean [box, box, box]. */
  | {kind: "evaluation"; step: number; epoch: number; losses: EpochLoss[]; mu: Float32Array; zdim: number; map: Float32Array; box: number; voxelSize: number} // prettier-ignore
  | {kind: "checkpoint"; step: number; bytes: Uint8Array};

export interface TrainVaeLiveResult {
  /** The VAE as a safetensors file. */
  vae: Uint8Array;
  losses: EpochLoss[];
  found?: StateFromLatents;
  backend: Backend;
  /** Steps done now, and the seconds they took without evaluations and pauses. */
  steps: number;
  seconds: number;
}

/** Steps between two looks at the event loop: short enough to hear a cancel. */
const STRETCH = 4;

/** Milliseconds between two reports of the loss, and between two checkpoints at least. */
const [REPORT, SAVE] = [250, 10_000];

/** Trains a VAE in the thread that runs it and its helpers, by the steps of `npm run train -- vae`, and shows it on the way. */
export async function trainVaeLive(
  input: TrainVaeLiveInput,
  context: WorkerContext<TrainVaeLivePart>
): Promise<TrainVaeLiveResult> {
  const {set, seed, truth, backend = "wasm"} = input;
  const preset = vaePresets[input.preset];
  const config = parseVaeConfig(presetVae(input.preset, set), "training");
  const training: VaeTraining = {...preset.training, epochs: input.epochs ?? preset.training.epochs, heldOut: 0, seed}; // prettier-ignore
  if (set.n < training.batchSize)
    throw new InputError("training", "images", set.n, `at least a batch (${training.batchSize})`);
  const initial = firstVae(config, seed);
  const vectors = startVectors([initial.encoder, initial.decoder], false);
  const [steps, perEpoch] = [stepsOf(training, set.n), stepsPerEpoch(training, set.n)];
  const about = JSON.stringify({config, training, images: set.n, scale: set.scale.toPrecision(6)});
  const state = {step: 0, losses: [] as EpochLoss[], since: {gen: 0, kld: 0, steps: 0}};
  if (input.checkpoint) Object.assign(state, readCheckpoint(input.checkpoint, vectors, about));
  const begun = state.step;
  const helpers = borrowed<ReplicaJobs>(input.helpers);
  try {
    const used = backend === "wasm" ? helpers : [];
    const team = await openTeam("vae", {weights: initial, set, training, vectors}, vaeSpecs(initial), {backend, helpers: used, here: true}); // prettier-ignore
    try {
      const build = backend === "wasm" ? bestBuild() : undefined;
      context.partial({kind: "backend", backend, build, threads: used.length + 1, probed: []});
      let [running, reported, saved] = [0, -Infinity, performance.now()];
      let recent = {gen: 0, kld: 0, steps: 0};
      let mu = new Float32Array(0);
      const lossOf = (sum: typeof recent) => {
        const mean = {gen: sum.gen / sum.steps, kld: sum.kld / sum.steps};
        return {...mean, loss: totalLoss(mean, config.zdim, set.pixels)};
      };
      const save = async (now = vectorsNow()) => {
        context.partial({
          kind: "checkpoint",
          step: state.step,
          bytes: writeCheckpoint(await now, state, about)
        });
        saved = performance.now();
      };
      const vectorsNow = () => team.vectors();
      while (state.step < steps) {
        const {step} = state;
        const to = Math.min(steps, step + STRETCH, (Math.floor(step / perEpoch) + 1) * perEpoch);
        const start = performance.now();
        const [gen, kld] = await team.run(step, to);
        running += performance.now() - start;
        if (!Number.isFinite(gen + kld))
          throw new Error(`training: the loss is ${gen} at step ${to}; try another seed`);
        const plus = (sum: typeof recent) => ({
          gen: sum.gen + gen,
          kld: sum.kld + kld,
          steps: sum.steps + to - step
        });
        [recent, state.since, state.step] = [plus(recent), plus(state.since), to];
        if (performance.now() - reported > REPORT) {
          context.partial({kind: "loss", step: to, ...lossOf(recent)});
          [reported, recent] = [performance.now(), {gen: 0, kld: 0, steps: 0}];
        }
        if (to % perEpoch === 0) {
          const now = await team.vectors();
          const weights = weightsOf(initial, now);
          const epoch = to / perEpoch;
          state.losses.push({step: to, epoch, ...lossOf(state.since)});
          state.since = {gen: 0, kld: 0, steps: 0};
          mu = await encoded(weights, set, context);
          const map = await meanMap(weights, set, mu);
          context.partial({kind: "evaluation", step: to, epoch, losses: [...state.losses], mu: mu.slice(), zdim: config.zdim, map, box: config.boxSize, voxelSize: config.pixelSize}); // prettier-ignore
          if (performance.now() - saved > SAVE) await save(Promise.resolve(now));
        }
        context.progress(to, steps);
        await context.turn().catch(async (reason: unknown) => {
          await save();
          throw reason;
        });
      }
      const seconds = running / 1000;
      const weights = weightsOf(initial, await team.vectors());
      const provenance = {preset: input.preset, training, preparation: {window: true, invert: false}, images: set.n, backend, seconds, scale: set.scale}; // prettier-ignore
      return {
        vae: writeVae(weights, provenance),
        losses: state.losses,
        found: truth && mu.length ? stateFromLatents(Float64Array.from(mu), config.zdim, truth.states, truth.motion) : undefined, // prettier-ignore
        backend,
        steps: state.step - begun,
        seconds
      };
    } finally {
      team.dispose();
    }
  } finally {
    for (const helper of helpers) helper.close();
  }
}

/** The weights in a training's vectors. */
function weightsOf(initial: VaeWeights, {parameters}: TrainingVectors): VaeWeights {
  const n = parameterCount(encoderShape(initial.config));
  return {...initial, encoder: parameters.slice(0, n), decoder: parameters.slice(n)};
}

async function encoded(weights: VaeWeights, set: ImageSet, context: WorkerContext<TrainVaeLivePart>) {
  const {zdim} = weights.config;
  const mu = new Float32Array(set.n * zdim);
  await encodeImages({weights, set, from: 0, to: set.n, mu, logvar: new Float32Array(mu.length)}, context);
  return mu;
}

/** The map at the mean of all latents. */
function meanMap(weights: VaeWeights, {n, scale}: ImageSet, mu: Float32Array): Promise<Float32Array> {
  const {zdim, boxSize} = weights.config;
  const mean = new Float64Array(zdim);
  for (let i = 0; i < mu.length; ++i) mean[i % zdim] += mu[i] / n;
  return new MapDecoder(weights, scale).decode(mean, boxSize);
}

const FORMAT = "cryo-latent-diffusion vae checkpoint 1";
type Progress = {step: number; losses: EpochLoss[]; since: {gen: number; kld: number; steps: number}};

function writeCheckpoint(vectors: TrainingVectors, progress: Progress, about: string): Uint8Array {
  const tensors = Object.fromEntries(
    vectorNames.map((name) => [name, {shape: [vectors[name].length], data: vectors[name].slice()}])
  );
  const {step, losses, since} = progress;
  return writeSafetensors(tensors, {format: FORMAT, about, progress: JSON.stringify({step, losses, since})});
}

/** Puts a checkpoint's vectors in place. @throws InputError where it is of other images or settings */
function readCheckpoint(bytes: Uint8Array, vectors: TrainingVectors, about: string): Progress {
  const {tensors, metadata} = readSafetensors(bytes, "saved training");
  if (metadata.format !== FORMAT)
    throw new InputError("saved training", "metadata.format", metadata.format ?? "nothing", FORMAT);
  if (metadata.about !== about)
    throw new InputError("saved training", "metadata.about", metadata.about ?? "nothing", about);
  for (const name of vectorNames) vectors[name].set(tensors[name].data as Float32Array);
  return JSON.parse(metadata.progress) as Progress;
}
