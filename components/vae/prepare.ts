import {ctfPlan, type Ctf} from "../cryoem/ctf.js";
import {lattice} from "../cryoem/lattice.js";
import {maskedHartley, translateMasked} from "../cryoem/maskedHartley.js";

/** How an image becomes what the networks compare. */
export interface Preparation {
  /** Box to crop to, even. */
  boxSize: number;
  /** cryoDRGN's soft window, on by default there; where it begins to fall, a fraction of half the box (default 0.85). */
  window: boolean;
  windowRadius?: number;
  /** Turn the contrast round (cryoDRGN's default for experimental images: particles bright in the file). */
  invert: boolean;
  /** Taken off the Hartley image before it is divided by `scale` (default 0, as it always is in cryoDRGN). */
  mean?: number;
}

/** One image to prepare. */
export interface RawImage {
  /** [D, D]. */
  image: Float32Array | Float64Array;
  /** What brings its content back to the centre, pixels of the cropped box. */
  centring: readonly [x: number, y: number];
  ctf: Ctf;
}

/**
 * Prepares images as a VAE is trained on them (imageSet.ts): window, Hartley transform, crop, mask, shift to the centre, sign of the
 * CTF, divided by `scale`.
 * @param D box of the images, pixels
 * @param pixelSize Å/pixel after cropping
 * @returns a function that fills `out` [pixels of the cropped lattice]
 */
export function imagePreparer(
  D: number,
  pixelSize: number,
  {boxSize, window, windowRadius = 0.85, invert, mean = 0}: Preparation,
  scale = 1
): (raw: RawImage, out: Float32Array) => void {
  const transform = maskedHartley(D, boxSize, {window, radii: [windowRadius, 0.99]});
  const {pixels, maskedX, maskedY} = lattice(boxSize);
  const ctfOf = ctfPlan(
    maskedX.map((k) => k / pixelSize),
    maskedY.map((k) => k / pixelSize)
  );
  const values = new Float32Array(pixels);
  const contrast = (invert ? -1 : 1) / scale;
  return ({image, centring, ctf}, out) => {
    transform(image, out);
    for (let p = 0; p < pixels; ++p) out[p] = contrast * out[p] - mean / scale;
    translateMasked(out, boxSize, centring[0], centring[1]);
    ctfOf(values, ctf);
    for (let p = 0; p < pixels; ++p) if (values[p] < 0) out[p] = -out[p];
  };
}
