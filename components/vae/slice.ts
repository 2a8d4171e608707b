import {lattice} from "../cryoem/lattice.js";
import type {Decoder} from "./decoder.js";

/**
 * The central slice of a latent's map in a pose: the decoder at (kx, ky, 0) R over the masked pixels, as a Hartley transform in the units of
 * prepared images (imageSet.ts). Times the CTF it is what the loss compares with an image.
 * @param boxSize D of the model
 * @param rotation R [3, 3], row-major
 * @param z [zdim]
 * @returns [pixels of lattice(boxSize)]
 */
export async function decodedSlice(
  decoder: Decoder,
  boxSize: number,
  rotation: ArrayLike<number>,
  z: Float32Array
): Promise<Float32Array> {
  const {pixels, maskedX, maskedY} = lattice(boxSize);
  const complex = decoder.config.domain === "fourier";
  // In the Fourier domain one evaluation serves k and -k, which are pixels p and pixels - 1 - p.
  const wanted = complex ? pixels / 2 : pixels;
  const block = Math.min(decoder.network.maxRows, wanted);
  const points = new Float32Array(3 * block);
  const slice = new Float32Array(pixels);
  for (let start = 0; start < wanted; start += block) {
    const n = Math.min(block, wanted - start);
    for (let j = 0, p = start; j < n; ++j, ++p)
      for (let c = 0; c < 3; ++c) points[3 * j + c] = maskedX[p] * rotation[c] + maskedY[p] * rotation[3 + c];
    const out = await decoder.forward(points, n, z, n);
    for (let j = 0, p = start; j < n; ++j, ++p)
      if (complex) {
        slice[p] = out[2 * j] - out[2 * j + 1];
        slice[pixels - 1 - p] = out[2 * j] + out[2 * j + 1];
      } else slice[p] = out[j];
  }
  return slice;
}
