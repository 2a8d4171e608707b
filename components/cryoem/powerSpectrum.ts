import type {Ctf} from "./ctf.js";
import {defocusAlong} from "./ctfCurve.js";

/** Adds |F|^2 of a half spectrum [D, D/2 + 1], interleaved complex, to `power` [D, D/2 + 1]. */
export function addPower(power: Float64Array, spectrum: Float64Array): void {
  for (let k = 0; k < power.length; ++k) power[k] += spectrum[2 * k] ** 2 + spectrum[2 * k + 1] ** 2;
}

/** The frequency (kx, ky), steps from 0, of element `k` of a half spectrum [D, D/2 + 1], frequency 0 first. */
export function halfFrequency(k: number, D: number): [kx: number, ky: number] {
  const columns = D / 2 + 1;
  const y = Math.floor(k / columns);
  return [k % columns, y < D / 2 ? y : y - D];
}

/** A half array [D, D/2 + 1] as an image [D, D] with frequency 0 at pixel (D/2, D/2): values at -k are those at k. */
export function centredHalf(half: ArrayLike<number>, D: number): Float32Array {
  const columns = D / 2 + 1;
  const out = new Float32Array(D * D);
  for (let y = 0, i = 0; y < D; ++y)
    for (let x = 0; x < D; ++x, ++i) {
      const [kx, ky] = x < D / 2 ? [D / 2 - x, D / 2 - y] : [x - D / 2, y - D / 2];
      out[i] = half[((ky + D) % D) * columns + kx];
    }
  return out;
}

/**
 * Means over rings of a half array [D, D/2 + 1], one frequency step wide: ring r has the frequencies at r - 1/2 to r + 1/2 steps.
 * With a CTF, rings follow its astigmatism: a frequency counts at s sqrt(df(a) / df), where its phase (but for Cs) is that
 * of the mean defocus df, so that elliptical Thon rings are not smeared.
 * @returns [D/2 + 1]
 */
export function ringMeans(half: ArrayLike<number>, D: number, ctf?: Ctf): Float64Array {
  const sums = new Float64Array(D / 2 + 1);
  const counts = new Float64Array(D / 2 + 1);
  const mean = ctf ? (ctf.defocusU + ctf.defocusV) / 2 : 1;
  for (let k = 0; k < half.length; ++k) {
    const [kx, ky] = halfFrequency(k, D);
    const along = ctf ? defocusAlong(ctf, (Math.atan2(ky, kx) * 180) / Math.PI) / mean : 1;
    const ring = Math.round(Math.hypot(kx, ky) * Math.sqrt(Math.max(0, along)));
    if (ring > D / 2) continue;
    const weight = kx === 0 || kx === D / 2 ? 1 : 2; // the other half
    sums[ring] += weight * half[k];
    counts[ring] += weight;
  }
  return sums.map((sum, r) => (counts[r] ? sum / counts[r] : 0));
}

/** The mean of `width` neighbours on both sides of each value, fewer at the ends: a background without rings. */
export function runningMean(values: ArrayLike<number>, width: number): Float64Array {
  return Float64Array.from({length: values.length}, (_, i) => {
    const [from, to] = [Math.max(0, i - width), Math.min(values.length - 1, i + width)];
    let sum = 0;
    for (let j = from; j <= to; ++j) sum += values[j];
    return sum / (to - from + 1);
  });
}
