import type {Pca} from "../analysis/pca.js";
import {heldOut, takeRows} from "../diffusion/heldOut.js";
import type {TrainingEnd} from "../diffusion/patience.js";
import type {PriorLoss} from "../diffusion/priorState.js";
import {InputError} from "../formats/error.js";
import {readNpy} from "../formats/npy.js";
import {readSafetensors} from "../formats/safetensors.js";
import {readLatents} from "../formats/z.js";
import type {Evaluation} from "../jobs/evaluatePrior.js";
import type {NamedBytes, NamedJson} from "../jobs/files.js";
import type {RunAbout, RunMember} from "../jobs/runAbout.js";
import type {Provenance} from "./provenance.js";
import {stepsText} from "./trainingEnd.js";

/** The part of a page's FileAttachment that is used here. */
export interface Attachment {
  arrayBuffer(): Promise<ArrayBuffer>;
  json(): Promise<unknown>;
}

interface PriorMetadata {
  preset?: string;
  training?: {seed?: number; steps?: number; heldOutFraction?: number};
  losses?: PriorLoss[];
  end?: TrainingEnd;
  machine?: string;
  date?: string;
}

/** Encodings that the prior's training held out; of a run without a prior, a random tenth. */
export interface HeldOut {
  /** [m, d]. */
  z: Float32Array;
  m: number;
  d: number;
  /** True state of each [m]; undefined for a run on real images. */
  state?: Int32Array;
}

/**
 * A trained run that ships with the notebook, or a reader's own in its place. Each file is fetched when it is first asked
 * for; one that is missing or damaged fails what needs it, and nothing else.
 */
export interface TrainedRun {
  /** The data set's name in the talk, which its address has too. */
  name: string;
  about(): Promise<RunAbout>;
  vae(): Promise<NamedBytes>;
  prior(): Promise<NamedBytes>;
  /** How the images were simulated; a run on real images has none. */
  recipe(): Promise<NamedJson>;
  /** How the run was made, as `npm run ship` wrote it. */
  provenance(): Promise<unknown>;
  /** All encodings [n, d]: the largest of the files. */
  encodings(): Promise<{z: Float32Array; d: number; n: number}>;
  /** Principal axes of all encodings, in a small file of their own. */
  axes(): Promise<Pca>;
  heldOut(): Promise<HeldOut>;
  /** The encodings that the prior was trained on [l, d]. */
  others(): Promise<Float32Array>;
  /** True state of each of all encodings [n]. */
  states(): Promise<Int32Array>;
  /** How the prior's training went: its losses (empty where the file has none), and what was trained, in a line. */
  training(): Promise<{losses: PriorLoss[]; detail: string}>;
  evaluation(): Promise<Evaluation & {made: {machine: string; date: string; seconds: number}}>;
  /** The samples that were evaluated [n, d]. */
  samples(): Promise<Float32Array>;
  /** Throws when the evaluation was made with other files than those that ship now. */
  checkEvaluation(): Promise<void>;
  /** Where the VAE's and the prior's numbers came from, in a line; a synthetic stand-in is called that. */
  source(): Promise<Provenance>;
}

