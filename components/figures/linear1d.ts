import {FileAttachment} from "observablehq:stdlib";
import type {Attachment, RunFile} from "./shippedRun.js";

/** The files of the run that ships for linear1d. */
const names: Record<RunFile, string> = {
  z: "z.pkl",
  state: "state.npy",
  vae: "vae.safetensors",
  prior: "prior.safetensors",
  recipe: "recipe.json",
  evaluation: "evaluation.json",
  samples: "samples.npy"
};

// Framework finds files by the literal argument of FileAttachment, so each is spelled out.
const files: Record<RunFile, Attachment> = {
  z: FileAttachment("../../data/trained/linear1d/z.pkl"),
  state: FileAttachment("../../data/trained/linear1d/state.npy"),
  vae: FileAttachment("../../data/trained/linear1d/vae.safetensors"),
  prior: FileAttachment("../../data/trained/linear1d/prior.safetensors"),
  recipe: FileAttachment("../../data/trained/linear1d/recipe.json"),
  evaluation: FileAttachment("../../data/trained/linear1d/evaluation.json"),
  samples: FileAttachment("../../data/trained/linear1d/samples.npy")
};

export const linear1d = {files, names};
