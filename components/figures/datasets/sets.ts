import {FileAttachment} from "observablehq:stdlib";
import type {Attachment} from "../shippedRun.js";
import type {SmallSetFile} from "./smallSetFiles.js";

/** A data set of the notebook: its small version's files, and the record of what was trained on it, where that ships. */
export interface SetFiles {
  name: string;
  files: Record<SmallSetFile, Attachment>;
  provenance?: Attachment;
}

// Framework finds files by the literal argument of FileAttachment, so each is spelled out.
export const sets: SetFiles[] = [
  {
    name: "linear1d",
    files: {
      "particles.mrcs": FileAttachment("../../../data/linear1d-small/particles.mrcs"),
      "pose.pkl": FileAttachment("../../../data/linear1d-small/pose.pkl"),
      "ctf.pkl": FileAttachment("../../../data/linear1d-small/ctf.pkl"),
      "state.npy": FileAttachment("../../../data/linear1d-small/state.npy"),
      "recipe.json": FileAttachment("../../../data/linear1d-small/recipe.json"),
      "simulation.json": FileAttachment("../../../data/linear1d-small/simulation.json")
    },
    provenance: FileAttachment("../../../data/trained/linear1d/provenance.json")
  },
  {
    name: "circular1d",
    files: {
      "particles.mrcs": FileAttachment("../../../data/circular1d-small/particles.mrcs"),
      "pose.pkl": FileAttachment("../../../data/circular1d-small/pose.pkl"),
      "ctf.pkl": FileAttachment("../../../data/circular1d-small/ctf.pkl"),
      "state.npy": FileAttachment("../../../data/circular1d-small/state.npy"),
      "recipe.json": FileAttachment("../../../data/circular1d-small/recipe.json"),
      "simulation.json": FileAttachment("../../../data/circular1d-small/simulation.json")
    }
  }
];
