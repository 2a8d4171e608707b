import {ctfFromRows} from "../cryoem/ctf.js";
import {lattice} from "../cryoem/lattice.js";
import {InputError} from "../formats/error.js";
import type {ImageSet} from "../vae/imageSet.js";
import {imagePreparer, type Preparation} from "../vae/prepare.js";
import {imagesOf, type ParticleFiles} from "./particles.js";

/** How images become a training set. */
export interface PrepareOptions extends Preparation {
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
  const {pixelSize, pixels, scale} = set;
  const {shiftBox = set.boxSize} = options;
  const prepare = imagePreparer(files.boxSize, pixelSize, {...options, boxSize: set.boxSize}, scale);
  let squares = 0;
  let i = from;
  for await (const image of imagesOf(files, from, to)) {
    const out = set.images.subarray((at + i - from) * pixels, (at + i - from + 1) * pixels);
    const centring = [files.shifts[2 * i] * shiftBox, files.shifts[2 * i + 1] * shiftBox] as const;
    prepare({image, centring, ctf: ctfFromRows(files.ctf, i)}, out);
    for (let p = 0; p < pixels; ++p) squares += out[p] * out[p];
    if (!Number.isFinite(squares))
      throw new InputError(files.stack, `image ${i}`, "NaN or infinity", "finite pixels");
    ++i;
  }
  return squares;
}