export function shippedRun(name: string, files: Record<RunMember, Attachment>): TrainedRun {
  const bytes = (file: RunMember) =>
    once(async () => {
      const found = {name: `${name}/${file}`, bytes: new Uint8Array(await load(file))};
      if (found.bytes.length === 0)
        throw new InputError(found.name, "", "nothing", "the file; this run has none");
      return found;
    });
  async function load(file: RunMember): Promise<ArrayBuffer> {
    try {
      return await files[file].arrayBuffer();
    } catch {
      throw new InputError(`${name}/${file}`, "", "nothing", "the file; it could not be loaded");
    }
  }
  const json = <T>(file: RunMember) => {
    const load = bytes(file);
    return once(async () => {
      const {name, bytes} = await load();
      try {
        return JSON.parse(new TextDecoder().decode(bytes)) as T;
      } catch (error) {
        throw new InputError(name, "", (error as Error).message, "JSON");
      }
    });
  };
  const array = (file: RunMember) => {
    const load = bytes(file);
    return once(async () => {
      const {name, bytes} = await load();
      return readNpy(bytes, name);
    });
  };
  const [z, vae, prior] = [bytes("z.pkl"), bytes("vae.safetensors"), bytes("prior.safetensors")];
  const about = json<RunAbout>("about.json");
  const recipeJson = json<unknown>("recipe.json");
  const axesJson = json<{dimension: number} & Record<"mean" | "axes" | "variances", number[]>>("axes.json");
  const [stateArray, samplesArray] = [array("state.npy"), array("samples.npy")];
  const [heldOutArray, heldOutStates] = [array("held-out.npy"), array("held-out-state.npy")];
  const encodings = once(async () => {
    const {name, bytes} = await z();
    const {mu} = readLatents(bytes, name);
    return {z: mu.data, n: mu.shape[0], d: mu.shape[1]};
  });
  /** Latents of a .npy file [n, d]. */
  async function latents(file: RunMember, read: typeof samplesArray): Promise<Float32Array> {
    const {zdim: d} = await about();
    const {shape, data} = await read();
    if (shape.length !== 2 || shape[1] !== d)
      throw new InputError(`${name}/${file}`, "shape", shape, `[n, ${d}]`);
    const values = Float32Array.from(data as Float32Array);
    if (!values.every(Number.isFinite))
      throw new InputError(`${name}/${file}`, "values", "NaN or infinity", "finite numbers");
    return values;
  }
  // The network itself is the worker's to read; a page needs what is written beside it.
  const priorMetadata = once(async () => {
    const {name, bytes} = await prior();
    const {metadata} = readSafetensors(bytes, name);
    if (!metadata.prior)
      throw new InputError(name, "metadata", "no entry `prior`", "a prior written by `train prior`");
    return JSON.parse(metadata.prior) as PriorMetadata;
  });
  const run: TrainedRun = {
    name,
    about,
    vae,
    prior,
    encodings,
    provenance: json("provenance.json"),
    recipe: async () => ({name: `${name}/recipe.json`, json: await recipeJson()}),
    axes: once(async () => {
      const {dimension, mean, axes, variances} = await axesJson();
      const array = (values: number[]) => Float64Array.from(values);
      return {dimension, mean: array(mean), axes: array(axes), variances: array(variances)};
    }),
    async training() {
      const {preset, training, losses, end} = await priorMetadata();
      const parts = [
        preset && `preset ${preset}`,
        training?.seed !== undefined && `seed ${training.seed}`,
        training?.steps !== undefined && stepsText(training.steps, end)
      ];
      return {losses: Array.isArray(losses) ? losses : [], detail: parts.filter(Boolean).join(", ")};
    },
    evaluation: json("evaluation.json"),
    samples: once(() => latents("samples.npy", samplesArray)),
    heldOut: once(async () => {
      const [{zdim: d, has}, z] = await Promise.all([about(), latents("held-out.npy", heldOutArray)]);
      const m = z.length / d;
      if (!has.includes("held-out-state.npy")) return {z, m, d};
      const {data} = await heldOutStates();
      if (data.length !== m)
        throw new InputError(`${name}/held-out-state.npy`, "length", data.length, `${m}, one for each encoding`); // prettier-ignore
      return {z, m, d, state: Int32Array.from(data, Number)};
    }),
    others: once(async () => {
      const [{training}, {z, n, d}] = await Promise.all([priorMetadata(), encodings()]);
      if (typeof training?.seed !== "number" || typeof training.heldOutFraction !== "number")
        throw new InputError(`${name}/prior.safetensors`, "metadata.training", training, "seed and heldOutFraction"); // prettier-ignore
      return takeRows(z, d, heldOut(n, training.seed, training.heldOutFraction).trained);
    }),
    states: once(async () => Int32Array.from((await stateArray()).data, Number)),
    checkEvaluation: once(async () => {
      const [{inputs}, {fingerprints}] = await Promise.all([run.evaluation(), about()]);
      for (const file of ["prior", "vae", "z"] as const)
        if (fingerprints[file] !== inputs[file])
          throw new InputError(`${name}/evaluation.json`, `inputs.${file}`, inputs[file], `${fingerprints[file] ?? "none"}, the fingerprint of what ships; run npm run evaluate again`); // prettier-ignore
    }),
    async source() {
      const {kind, name: called, folder, has} = await about();
      if (kind === "real") return {kind: "shipped", detail: `${called}: cryoDRGN run in ${folder}`};
      const {machine, date, training} = has.includes("prior.safetensors") ? await priorMetadata() : {};
      const parts = [
        kind === "stand-in" && `synthetic stand-in for ${name}`,
        `recipe ${called}`,
        training?.seed !== undefined && `seed ${training.seed}`,
        machine,
        date
      ];
      return {kind: "shipped", detail: parts.filter(Boolean).join(", ")};
    }
  };
  return run;
}

/** Calls `load` at the first call, and gives its promise to every later one; a failure is tried anew. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () =>
    (promise ??= load().catch((error: unknown) => {
      promise = undefined;
      throw error;
    }));
}
