import {FileAttachment} from "observablehq:stdlib";
import type {Attachment} from "./shippedRun.js";

/** Training with all pixels and with some of them, as it was measured. */
export const pixelsFile: {name: string; file: Attachment} = {
  name: "bench/pixels.json",
  file: FileAttachment("../../data/bench/pixels.json")
};
