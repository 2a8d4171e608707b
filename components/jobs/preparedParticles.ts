import type {JobContext} from "../compute/job.js";
import {ctfFromRows} from "../cryoem/ctf.js";
import {lattice} from "../cryoem/lattice.js";
import type {ImageSet} from "../vae/imageSet.js";
import {imagePreparer} from "../vae/prepare.js";
import type {NamedJson} from "./files.js";
import {modelOf} from "./particleViews.js";
import {cleanMoments, makeParticles, noiseSigma} from "./simulate.js";

export interface PreparedInput {
  recipe: NamedJson;
  /** Standard deviation of the noise, where it is known (default: worked out from a few images). */
  sigma?: number;
  /** Images `from` to `to` (exclusive) of the recipe's set. */
  from: number;
  to: number;
  /** Box to crop to, even. */
  boxSize: number;
}

/** Images of a recipe ready for training, not yet divided by their deviation, and their true states [n]. */
export interface PreparedPart {
  set: ImageSet;
  states: Int32Array;
}

/** Images the noise level is worked out from where it is not given. */
const SAMPLE = 64;

/** Images between two looks at the messages. */
const PART = 4;

/** Simulates images of a recipe and prepares them as `npm run train -- vae` does, with cryoDRGN's window, keeping what training reads alone. */
export async function preparedParticles(input: PreparedInput, context: JobContext): Promise<PreparedPart> {
  const {from, to, boxSize} = input;
  const {recipe, model} = modelOf(input.recipe);
  const {boxSize: D} = recipe;
  const sigma = input.sigma ?? noiseSigma(recipe, cleanMoments(model, D, 0, SAMPLE));
  const n = to - from;
  const {pixels} = lattice(boxSize);
  const pixelSize = (D * recipe.pixelSize) / boxSize;
  const set: ImageSet = {
    n,
    boxSize,
    pixelSize,
    pixels,
    images: new Float32Array(n * pixels),
    rotations: new Float32Array(9 * n),
    ctf: new Float32Array(9 * n),
    scale: 1
  };
  const states = new Int32Array(n);
  const prepare = imagePreparer(D, pixelSize, {boxSize, window: true, invert: false});
  for (let k = 0; k < n; ++k) {
    if (k % PART === 0) {
      context.progress(k, n);
      await context.turn();
    }
    const {
      images: image,
      shifts,
      ctf,
      rotations,
      states: state
    } = makeParticles(recipe, model, sigma, from + k, 1);
    set.rotations.set(rotations, 9 * k);
    set.ctf.set(ctf, 9 * k);
    states[k] = state[0];
    const centring = [(-shifts[0] / D) * boxSize, (-shifts[1] / D) * boxSize] as const;
    prepare(
      {image, centring, ctf: ctfFromRows(set.ctf, k)},
      set.images.subarray(k * pixels, (k + 1) * pixels)
    );
  }
  return {set, states};
}

/** Images that the scale is measured on, as on the command line. */
const SCALE_SAMPLE = 1000;

/**
 * Parts of a set, in order, as one set divided by its deviation.
 * @param make where its arrays stand: in shared memory, where threads can share it
 */
export function joinPrepared(
  parts: readonly PreparedPart[],
  make = (n: number): Float32Array => new Float32Array(n)
): PreparedPart {
  const n = parts.reduce((sum, {set}) => sum + set.n, 0);
  const {pixels} = parts[0].set;
  const joined = {images: make(n * pixels), rotations: make(9 * n), ctf: make(9 * n)};
  const states = new Int32Array(n);
  let at = 0;
  for (const {set, states: own} of parts) {
    joined.images.set(set.images, at * pixels);
    joined.rotations.set(set.rotations, at * 9);
    joined.ctf.set(set.ctf, at * 9);
    states.set(own, at);
    at += set.n;
  }
  const sample = Math.min(SCALE_SAMPLE, n) * pixels;
  let squares = 0;
  for (let p = 0; p < sample; ++p) squares += joined.images[p] * joined.images[p];
  const scale = Math.sqrt(squares / sample);
  for (let p = 0; p < joined.images.length; ++p) joined.images[p] /= scale;
  return {set: {...parts[0].set, ...joined, n, scale}, states};
}
