import {ctfRow} from "../cryoem/ctf.js";
import type {ImageDraw} from "../cryoem/image.js";
import {lattice} from "../cryoem/lattice.js";
import type {Recipe} from "../cryoem/recipe.js";
import {normOf} from "../vae/decode.js";
import {encodeImages} from "../vae/encode.js";
import type {ImageSet} from "../vae/imageSet.js";
import {imagePreparer} from "../vae/prepare.js";
import type {NamedBytes} from "./files.js";
import {vaeOf} from "./models.js";

/** The posterior q(z | X) of one image. */
export interface Encoded {
  /** Mean and log variance [zdim]. */
  mu: Float32Array;
  logvar: Float32Array;
  /** The image as the networks see it: a set of this one. */
  set: ImageSet;
}

/**
 * Encodes a simulated image, prepared as the VAE's training images were: window, crop, shift to the centre, sign of the CTF.
 * @param drawn what was drawn for the image: its pose, shift and optics
 * @param image [D, D] of the recipe
 */
export async function encodeParticle(
  file: NamedBytes,
  recipe: Recipe,
  drawn: Omit<ImageDraw, "state">,
  image: Float32Array
): Promise<Encoded> {
  const {vae, scale, preparation} = vaeOf(file);
  const {std} = normOf(scale);
  const {boxSize, zdim} = vae.config;
  const {pixels} = lattice(boxSize);
  const {boxSize: D, pixelSize: fine} = recipe;
  const pixelSize = (D * fine) / boxSize;
  const [x, y] = drawn.shift;
  const set: ImageSet = {
    n: 1,
    boxSize,
    pixelSize,
    pixels,
    images: new Float32Array(pixels),
    rotations: Float32Array.from(drawn.rotation),
    ctf: Float32Array.from(ctfRow(drawn.ctf, D, fine)),
    scale: std
  };
  const centring = [(-x * boxSize) / D, (-y * boxSize) / D] as const;
  imagePreparer(D, pixelSize, preparation, std)({image, centring, ctf: drawn.ctf}, set.images);
  const [mu, logvar] = [new Float32Array(zdim), new Float32Array(zdim)];
  await encodeImages({weights: vae, set, from: 0, to: 1, mu, logvar});
  return {mu, logvar, set};
}
