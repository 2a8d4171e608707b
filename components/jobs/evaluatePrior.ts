import {compare, type Comparison} from "../analysis/compare.js";
import {precisionRecallBeside, type PrecisionRecallBeside} from "../analysis/precisionRecall.js";
import {knownStates, stateDistribution, type StateDistribution} from "../analysis/stateDistribution.js";
import {stateFromLatents, type StateFromLatents} from "../analysis/stateFromLatents.js";
import {quiet, type JobContext} from "../compute/job.js";
import {stateCount} from "../cryoem/motion.js";
import {parseRecipe} from "../cryoem/recipe.js";
import {heldOut, takeRows, type Split} from "../diffusion/heldOut.js";
import type {NdArray} from "../formats/ndarray.js";
import {InputError} from "../formats/error.js";
import {fingerprint, type NamedBytes, type NamedJson} from "./files.js";
import {gaussianLatents} from "./gaussianLatents.js";
import {mapCorrelations} from "./mapCorrelations.js";
import {priorOfFile} from "./models.js";
import {samplePrior} from "./samplePrior.js";

export interface EvaluateInput {
  prior: NamedBytes;
  vae: NamedBytes;
  /** How the images were simulated and the true state of each [n]; a run on real images has neither, and no maps to compare with. */
  recipe?: NamedJson;
  states?: Int32Array;
  /** Encodings of all images [n, zdim], and the file they came from. */
  mu: NdArray<Float32Array>;
  z: NamedBytes;
  /** Samples to draw. */
  samples: number;
  /** Latents of each kind to decode, and the box to decode them at. */
  maps: number;
  box: number;
  /** Draws that MMD and sliced W2 are averaged over. */
  draws: number;
  seed: number;
}

export type Kind = "encodings" | "prior" | "gaussian";

/** Decoded maps compared with the true ones: correlation with the nearest, over the voxels that differ and over all, and its state. */
export type ComparedMaps = {box: number} & Record<Kind, {moving: number[]; whole: number[]; state: number[]}>;

/** How a prior's samples compare with encodings it never saw, and N(0, I) with the same: what page `prior` shows. */
export interface Evaluation {
  seed: number;
  /** Fingerprints of the files that were evaluated, so that a page can tell when they have been replaced. */
  inputs: Record<"prior" | "vae" | "z", string>;
  sampling: {n: number; rtol: number; meanEvaluations: number; seconds: number};
  comparison: {heldOut: number; prior: Comparison; gaussian: Comparison};
  precisionRecall: {prior: PrecisionRecallBeside; gaussian: PrecisionRecallBeside};
  /** Where the truth is known. */
  maps?: ComparedMaps;
  /** The law of the images' states, and those of samples and of N(0, I); and how well states are read off latents. */
  states?: {
    law: number[];
    prior: StateDistribution;
    gaussian: StateDistribution;
    fromLatents: StateFromLatents;
  };
}

/** Rows of the encodings that the training of a prior set aside, and the others, as its file says. */
export function splitOf({prior}: ReturnType<typeof priorOfFile>, rows: number, name: string): Split {
  const training = prior.metadata.training as {seed?: unknown; heldOutFraction?: unknown} | undefined;
  const {seed, heldOutFraction} = training ?? {};
  if (typeof seed !== "number" || typeof heldOutFraction !== "number")
    throw new InputError(name, "metadata.training", training, "seed and heldOutFraction of its training");
  return heldOut(rows, seed, heldOutFraction);
}

/** Draws from the prior and evaluates it. The samples are in the latents' units [samples, zdim]. */
export async function evaluatePrior(
  input: EvaluateInput,
  context: JobContext = quiet
): Promise<{evaluation: Evaluation; samples: Float32Array}> {
  const {mu, seed, samples: n, box, maps, draws} = input;
  const [rows, d] = mu.shape;
  const model = priorOfFile(input.prior);
  if (model.prior.config.zdim !== d)
    throw new InputError(input.prior.name, "|z|", model.prior.config.zdim, `a prior for |z| = ${d}`);
  const split = splitOf(model, rows, input.prior.name);
  const [kept, others] = [split.heldOut, split.trained].map((part) =>
    Float64Array.from(takeRows(mu.data, d, part))
  );
  const note = (text: string): JobContext => ({
    ...context,
    progress: (done, total) => context.progress(done, total, text)
  });

  const start = performance.now();
  const rtol = 1e-3;
  const drawn = await samplePrior(
    model.prior,
    {n, seed, rtol, atol: rtol},
    note("sampling"),
    undefined,
    model.denoiser
  );
  const seconds = (performance.now() - start) / 1000;
  const gaussian = gaussianLatents(n, d, seed);
  // Samples n, n + 1, ...: as many as give every draw its own.
  const perDraw = Math.min((kept.length / d) >> 1, n);
  const more = await samplePrior(
    model.prior,
    {n: perDraw * draws, first: n, seed, rtol, atol: rtol},
    note("sampling for the draws"),
    undefined,
    model.denoiser
  );
  const comparison = {
    heldOut: kept.length / d,
    prior: await compare(
      kept,
      drawn.z,
      d,
      {others, more: more.z, draws, seed},
      note("comparing prior samples")
    ),
    gaussian: await compare(kept, gaussian, d, {others, draws, seed}, note("comparing N(0, I)"))
  };

  const beside = (samples: Float64Array) => precisionRecallBeside(kept, samples, d, {seed});
  context.progress(0, 1, "precision and recall");
  const precisionRecall = {prior: beside(drawn.z), gaussian: beside(gaussian)};

  const {recipe} = input;
  let compared: ComparedMaps | undefined;
  if (recipe) {
    const decoded = async (kind: Kind, latents: Float64Array) => {
      const z = Float32Array.from(latents.subarray(0, Math.min(maps * d, latents.length)));
      const found = await mapCorrelations({...input, recipe, z, box}, note(`decoding maps: ${kind}`));
      return {moving: rounded(found.moving), whole: rounded(found.whole), state: Array.from(found.state)};
    };
    compared = {
      box,
      encodings: await decoded("encodings", kept),
      prior: await decoded("prior", drawn.z),
      gaussian: await decoded("gaussian", gaussian)
    };
  }
  let states: Evaluation["states"];
  if (recipe && input.states) {
    const {motion} = parseRecipe(recipe.json, recipe.name);
    const all = Float64Array.from(mu.data);
    context.progress(0, 1, "states from latents");
    const fromLatents = stateFromLatents(all, d, input.states, motion);
    const known = knownStates(all, d, input.states, stateCount(motion));
    const every = new Float64Array(drawn.z.length + more.z.length);
    every.set(drawn.z);
    every.set(more.z, drawn.z.length);
    states = {
      law: Array.from(known.law),
      prior: await stateDistribution(known, every, seed, note("states of samples")),
      gaussian: await stateDistribution(known, gaussian, seed, note("states of N(0, I)")),
      fromLatents
    };
  }
  const inputs = {
    prior: fingerprint(input.prior.bytes),
    vae: fingerprint(input.vae.bytes),
    z: fingerprint(input.z.bytes)
  };
  const meanEvaluations = drawn.evaluations.reduce((a, b) => a + b, 0) / n;
  return {
    samples: Float32Array.from(drawn.z),
    evaluation: {
      seed,
      inputs,
      sampling: {n, rtol, meanEvaluations, seconds},
      comparison,
      precisionRecall,
      maps: compared,
      states
    }
  };
}

const rounded = (values: Float32Array) => Array.from(values, (r) => Math.round(r * 1e5) / 1e5);
