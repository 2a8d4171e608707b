import {z} from "zod";
import {checked} from "../formats/checked.js";

/** Held-out loss of a VAE against the time of its training. */
export interface PixelCurve {
  /** Pixels of each image that a step looks at. */
  pixels: number;
  label: string;
  /** Training time, training steps and held-out loss at each evaluation. */
  seconds: number[];
  step: number[];
  heldOut: number[];
  imagesPerSecond: number;
}

/** Trainings that differ only in how many pixels of each image they look at, and how they were made. */
export interface PixelCurves {
  recipe: string;
  images: number;
  heldOut: number;
  boxSize: number;
  model: string;
  batchSize: number;
  learningRate: number;
  machine: string;
  date: string;
  seed: number;
  curves: PixelCurve[];
}

const count = z.int().min(1);
const numbers = z.array(z.number()).min(2);
const curve = z.object({
  pixels: count,
  label: z.string(),
  seconds: numbers,
  step: numbers,
  heldOut: numbers,
  imagesPerSecond: z.number().positive()
});
const schema = z.object({
  recipe: z.string(),
  images: count,
  heldOut: count,
  boxSize: count,
  model: z.string(),
  batchSize: count,
  learningRate: z.number().positive(),
  machine: z.string(),
  date: z.string(),
  seed: z.int(),
  curves: z
    .array(curve.refine((c) => c.step.length === c.seconds.length && c.heldOut.length === c.seconds.length, {error: "expected seconds, step and heldOut of one length"}))
    .min(1)
}); // prettier-ignore

/** Reads the file of the curves. @throws InputError naming the field that is wrong */
export const readCurves = (json: unknown, file: string): PixelCurves => checked(schema, json, file, "curves");

/** Seconds until a curve has come down to a loss, between two evaluations by a straight line; nothing if it never has. */
export function secondsTo(loss: number, {seconds, heldOut}: PixelCurve): number | undefined {
  const i = heldOut.findIndex((l) => l <= loss);
  if (i <= 0) return i < 0 ? undefined : seconds[0];
  const part = (heldOut[i - 1] - loss) / (heldOut[i - 1] - heldOut[i]);
  return seconds[i - 1] + part * (seconds[i] - seconds[i - 1]);
}

/** The curve with the most pixels of each image, and the one with the fewest. */
export function mostAndFewest(curves: readonly PixelCurve[]): [most: PixelCurve, fewest: PixelCurve] {
  const sorted = [...curves].sort((a, b) => b.pixels - a.pixels);
  return [sorted[0], sorted[sorted.length - 1]];
}
