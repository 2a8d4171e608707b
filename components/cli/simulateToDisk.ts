import {open, writeFile} from "node:fs/promises";
import type {Client} from "../compute/client.js";
import type {JobContext} from "../compute/job.js";
import {conformation, occupied, stateCount} from "../cryoem/motion.js";
import {imageCount, type Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {mrcHeader} from "../formats/mrc.js";
import {writeNpy} from "../formats/npy.js";
import {
  addMoments,
  addStatistics,
  emptyTruth,
  measuredSnr,
  noiseSigma,
  place,
  SNR_SAMPLE,
  variance,
  type Moments,
  type Particles,
  type StackStatistics
} from "../jobs/simulate.js";
import {truthFiles} from "../jobs/truthFiles.js";
import {openOutput} from "./output.js";
import type {SimulateJobs} from "./simulateThread.js";
import {openThreads} from "./threads.js";

/** The files of a simulated set. */
export const SIMULATED = [
  "particles.mrcs",
  "particles.star",
  "pose.pkl",
  "ctf.pkl",
  "state.npy",
  "atoms.npy",
  "weights.npy",
  "recipe.json",
  "simulation.json"
];

/** Images a thread makes at a time. */
const CHUNK = 64;

export interface SimulateOptions {
  recipe: Recipe;
  structure: Structure;
  /** Folder to write into. */
  out: string;
  /** How many of the recipe's images, from the first. */
  images: number;
  threads: number;
  force?: boolean;
}

/**
 * Simulates a set on several threads and streams it to disk: memory does not grow with the number of images but for
 * their poses. The files do not depend on the number of threads. Nothing is left behind if it fails or is cancelled.
 */
export async function simulateToDisk(options: SimulateOptions, context: JobContext): Promise<void> {
  const {recipe, structure, images} = options;
  const output = await openOutput(options.out, SIMULATED, options.force);
  const threads = openThreads<SimulateJobs>(new URL("./simulateThread.ts", import.meta.url), options.threads);
  const began = performance.now();
  try {
    await Promise.all(threads.map((t) => t.run("open", {recipe, structure}, {signal: context.signal})));
    const signal = await signalMoments(threads, Math.min(SNR_SAMPLE, imageCount(recipe)), context);
    const sigma = noiseSigma(recipe, signal);
    const truth = emptyTruth(images);
    const statistics = await writeStack(
      threads,
      {path: output.path("particles.mrcs"), recipe, sigma, truth},
      context
    );
    await writeTruth(output.path, recipe, structure, truth);
    const record = {
      images,
      noiseDeviation: sigma,
      signalVariance: variance(signal),
      signalSample: signal.pixels / recipe.boxSize ** 2,
      measuredSnr: measuredSnr(statistics),
      sign: "images are CTF times projection, with no inversion of contrast",
      threads: options.threads,
      seconds: Math.round((performance.now() - began) / 100) / 10,
      date: new Date().toISOString().slice(0, 10)
    };
    await writeFile(output.path("simulation.json"), JSON.stringify(record, null, 2) + "\n");
    context.signal.throwIfAborted();
    await output.commit();
  } catch (error) {
    await output.discard();
    throw error;
  } finally {
    for (const thread of threads) thread.close();
  }
}

type Threads = Client<SimulateJobs>[];

/** Moments of the first `sample` clean images; parts are added in order, so that the sum is the same on any number of threads. */
async function signalMoments(threads: Threads, sample: number, {signal}: JobContext): Promise<Moments> {
  const parts: Moments[] = [];
  let next = 0;
  await Promise.all(
    threads.map(async (thread) => {
      while (next < sample) {
        const start = next;
        next += CHUNK;
        parts[start / CHUNK] = await thread.run(
          "moments",
          {start, count: Math.min(CHUNK, sample - start)},
          {signal}
        );
      }
    })
  );
  return parts.reduce(addMoments);
}

interface Stack {
  path: string;
  recipe: Recipe;
  sigma: number;
  truth: Omit<Particles, "images">;
}

/** Writes every image to its place in the stack as it comes, and collects what is true of it. Returns what was measured. */
async function writeStack(
  threads: Threads,
  {path, recipe, sigma, truth}: Stack,
  {progress, signal}: JobContext
): Promise<StackStatistics> {
  const D = recipe.boxSize;
  const header = (stats: {min?: number; max?: number; mean?: number; rms?: number}) =>
    mrcHeader({nx: D, ny: D, nz: truth.count, pixelSize: recipe.pixelSize, isStack: true, ...stats});
  const file = await open(path, "w");
  const statistics: StackStatistics[] = [];
  let next = 0;
  let done = 0;
  const take = (thread: Threads[number]) => {
    if (next >= truth.count) return undefined;
    const start = next;
    next += CHUNK;
    const part = thread.run("make", {sigma, start, count: Math.min(CHUNK, truth.count - start)}, {signal});
    part.catch(() => undefined); // it may fail while another part is being written; whoever awaits it hears of it
    return part;
  };
  try {
    await file.write(header({}), 0, 1024, 0);
    progress(0, truth.count);
    // All of them end before the file is closed, also when one has failed.
    const ended = await Promise.allSettled(
      threads.map(async (thread) => {
        let coming = take(thread);
        while (coming) {
          const part = await coming;
          coming = take(thread); // made while this one is written
          const {images} = part;
          await file.write(
            new Uint8Array(images.buffer),
            0,
            images.byteLength,
            1024 + part.start * D * D * 4
          );
          place(truth, part);
          statistics[part.start / CHUNK] = part.statistics;
          progress((done += part.count), truth.count);
        }
      })
    );
    for (const each of ended) if (each.status === "rejected") throw each.reason;
    const all = statistics.reduce(addStatistics); // in order: the same on any number of threads
    const {noisy, min, max} = all;
    const mean = noisy.sum / noisy.pixels;
    await file.write(header({min, max, mean, rms: Math.sqrt(variance(noisy))}), 0, 1024, 0);
    return all;
  } finally {
    await file.close();
  }
}

/** Poses, CTFs, states and atoms. In pose.pkl a shift is the fraction of the box that brings the image back to the centre. */
async function writeTruth(
  path: (name: string) => string,
  recipe: Recipe,
  structure: Structure,
  truth: Omit<Particles, "images">
): Promise<void> {
  for (const [name, bytes] of Object.entries(truthFiles(recipe, truth))) await writeFile(path(name), bytes);
  const {motion} = recipe;
  const states = stateCount(motion);
  const atoms = new Float32Array(states * 3 * structure.n);
  for (let k = 0; k < states; ++k) atoms.set(conformation(structure, motion, k), k * 3 * structure.n);
  await writeFile(path("atoms.npy"), writeNpy({shape: [states, structure.n, 3], data: atoms}));
  // One row where every state has all atoms, else one a state.
  const rows = motion.type === "assembly" ? states : 1;
  const weights = new Float64Array(rows * structure.n);
  for (let k = 0; k < rows; ++k) weights.set(occupied(structure, motion, k), k * structure.n);
  const shape = rows === 1 ? [structure.n] : [rows, structure.n];
  await writeFile(path("weights.npy"), writeNpy({shape, data: weights}));
}
