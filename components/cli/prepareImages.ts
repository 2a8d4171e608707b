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
  /** cryoDRGN's soft window, on by default there; where it begins to fall, a fraction of half the box (default 0.85). */
  window: boolean;
  windowRadius?: number;
  /** Turn the contrast round (cryoDRGN's default for experimental images: particles bright in the file). */
  invert: boolean;
  /** Taken off the Hartley image before it is divided by `set.scale` (default 0, as it always is in cryoDRGN). */
  mean?: number;
  /** What shifts in pose.pkl are multiplied by to give pixels (default: boxSize); see CryodrgnData for cryoDRGN's. */
  shiftBox?: number;
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
  /** Where in the set image `from` goes (default: `from`), for a set that holds but a part of them. */
  at?: number;
}

/**
 * Fills images `from` to `to` of the set: masked Hartley transform, shift to the centre, sign of the CTF (imageSet.ts).
 * `set.scale` is divided out.
 * @returns the sum of squares of what was written, for the scale
 * @throws InputError at a pixel that is not finite
 */
export async function prepareImages({
  files,
  set,
  options,
  from,
  to,
  at = from
}: PrepareRange): Promise<number> {
  const {boxSize, pixelSize, pixels, scale} = set;
  const {window, windowRadius = 0.85, mean = 0, shiftBox = boxSize} = options;
  const transform = maskedHartley(files.boxSize, boxSize, {window, radii: [windowRadius, 0.99]});
  const {maskedX, maskedY} = lattice(boxSize);
  const ctfOf = ctfPlan(
    maskedX.map((k) => k / pixelSize),
    maskedY.map((k) => k / pixelSize)
  );
  const ctf = new Float32Array(pixels);
  const contrast = (options.invert ? -1 : 1) / scale;
  let squares = 0;
  let i = from;
  for await (const image of imagesOf(files, from, to)) {
    const out = set.images.subarray((at + i - from) * pixels, (at + i - from + 1) * pixels);
    transform(image, out);
    for (let p = 0; p < pixels; ++p) out[p] = contrast * out[p] - mean / scale;
    translateMasked(out, boxSize, files.shifts[2 * i] * shiftBox, files.shifts[2 * i + 1] * shiftBox);
    ctfOf(ctf, ctfFromRows(files.ctf, i));
    for (let p = 0; p < pixels; ++p) {
      if (ctf[p] < 0) out[p] = -out[p];
      squares += out[p] * out[p];
    }
    if (!Number.isFinite(squares))
      throw new InputError(files.stack, `image ${i}`, "NaN or infinity", "finite pixels");
    ++i;
  }
  return squares;
}
