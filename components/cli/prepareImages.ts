import {ctfFromRows, ctfPlan} from "../cryoem/ctf.js";
import {lattice} from "../cryoem/lattice.js";
import {maskedHartley, translateMasked} from "../cryoem/maskedHartley.js";
import {InputError} from "../formats/error.js";
import type {ImageSet} from "../vae/imageSet.js";
import {imagesOf, type ParticleFiles} from "./particles.js";

/** How images become a training set. */
export interface PrepareOptions {
  /** Box to crop to, even. */
  boxSize: number;
  /** cryoDRGN's soft window, on by default there. */
  window: boolean;
  /** Turn the contrast round (cryoDRGN's default for experimental images: particles bright in the file). */
  invert: boolean;
}

/** An empty set in shared memory for the images of a stack. */
export function emptyImageSet(files: ParticleFiles, {boxSize}: PrepareOptions): ImageSet {
  const {pixels} = lattice(boxSize);
  const {n, rotations, ctf} = files;
  const images = new Float32Array(new SharedArrayBuffer(n * pixels * 4));
  const pixelSize = (files.pixelSize * files.boxSize) / boxSize;
  return {n, boxSize, pixelSize, pixels, images, rotations, ctf, scale: 1};
}

/** A share of the images: those a thread prepares. */
export interface PrepareRange {
  files: ParticleFiles;
  set: ImageSet;
  options: PrepareOptions;
  from: number;
  to: number;
}

/**
 * Fills images `from` to `to` of the set: masked Hartley transform, shift to the centre, sign of the CTF (imageSet.ts).
 * `set.scale` is divided out.
 * @returns the sum of squares of what was written, for the scale
 * @throws InputError at a pixel that is not finite
 */
export function prepareImages({files, set, options, from, to}: PrepareRange): number {
  const {boxSize, pixelSize, pixels, scale} = set;
  const transform = maskedHartley(files.boxSize, boxSize, options);
  const {maskedX, maskedY} = lattice(boxSize);
  const ctfOf = ctfPlan(
    maskedX.map((k) => k / pixelSize),
    maskedY.map((k) => k / pixelSize)
  );
  const ctf = new Float32Array(pixels);
  const sign = (options.invert ? -1 : 1) / scale;
  let squares = 0;
  let i = from;
  for (const image of imagesOf(files, from, to)) {
    const out = set.images.subarray(i * pixels, (i + 1) * pixels);
    transform(image, out);
    translateMasked(out, boxSize, files.shifts[2 * i] * boxSize, files.shifts[2 * i + 1] * boxSize);
    ctfOf(ctf, ctfFromRows(files.ctf, i));
    for (let p = 0; p < pixels; ++p) {
      out[p] *= ctf[p] < 0 ? -sign : sign;
      squares += out[p] * out[p];
    }
    if (!Number.isFinite(squares))
      throw new InputError(files.stack, `image ${i}`, "NaN or infinity", "finite pixels");
    ++i;
  }
  return squares;
}
