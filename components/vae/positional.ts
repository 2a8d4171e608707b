import type {PointEncoding} from "../compute/network.js";
import type {Rng} from "../compute/random.js";
import {frequencyCount, type VaeConfig} from "./config.js";

/** The [n, 3] normal frequencies of the gaussian encoding, before the factor D/2: part of the trained weights. */
export function gaussianFrequencies(config: VaeConfig, rng: Rng): Float32Array {
  const out = rng.fillNormal(new Float32Array(frequencyCount(config) * 3));
  return out.map((x) => x * config.featureSigma);
}

/**
 * The positional encoding of a VAE: feature pair j is sin and cos of k . f_j, with k on the lattice (-0.5..0.5 across the
 * box) and no 2 pi (cryoDRGN's convention; conventions.md).
 * - gaussian: f_j = r_j D/2 with trained-with `randFrequencies` r; all sines, then all cosines.
 * - geom_lowf: along each axis D/2 frequencies from D/2 down to 1 in geometric progression; x: sines, cosines; y; z.
 */
export function encodingOf(config: VaeConfig, randFrequencies?: Float32Array): PointEncoding {
  const n = frequencyCount(config);
  const half = Math.floor(config.boxSize / 2);
  const sine = new Int32Array(n);
  const cosine = new Int32Array(n);
  if (config.encoding === "gaussian") {
    if (randFrequencies?.length !== n * 3)
      throw new RangeError(`rand_freqs: found ${randFrequencies?.length ?? 0} numbers; expected ${n * 3}`);
    for (let j = 0; j < n; ++j) [sine[j], cosine[j]] = [j, n + j];
    return {frequencies: randFrequencies.map((r) => r * half), sine, cosine};
  }
  const frequencies = new Float32Array(n * 3);
  for (let axis = 0, j = 0; axis < 3; ++axis)
    for (let i = 0; i < half; ++i, ++j) {
      frequencies[j * 3 + axis] = half * (1 / half) ** (i / (half - 1));
      [sine[j], cosine[j]] = [axis * 2 * half + i, axis * 2 * half + half + i];
    }
  return {frequencies, sine, cosine};
}
