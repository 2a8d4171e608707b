import {mkdirSync, readFileSync, rmSync} from "node:fs";
import {basename, join} from "node:path";
import type {Client} from "../compute/client.js";
import type {JobContext} from "../compute/job.js";
import type {Backend} from "../compute/network.js";
import {startVectors} from "../compute/vectors.js";
import {InputError} from "../formats/error.js";
import {writeLatents} from "../formats/z.js";
import {decoderShape, encoderShape, type VaeConfig} from "../vae/config.js";
import {readVae, writeVae} from "../vae/file.js";
import type {ImageSet} from "../vae/imageSet.js";
import {totalLoss} from "../vae/loss.js";
import {openTeam} from "../jobs/replicas.js";
import {firstVae, vaeSpecs, type VaeWeights} from "../vae/model.js";
import {stepsOf, stepsPerEpoch, type VaeTraining} from "../vae/training.js";
import {loadCheckpoint, partOf, replaceFile, saveCheckpoint} from "./checkpoint.js";
import {emptyImageSet, type PrepareOptions} from "./prepareImages.js";
import {openParticles, particlesIn, type ParticleFiles} from "./particles.js";
import {machine} from "./machine.js";
import {openThreads} from "./threads.js";
import type {TrainJobs} from "./trainThread.js";
import {openCurve} from "./vaeCurve.js";
import {writeForCryodrgn} from "./writeForCryodrgn.js";

/** What `train vae` is asked to do. */
export interface TrainVaeOptions {
  /** Folder with particles.mrcs, pose.pkl (or poses.pkl) and ctf.pkl. */
  data: string;
  /** Folder of the run: weights, latents, curve, checkpoint. */
  out: string;
  preset: string;
  config: VaeConfig;
  training: VaeTraining;
  prepare: PrepareOptions;
  /** Where the networks are trained; on any but `wasm` by one thread. */
  backend: Backend;
  threads: number;
  /** weights.safetensors of a training to go on from, with a new optimiser and learning rate; without, initial weights are drawn. */
  load?: string;
  /** Seconds between checkpoints. */
  checkpointEvery: number;
}

/** Images that the scale is measured on. */
const SCALE_SAMPLE = 1000;

/** Steps between two progress reports, at least this many; a checkpoint is written between two of them. */
const ROUND = 20;

/**
 * Trains a VAE and encodes every image with it. Resumes from the checkpoint in `out`; the result does not depend on
 * whether it was interrupted. Files: weights.safetensors, z.pkl, curve.csv, run.json, and when it is done the same as a run
 * of cryoDRGN: weights.N.pkl, z.N.pkl (N: epochs) and config.yaml.
 */
export async function trainVae(options: TrainVaeOptions, context: JobContext): Promise<void> {
  const {config, training, out} = options;
  const files = await openParticles(particlesIn(options.data));
  if (files.n - training.heldOut < training.batchSize)
    throw new InputError(
      files.stack,
      "images",
      files.n,
      `at least a batch (${training.batchSize}) and those held out`
    );
  mkdirSync(out, {recursive: true});
  const threads = openThreads<TrainJobs>(new URL("./trainThread.ts", import.meta.url), options.threads);
  try {
    const set = await prepare(threads, files, options, context);
    const weights = await optimise(threads, set, options, context);
    const {mu, logvar} = await encodeAll(threads, weights, set, context);
    const shape = [set.n, config.zdim];
    const latents = writeLatents({shape, data: mu.slice()}, {shape, data: logvar.slice()});
    replaceFile(join(out, "z.pkl"), latents);
    writeForCryodrgn(weights, latents, files, set.scale, options);
    rmSync(join(out, "checkpoint.safetensors"), {force: true});
  } finally {
    for (const thread of threads) thread.close();
  }
}

type Threads = Client<TrainJobs>[];

/** Cuts 0..n into as many ranges as there are threads. */
const share = (n: number, threads: Threads, i: number) =>
  [i, i + 1].map((k) => Math.floor((n * k) / threads.length)) as [number, number];

async function prepare(
  threads: Threads,
  files: ParticleFiles,
  {prepare: options}: TrainVaeOptions,
  {signal, progress}: JobContext
): Promise<ImageSet> {
  const set = emptyImageSet(files, options);
  const sample = Math.min(SCALE_SAMPLE, files.n);
  const squares = await threads[0].run("prepareImages", {files, set, options, from: 0, to: sample}, {signal});
  set.scale = Math.sqrt(squares / (sample * set.pixels));
  if (!(set.scale > 0)) throw new InputError(files.stack, "images", "nothing but zeros", "images");
  const chunk = 500;
  let [next, done] = [0, 0];
  progress(0, files.n, "preparing images");
  await Promise.all(
    threads.map(async (thread) => {
      while (next < files.n) {
        const from = next;
        const to = (next = Math.min(files.n, from + chunk));
        await thread.run("prepareImages", {files, set, options, from, to}, {signal});
        progress((done += to - from), files.n, "preparing images");
      }
    })
  );
  return set;
}

