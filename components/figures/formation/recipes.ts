import {FileAttachment} from "observablehq:stdlib";
import type {Attachment} from "../shippedRun.js";

/** Recipes whose proteins the page offers. Framework finds files by the literal argument of FileAttachment. */
export const recipes: Record<string, Attachment> = {
  linear1d: FileAttachment("../../../data/recipes/linear1d.json"),
  circular1d: FileAttachment("../../../data/recipes/circular1d.json")
};
