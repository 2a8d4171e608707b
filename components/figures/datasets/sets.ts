import {FileAttachment} from "observablehq:stdlib";
import {runOf, type SetName} from "../runs.js";
import type {Attachment, TrainedRun} from "../shippedRun.js";
import type {SmallSetFile} from "./smallSetFiles.js";

/** A data set of the notebook: its small version's files, and what was trained on it. */
export interface SetFiles {
  /** Its recipe's name. */
  name: string;
  /** Its name in the talk: another one where the talk's set is experimental and this a synthetic stand-in. */
  talk: SetName;
  files: Record<SmallSetFile, Attachment>;
  run: TrainedRun;
}

// Framework finds files by the literal argument of FileAttachment, so each is spelled out.
export const sets: SetFiles[] = [
  {
    name: "linear1d",
    talk: "linear1d",
    files: {
      "particles.mrcs": FileAttachment("../../../data/linear1d-small/particles.mrcs"),
      "pose.pkl": FileAttachment("../../../data/linear1d-small/pose.pkl"),
      "ctf.pkl": FileAttachment("../../../data/linear1d-small/ctf.pkl"),
      "state.npy": FileAttachment("../../../data/linear1d-small/state.npy"),
      "recipe.json": FileAttachment("../../../data/linear1d-small/recipe.json"),
      "simulation.json": FileAttachment("../../../data/linear1d-small/simulation.json")
    },
    run: runOf("linear1d")
  },
  {
    name: "circular1d",
    talk: "circular1d",
    files: {
      "particles.mrcs": FileAttachment("../../../data/circular1d-small/particles.mrcs"),
      "pose.pkl": FileAttachment("../../../data/circular1d-small/pose.pkl"),
      "ctf.pkl": FileAttachment("../../../data/circular1d-small/ctf.pkl"),
      "state.npy": FileAttachment("../../../data/circular1d-small/state.npy"),
      "recipe.json": FileAttachment("../../../data/circular1d-small/recipe.json"),
      "simulation.json": FileAttachment("../../../data/circular1d-small/simulation.json")
    },
    run: runOf("circular1d")
  },
  {
    name: "ribosome-like",
    talk: "ribosome",
    files: {
      "particles.mrcs": FileAttachment("../../../data/ribosome-like-small/particles.mrcs"),
      "pose.pkl": FileAttachment("../../../data/ribosome-like-small/pose.pkl"),
      "ctf.pkl": FileAttachment("../../../data/ribosome-like-small/ctf.pkl"),
      "state.npy": FileAttachment("../../../data/ribosome-like-small/state.npy"),
      "recipe.json": FileAttachment("../../../data/ribosome-like-small/recipe.json"),
      "simulation.json": FileAttachment("../../../data/ribosome-like-small/simulation.json")
    },
    run: runOf("ribosome")
  },
  {
    name: "spike-like",
    talk: "covid",
    files: {
      "particles.mrcs": FileAttachment("../../../data/spike-like-small/particles.mrcs"),
      "pose.pkl": FileAttachment("../../../data/spike-like-small/pose.pkl"),
      "ctf.pkl": FileAttachment("../../../data/spike-like-small/ctf.pkl"),
      "state.npy": FileAttachment("../../../data/spike-like-small/state.npy"),
      "recipe.json": FileAttachment("../../../data/spike-like-small/recipe.json"),
      "simulation.json": FileAttachment("../../../data/spike-like-small/simulation.json")
    },
    run: runOf("covid")
  }
];
