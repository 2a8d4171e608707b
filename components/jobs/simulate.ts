import {quiet, type JobContext} from "../compute/job.js";
import {forwardModel, type ForwardModel} from "../cryoem/image.js";
import {ctfRow} from "../cryoem/ctf.js";
import {assembly} from "../cryoem/assembly.js";
import {pseudoProtein} from "../cryoem/pseudoProtein.js";
import {imageCount, type Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {trimer} from "../cryoem/trimer.js";

/** Images the signal's variance is estimated from: the first ones, which the shuffled order makes a fair sample. */
export const SNR_SAMPLE = 1024;

/** Images `start` .. `start + count - 1` of a recipe's set, and what is true of them. */
export interface Particles {
  start: number;
  count: number;
  /** [count, D, D]. */
  images: Float32Array;
  /** [count, 3, 3]. */
  rotations: Float32Array;
  /** [count, 2] pixels the content is moved by. */
  shifts: Float32Array;
  /** [count, 9], cryoDRGN's columns. */
  ctf: Float32Array;
  /** [count]. */
  states: Int32Array;
}

/** Sums of pixel values and of their squares, to pool over threads. */
export interface Moments {
  pixels: number;
  sum: number;
  squares: number;
}

export const addMoments = (a: Moments, b: Moments): Moments => ({
  pixels: a.pixels + b.pixels,
  sum: a.sum + b.sum,
  squares: a.squares + b.squares
});

/** What is measured on a stack while it is made. */
export interface StackStatistics {
  /** Of the images without noise. */
  clean: Moments;
  /** Of the images as they are written. */
  noisy: Moments;
  min: number;
  max: number;
}

export const addStatistics = (a: StackStatistics, b: StackStatistics): StackStatistics => ({
  clean: addMoments(a.clean, b.clean),
  noisy: addMoments(a.noisy, b.noisy),
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max)
});

/** The signal-to-noise ratio of a stack: the variance of its images without noise over that of what was added to them. */
export const measuredSnr = ({clean, noisy}: StackStatistics): number =>
  variance(clean) / (variance(noisy) - variance(clean));

export const variance = ({pixels, sum, squares}: Moments): number => squares / pixels - (sum / pixels) ** 2;

/** The made-up structure of a recipe; a structure from a file is read by the caller. */
export function recipeStructure(recipe: Recipe): Structure {
  switch (recipe.structure.kind) {
    case "pseudo-protein":
      return pseudoProtein(recipe.structure);
    case "assembly":
      return assembly(recipe.structure);
    case "trimer":
      return trimer(recipe.structure);
    case "file":
      throw new Error(`${recipe.name}: its structure is in a file`);
  }
}

/** Moments of the noiseless images of a range, from which the level of the noise follows. */
export function cleanMoments(model: ForwardModel, D: number, start: number, count: number): Moments {
  const image = new Float32Array(D * D);
  let moments: Moments = {pixels: 0, sum: 0, squares: 0};
  for (let i = start; i < start + count; ++i)
    moments = addMoments(moments, measure(model.clean(model.draw(i), image)));
  return moments;
}

/** Two pixels at a time, without branches, takes a third of the time of one at a time: this is done twice for every image. */
function measure(image: Float32Array): Moments & {min: number; max: number} {
  let [sum, squares, min, max] = [0, 0, Infinity, -Infinity];
  for (let p = 0; p < image.length; p += 2) {
    const value = image[p];
    const next = image[p + 1];
    sum += value + next;
    squares += value * value + next * next;
    min = Math.min(min, value, next);
    max = Math.max(max, value, next);
  }
  return {pixels: image.length, sum, squares, min, max};
}

/** The noise's standard deviation for a recipe: sqrt(variance of the clean images / SNR). */
export const noiseSigma = (recipe: Recipe, signal: Moments): number =>
  Math.sqrt(variance(signal) / recipe.snr);

/** Makes a range of a recipe's images. The result depends on the recipe, the structure and the range alone. */
export function makeParticles(
  recipe: Recipe,
  model: ForwardModel,
  sigma: number,
  start: number,
  count: number
): Particles & {statistics: StackStatistics} {
  const {boxSize: D, pixelSize} = recipe;
  const made: Particles = {...emptyTruth(count), start, images: new Float32Array(count * D * D)};
  let clean: Moments = {pixels: 0, sum: 0, squares: 0};
  for (let k = 0; k < count; ++k) {
    const draw = model.draw(start + k);
    const image = made.images.subarray(k * D * D, (k + 1) * D * D);
    clean = addMoments(clean, measure(model.clean(draw, image)));
    model.addNoise(start + k, sigma, image);
    made.rotations.set(draw.rotation, 9 * k);
    made.shifts.set(draw.shift, 2 * k);
    made.ctf.set(ctfRow(draw.ctf, D, pixelSize), 9 * k);
    made.states[k] = draw.state;
  }
  const {min, max, ...noisy} = measure(made.images);
  return {...made, statistics: {clean, noisy, min, max}};
}

/**
 * Simulates a small set in memory, on the calling thread: for pages, tests and benches.
 * @param images how many of the recipe's images, from the first; all by default
 * @throws the signal's reason when cancelled
 */
export function simulate(
  recipe: Recipe,
  {images = imageCount(recipe), structure = recipeStructure(recipe), context = quiet as JobContext} = {}
): Particles & {sigma: number} {
  const model = forwardModel(recipe, structure);
  const signal = cleanMoments(model, recipe.boxSize, 0, Math.min(SNR_SAMPLE, imageCount(recipe)));
  const sigma = noiseSigma(recipe, signal);
  const whole: Particles = {...emptyTruth(images), images: new Float32Array(images * recipe.boxSize ** 2)};
  for (let start = 0; start < images; start += 32) {
    context.signal.throwIfAborted();
    context.progress(start, images);
    const part = makeParticles(recipe, model, sigma, start, Math.min(32, images - start));
    whole.images.set(part.images, start * recipe.boxSize ** 2);
    place(whole, part);
  }
  return {...whole, sigma};
}

/** Room for what is true of `count` images. */
export const emptyTruth = (count: number): Omit<Particles, "images"> => ({
  start: 0,
  count,
  rotations: new Float32Array(9 * count),
  shifts: new Float32Array(2 * count),
  ctf: new Float32Array(9 * count),
  states: new Int32Array(count)
});

/** Copies a part's poses, shifts, CTFs and states (not its images) to its place in the whole. */
export function place(whole: Omit<Particles, "images">, part: Omit<Particles, "images">): void {
  whole.rotations.set(part.rotations, 9 * part.start);
  whole.shifts.set(part.shifts, 2 * part.start);
  whole.ctf.set(part.ctf, 9 * part.start);
  whole.states.set(part.states, part.start);
}
