import {FileAttachment} from "observablehq:stdlib";

// Framework finds files by the literal argument of FileAttachment, so each is spelled out.
export const latentFiles = {
  linear1d: FileAttachment("../../../data/latents/linear1d.json"),
  circular1d: FileAttachment("../../../data/latents/circular1d.json")
};
