import {heldOut, takeRows} from "../diffusion/heldOut.js";
import type {PriorLoss} from "../diffusion/priorState.js";
import {InputError} from "../formats/error.js";
import {readNpy} from "../formats/npy.js";
import {readSafetensors} from "../formats/safetensors.js";
import {readLatents} from "../formats/z.js";
import type {Evaluation} from "../jobs/evaluatePrior.js";
import {fingerprint, type NamedBytes, type NamedJson} from "../jobs/files.js";
import type {Provenance} from "./provenance.js";

/** The part of a page's FileAttachment that is used here. */
export interface Attachment {
  arrayBuffer(): Promise<ArrayBuffer>;
  json(): Promise<unknown>;
}

export type RunFile = "z" | "state" | "vae" | "prior" | "recipe" | "evaluation" | "samples";

interface PriorMetadata {
  preset?: string;
  training?: {seed?: number; steps?: number; heldOutFraction?: number};
  losses?: PriorLoss[];
  machine?: string;
  date?: string;
}

/** Encodings that the prior's training held out. */
export interface HeldOut {
  /** Their rows among all encodings [m]. */
  rows: Int32Array;
  /** [m, d]. */
  z: Float32Array;
  d: number;
  /** The encodings that were trained on [l, d]. */
  others: Float32Array;
  /** True state of each [m]. */
  state: Int32Array;
}

/**
 * A trained run that ships with the notebook. Each file is fetched when it is first asked for; one that is missing or
 * damaged fails what needs it, and nothing else.
 */
export interface ShippedRun {
  name: string;
  vae(): Promise<NamedBytes>;
  prior(): Promise<NamedBytes>;
  recipe(): Promise<NamedJson>;
  /** All encodings [n, d]. */
  encodings(): Promise<{z: Float32Array; d: number; n: number}>;
  heldOut(): Promise<HeldOut>;
  /** How the prior's training went: its losses (empty where the file has none), and what was trained, in a line. */
  training(): Promise<{losses: PriorLoss[]; detail: string}>;
  evaluation(): Promise<Evaluation & {made: {machine: string; date: string; seconds: number}}>;
  /** The samples that were evaluated [n, d]. */
  samples(): Promise<Float32Array>;
  /** Throws when the evaluation was made with other files than those that ship now. */
  checkEvaluation(): Promise<void>;
  /** Where the VAE's and the prior's numbers came from, in a line. */
  source(): Promise<Provenance>;
}

export function shippedRun(
  name: string,
  files: Record<RunFile, Attachment>,
  names: Record<RunFile, string>
): ShippedRun {
  const bytes = (file: RunFile) =>
    once(async () => {
      try {
        return {name: `${name}/${names[file]}`, bytes: new Uint8Array(await files[file].arrayBuffer())};
      } catch {
        throw new InputError(`${name}/${names[file]}`, "", "nothing", "the file; it could not be loaded");
      }
    });
  const json = (file: RunFile) => {
    const load = bytes(file);
    return once(async () => {
      const {name, bytes} = await load();
      try {
        return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
      } catch (error) {
        throw new InputError(name, "", (error as Error).message, "JSON");
      }
    });
  };
  const z = bytes("z");
  const vae = bytes("vae");
  const prior = bytes("prior");
  const recipeJson = json("recipe");
  const evaluationJson = json("evaluation");
  const array = (file: RunFile) => {
    const load = bytes(file);
    return once(async () => {
      const {name, bytes} = await load();
      return readNpy(bytes, name);
    });
  };
  const stateArray = array("state");
  const samplesArray = array("samples");
  const encodings = once(async () => {
    const {name, bytes} = await z();
    const {mu} = readLatents(bytes, name);
    return {z: mu.data, n: mu.shape[0], d: mu.shape[1]};
  });
  // The network itself is the worker's to read; a page needs what is written beside it.
  const priorMetadata = once(async () => {
    const {name, bytes} = await prior();
    const {metadata} = readSafetensors(bytes, name);
    if (!metadata.prior)
      throw new InputError(name, "metadata", "no entry `prior`", "a prior written by `train prior`");
    return JSON.parse(metadata.prior) as PriorMetadata;
  });
  const run: ShippedRun = {
    name,
    vae,
    prior,
    encodings,
    recipe: async () => ({name: `${name}/${names.recipe}`, json: await recipeJson()}),
    async training() {
      const {preset, training, losses} = await priorMetadata();
      const parts = [
        preset && `preset ${preset}`,
        training?.seed !== undefined && `seed ${training.seed}`,
        training?.steps !== undefined && `${training.steps.toLocaleString("en")} steps`
      ];
      return {losses: Array.isArray(losses) ? losses : [], detail: parts.filter(Boolean).join(", ")};
    },
    evaluation: evaluationJson as ShippedRun["evaluation"],
    async samples() {
      const {d} = await encodings();
      const {shape, data} = await samplesArray();
      if (shape.length !== 2 || shape[1] !== d)
        throw new InputError(`${name}/${names.samples}`, "shape", shape, `[n, ${d}]`);
      const values = Float32Array.from(data as Float32Array);
      if (!values.every(Number.isFinite))
        throw new InputError(`${name}/${names.samples}`, "values", "NaN or infinity", "finite numbers");
      return values;
    },
    heldOut: once(async () => {
      const [{training}, all, states] = await Promise.all([priorMetadata(), encodings(), stateArray()]);
      if (typeof training?.seed !== "number" || typeof training.heldOutFraction !== "number")
        throw new InputError(
          `${name}/${names.prior}`,
          "metadata.training",
          training,
          "seed and heldOutFraction"
        );
      const {heldOut: rows, trained} = heldOut(all.n, training.seed, training.heldOutFraction);
      if (states.data.length !== all.n)
        throw new InputError(
          `${name}/${names.state}`,
          "length",
          states.data.length,
          `${all.n}, one for each encoding`
        );
      return {
        rows,
        z: takeRows(all.z, all.d, rows),
        others: takeRows(all.z, all.d, trained),
        d: all.d,
        state: Int32Array.from(rows, (r) => Number(states.data[r]))
      };
    }),
    checkEvaluation: once(async () => {
      const {inputs} = await run.evaluation();
      for (const [file, load] of Object.entries({prior, vae, z}) as ["prior" | "vae" | "z", typeof z][]) {
        const found = fingerprint((await load()).bytes);
        if (found !== inputs[file])
          throw new InputError(`${name}/${names.evaluation}`, `inputs.${file}`, inputs[file], `${found}, the fingerprint of ${names[file]}; run npm run evaluate again`); // prettier-ignore
      }
    }),
    async source() {
      const [{json}, {machine, date, training}] = await Promise.all([run.recipe(), priorMetadata()]);
      const recipe = json as {name?: string};
      const parts = [
        `recipe ${recipe.name}`,
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
