import {heldOut, takeRows} from "../../diffusion/heldOut.js";
import {readPrior} from "../../diffusion/priorFile.js";
import {InputError} from "../../formats/error.js";
import {fingerprint, type NamedBytes} from "../../jobs/files.js";
import type {OpenedRun} from "../../jobs/run/assemble.js";
import type {RunMember} from "../../jobs/runAbout.js";
import type {TrainedRun} from "../shippedRun.js";

/** Seed and part of the encodings that a prior trained here does not see. */
export const SPLIT = {seed: 1, fraction: 0.1};

/** Encodings that a prior held out and those it was trained on, as its file says; without a prior, as one that is trained with seed 1 will. */
function splitOf(n: number, prior: NamedBytes | undefined) {
  const {training} = (prior ? readPrior(prior.bytes, prior.name).metadata : {}) as {
    training?: {seed?: number; heldOutFraction?: number};
  };
  return heldOut(n, training?.seed ?? SPLIT.seed, training?.heldOutFraction ?? SPLIT.fraction);
}

/** A reader's run, which gets a prior when one is trained. */
export interface ReaderRun extends TrainedRun {
  take(prior: NamedBytes): void;
}

/**
 * A reader's files as the pages' figures read a run. What needs a file that is not there fails, and says which.
 * @throws InputError where there are no latents
 */
export function readerRun(opened: OpenedRun): ReaderRun {
  const {latents, vae} = opened;
  let {prior} = opened;
  if (!latents)
    throw new InputError("your files", "latents", "none", "a z.N.pkl, or a .npy or .csv of N x d numbers");
  const {z, n, d, axes} = latents;
  const lacking = (what: string) => () =>
    Promise.reject(new InputError(latents.name, "", `no ${what} beside it`, what));
  let split = splitOf(n, prior);
  const rows = (wanted: Int32Array) => takeRows(z, d, wanted);
  const has: RunMember[] = ["z.pkl"];
  if (vae) has.push("vae.safetensors");
  if (prior) has.push("prior.safetensors");
  const print = fingerprint(new Uint8Array(z.buffer, z.byteOffset, z.byteLength));
  const labels = opened.labels.find(({values}) => values.length === n);
  return {
    name: `${latents.name}, ${print}`,
    about: () =>
      Promise.resolve({
        set: "yours",
        name: latents.name,
        about: "",
        kind: "real",
        folder: "",
        has,
        images: n,
        zdim: d,
        fingerprints: {z: print}
      }),
    vae: vae ? () => Promise.resolve(vae) : lacking("decoder (weights.N.pkl and config.yaml)"),
    prior: () =>
      prior ? Promise.resolve(prior) : lacking("prior (prior.safetensors, or one that is trained here)")(),
    take(trained) {
      prior = trained;
      split = splitOf(n, trained);
      if (!has.includes("prior.safetensors")) has.push("prior.safetensors");
    },
    recipe: lacking("recipe"),
    provenance: lacking("provenance"),
    evaluation: lacking("evaluation"),
    samples: lacking("samples"),
    checkEvaluation: lacking("evaluation"),
    encodings: () => Promise.resolve({z, n, d}),
    axes: () => Promise.resolve(axes),
    heldOut: () => Promise.resolve({z: rows(split.heldOut), m: split.heldOut.length, d}),
    others: () => Promise.resolve(rows(split.trained)),
    states: labels ? () => Promise.resolve(labels.values) : lacking("labels"),
    training: () => Promise.resolve({losses: [], detail: ""}),
    source: () => Promise.resolve({kind: "yours", detail: latents.name})
  };
}
