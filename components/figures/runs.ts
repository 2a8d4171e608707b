import {FileAttachment} from "observablehq:stdlib";
import type {RunMember} from "../jobs/runAbout.js";
import {shippedRun, type Attachment, type TrainedRun} from "./shippedRun.js";

/** The data sets of the talk, by whose names the pages' addresses choose one. */
export const setNames = ["linear1d", "circular1d", "ribosome", "covid"] as const;
export type SetName = (typeof setNames)[number];

// Framework finds files by the literal argument of FileAttachment, so each is spelled out.
// prettier-ignore
const files: Record<SetName, Record<RunMember, Attachment>> = {
  linear1d: {
    "about.json": FileAttachment("../../data/sets/linear1d/about.json"),
    "z.pkl": FileAttachment("../../data/sets/linear1d/z.pkl"),
    "state.npy": FileAttachment("../../data/sets/linear1d/state.npy"),
    "vae.safetensors": FileAttachment("../../data/sets/linear1d/vae.safetensors"),
    "prior.safetensors": FileAttachment("../../data/sets/linear1d/prior.safetensors"),
    "recipe.json": FileAttachment("../../data/sets/linear1d/recipe.json"),
    "provenance.json": FileAttachment("../../data/sets/linear1d/provenance.json"),
    "evaluation.json": FileAttachment("../../data/sets/linear1d/evaluation.json"),
    "samples.npy": FileAttachment("../../data/sets/linear1d/samples.npy"),
    "held-out.npy": FileAttachment("../../data/sets/linear1d/held-out.npy"),
    "held-out-state.npy": FileAttachment("../../data/sets/linear1d/held-out-state.npy"),
    "axes.json": FileAttachment("../../data/sets/linear1d/axes.json")
  },
  circular1d: {
    "about.json": FileAttachment("../../data/sets/circular1d/about.json"),
    "z.pkl": FileAttachment("../../data/sets/circular1d/z.pkl"),
    "state.npy": FileAttachment("../../data/sets/circular1d/state.npy"),
    "vae.safetensors": FileAttachment("../../data/sets/circular1d/vae.safetensors"),
    "prior.safetensors": FileAttachment("../../data/sets/circular1d/prior.safetensors"),
    "recipe.json": FileAttachment("../../data/sets/circular1d/recipe.json"),
    "provenance.json": FileAttachment("../../data/sets/circular1d/provenance.json"),
    "evaluation.json": FileAttachment("../../data/sets/circular1d/evaluation.json"),
    "samples.npy": FileAttachment("../../data/sets/circular1d/samples.npy"),
    "held-out.npy": FileAttachment("../../data/sets/circular1d/held-out.npy"),
    "held-out-state.npy": FileAttachment("../../data/sets/circular1d/held-out-state.npy"),
    "axes.json": FileAttachment("../../data/sets/circular1d/axes.json")
  },
  ribosome: {
    "about.json": FileAttachment("../../data/sets/ribosome/about.json"),
    "z.pkl": FileAttachment("../../data/sets/ribosome/z.pkl"),
    "state.npy": FileAttachment("../../data/sets/ribosome/state.npy"),
    "vae.safetensors": FileAttachment("../../data/sets/ribosome/vae.safetensors"),
    "prior.safetensors": FileAttachment("../../data/sets/ribosome/prior.safetensors"),
    "recipe.json": FileAttachment("../../data/sets/ribosome/recipe.json"),
    "provenance.json": FileAttachment("../../data/sets/ribosome/provenance.json"),
    "evaluation.json": FileAttachment("../../data/sets/ribosome/evaluation.json"),
    "samples.npy": FileAttachment("../../data/sets/ribosome/samples.npy"),
    "held-out.npy": FileAttachment("../../data/sets/ribosome/held-out.npy"),
    "held-out-state.npy": FileAttachment("../../data/sets/ribosome/held-out-state.npy"),
    "axes.json": FileAttachment("../../data/sets/ribosome/axes.json")
  },
  covid: {
    "about.json": FileAttachment("../../data/sets/covid/about.json"),
    "z.pkl": FileAttachment("../../data/sets/covid/z.pkl"),
    "state.npy": FileAttachment("../../data/sets/covid/state.npy"),
    "vae.safetensors": FileAttachment("../../data/sets/covid/vae.safetensors"),
    "prior.safetensors": FileAttachment("../../data/sets/covid/prior.safetensors"),
    "recipe.json": FileAttachment("../../data/sets/covid/recipe.json"),
    "provenance.json": FileAttachment("../../data/sets/covid/provenance.json"),
    "evaluation.json": FileAttachment("../../data/sets/covid/evaluation.json"),
    "samples.npy": FileAttachment("../../data/sets/covid/samples.npy"),
    "held-out.npy": FileAttachment("../../data/sets/covid/held-out.npy"),
    "held-out-state.npy": FileAttachment("../../data/sets/covid/held-out-state.npy"),
    "axes.json": FileAttachment("../../data/sets/covid/axes.json")
  }
};

/** The files of a data set, as they were attached. */
export const filesOf = (set: SetName): Record<RunMember, Attachment> => files[set];

const opened = new Map<SetName, TrainedRun>();

/** The run of a data set: one for a page, so that what was loaded stays when a reader comes back to it. */
export function runOf(set: SetName): TrainedRun {
  const run = opened.get(set) ?? shippedRun(set, files[set]);
  opened.set(set, run);
  return run;
}