async function optimise(
  threads: Threads,
  set: ImageSet,
  options: TrainVaeOptions,
  context: JobContext
): Promise<VaeWeights> {
  const {config, training, out, prepare: preparation} = options;
  const loaded = options.load === undefined ? undefined : loadWeights(options.load, config);
  const initial = loaded?.weights ?? firstVae(config, training.seed);
  const shapes = {encoder: encoderShape(config), decoder: decoderShape(config)};
  let vectors = startVectors([initial.encoder, initial.decoder], false);
  const about = {
    config,
    training: {...training, pixelsPerImage: Math.min(training.pixelsPerImage, set.pixels)},
    preparation,
    images: set.n,
    ...(loaded && {loaded: loaded.before})
  };
  const checkpoint = join(out, "checkpoint.safetensors");
  const begun = loadCheckpoint(checkpoint, shapes, vectors, about);
  const curve = openCurve(join(out, "curve.csv"), begun);
  const weightsNow = (): VaeWeights => ({
    ...initial,
    encoder: partOf(shapes, "encoder", vectors.parameters).slice(),
    decoder: partOf(shapes, "decoder", vectors.parameters).slice()
  });
  const team = await openTeam("vae", {weights: initial, set, training, vectors}, vaeSpecs(initial), {
    backend: options.backend,
    helpers: options.backend === "wasm" ? threads : threads.slice(0, 1)
  });
  const steps = stepsOf(training, set.n);
  const perEpoch = stepsPerEpoch(training, set.n);
  let start = performance.now(); // moved on by the time that evaluations take
  const before = curve.seconds;
  let saved = start;
  let written = begun;
  let sums = [0, 0];
  let latest = {gen: NaN, kld: NaN};
  context.progress(begun * training.batchSize, steps * training.batchSize, "training");
  const save = async (step: number) => {
    vectors = await team.vectors();
    saveCheckpoint(checkpoint, shapes, vectors, step, about);
    const seconds = before + (performance.now() - start) / 1000;
    if (step > written) {
      latest = {gen: sums[0] / (step - written), kld: sums[1] / (step - written)};
      const began = performance.now();
      const heldOut = training.heldOut
        ? await lossOnHeldOut(threads, weightsNow(), set, training)
        : undefined;
      start += performance.now() - began;
      curve.add(
        step,
        step / perEpoch,
        {...latest, loss: totalLoss(latest, config.zdim, set.pixels)},
        seconds,
        heldOut
      );
    }
    [sums, written, saved] = [[0, 0], step, performance.now()];
    const provenance = {
      preset: options.preset,
      backend: options.backend,
      data: basename(options.data),
      ...about,
      steps: step,
      epochs: step / perEpoch,
      seconds,
      ...latest,
      machine: machine(threads.length),
      date: new Date().toISOString().slice(0, 10)
    };
    replaceFile(join(out, "weights.safetensors"), writeVae(weightsNow(), {...provenance, scale: set.scale}));
    replaceFile(join(out, "run.json"), JSON.stringify({...provenance, scale: set.scale}, null, 2) + "\n");
  };
  for (let step = begun; step < steps;) {
    if (context.signal.aborted) {
      await save(step);
      context.signal.throwIfAborted();
    }
    const to = Math.min(steps, step + ROUND);
    const terms = await team.run(step, to);
    sums = sums.map((s, i) => s + terms[i]);
    const loss = sums[0] / (to - written);
    if (!Number.isFinite(loss))
      throw new Error(`training: the loss is ${loss} at step ${to}; try a lower learning rate`);
    step = to;
    context.progress(
      step * training.batchSize,
      steps * training.batchSize,
      `training: epoch ${(step / perEpoch).toFixed(2)}, loss ${loss.toFixed(5)}`
    );
    if (step === steps || performance.now() - saved > options.checkpointEvery * 1000) await save(step);
  }
  return weightsNow();
}

/** The weights of a training, and what it took, together with whatever was loaded before it. @throws InputError where the model is another */
function loadWeights(file: string, config: VaeConfig): {weights: VaeWeights; before: TrainedBefore} {
  const {metadata, ...weights} = readVae(new Uint8Array(readFileSync(file)), file);
  for (const [key, wanted] of Object.entries(config)) {
    const found: unknown = weights.config[key as keyof VaeConfig];
    if (found !== wanted) throw new InputError(file, `config.${key}`, found, wanted);
  }
  const {epochs = 0, steps = 0, seconds = 0, loaded} = metadata as Partial<TrainedBefore> & {loaded?: TrainedBefore}; // prettier-ignore
  const sum = (here: number, earlier = 0) => here + earlier;
  return {
    weights,
    before: {
      epochs: sum(epochs, loaded?.epochs),
      steps: sum(steps, loaded?.steps),
      seconds: sum(seconds, loaded?.seconds)
    }
  };
}

/** What the training took whose weights were loaded. */
interface TrainedBefore {
  epochs: number;
  steps: number;
  seconds: number;
}

/** The loss on the images held out, at the posterior mean and over all pixels. */
async function lossOnHeldOut(threads: Threads, weights: VaeWeights, set: ImageSet, {heldOut}: VaeTraining) {
  const first = set.n - heldOut;
  const parts = await Promise.all(
    threads.map((thread, i) => {
      const [from, to] = share(heldOut, threads, i);
      return thread.run("vaeLoss", {weights, set, from: first + from, to: first + to});
    })
  );
  const mean = (term: "gen" | "kld") => parts.reduce((sum, p) => sum + p[term], 0) / heldOut;
  return totalLoss({gen: mean("gen"), kld: mean("kld")}, weights.config.zdim, set.pixels);
}

async function encodeAll(
  threads: Threads,
  weights: VaeWeights,
  set: ImageSet,
  {signal, progress}: JobContext
) {
  const floats = () => new Float32Array(new SharedArrayBuffer(set.n * weights.config.zdim * 4));
  const [mu, logvar] = [floats(), floats()];
  progress(0, set.n, "encoding");
  await Promise.all(
    threads.map((thread, i) => {
      const [from, to] = share(set.n, threads, i);
      return thread.run("encodeImages", {weights, set, from, to, mu, logvar}, {signal});
    })
  );
  progress(set.n, set.n, "encoded");
  return {mu, logvar};
}
