import {random} from "../../components/compute/random.js";
import {lattice} from "../../components/cryoem/lattice.js";
import type {ImageSet} from "../../components/vae/imageSet.js";

/** A set of random images at a small box: what is true of any set is true of it. */
export function randomImages(n: number, boxSize: number): ImageSet {
  const {pixels} = lattice(boxSize);
  const row = (i: number) => [boxSize, 6, 9000 + 1500 * i, 8700 + 1500 * i, 20 * i, 300, 2, 0.1, 0];
  const rotation = [0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6];
  const each = Array.from({length: n}, (_, i) => i);
  return {
    n,
    boxSize,
    pixelSize: 6,
    pixels,
    images: random(3).fillNormal(new Float32Array(n * pixels)),
    rotations: Float32Array.from(each.flatMap(() => rotation)),
    ctf: Float32Array.from(each.flatMap(row)),
    scale: 1
  };
}
