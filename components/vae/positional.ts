import type {PointEncoding} from "../compute/network.js";
import type {Rng} from "../compute/random.js";
import {frequencyCount, type EncodingType, type VaeConfig} from "./config.js";

/** The [n, 3] normal frequencies of the gaussian encoding, before the factor D/2: part of the trained weights. */
export function gaussianFrequencies(config: VaeConfig, rng: Rng): Float32Array {
  const out = rng.fillNormal(new Float32Array(frequencyCount(config) * 3));
  return out.map((x) => x * config.featureSigma);
}

/**
 * The n frequencies along each axis of an encoding that has some, highest first but for linear_lowf; D2 = D/2. In all but
 * linear_lowf they fall in geometric progression, frequency i = first (last / first)^(i / (n - 1)):
 *
 * | encoding     | first | last |
 * | ------------ | ----- | ---- |
 * | geom_lowf    | D2    | 1    |
 * | geom_nohighf | D2    | 2 pi |
 * | geom_ft      | pi D  | 2 pi |
 * | geom_full    | pi D  | 1    |
 * | linear_lowf  | 1, 2, ..., D2 |
 */
export function axisFrequencies(encoding: Exclude<EncodingType, "gaussian">, D: number, n: number): number[] {
  const all = Array.from({length: n}, (_, i) => i);
  if (encoding === "linear_lowf") return all.map((i) => i + 1);
  const first = encoding === "geom_lowf" || encoding === "geom_nohighf" ? D / 2 : Math.PI * D;
  const last = encoding === "geom_lowf" || encoding === "geom_full" ? 1 : 2 * Math.PI;
  return all.map((i) => first * (last / first) ** (i / (n - 1)));
}

/**
 * The positional encoding of a VAE: feature pair j is sin and cos of k . f_j, with k on the lattice (-0.5..0.5 across the
 * box) and no 2 pi (cryoDRGN's convention; conventions.md).
 * - gaussian: f_j = r_j D/2 with trained-with `randFrequencies` r; all sines, then all cosines.
 * - the others: the frequencies of `axisFrequencies` along x: sines, cosines; then y; then z.
 */
export function encodingOf(config: VaeConfig, randFrequencies?: Float32Array): PointEncoding {
  const {encoding, boxSize} = config;
  const n = frequencyCount(config);
  const sine = new Int32Array(n);
  const cosine = new Int32Array(n);
  if (encoding === "gaussian") {
    if (randFrequencies?.length !== n * 3)
      throw new RangeError(`rand_freqs: found ${randFrequencies?.length ?? 0} numbers; expected ${n * 3}`);
    for (let j = 0; j < n; ++j) [sine[j], cosine[j]] = [j, n + j];
    return {frequencies: randFrequencies.map((r) => (r * boxSize) / 2), sine, cosine};
  }
  const each = n / 3;
  const along = axisFrequencies(encoding, boxSize, each);
  const frequencies = new Float32Array(n * 3);
  for (let axis = 0, j = 0; axis < 3; ++axis)
    for (let i = 0; i < each; ++i, ++j) {
      frequencies[j * 3 + axis] = along[i];
      [sine[j], cosine[j]] = [axis * 2 * each + i, axis * 2 * each + each + i];
    }
  return {frequencies, sine, cosine};
}
