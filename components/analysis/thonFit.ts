import type {Ctf} from "../cryoem/ctf.js";
import {imageSteps} from "../cryoem/imageSteps.js";
import {halfFrequency, ringMeans, runningMean} from "../cryoem/powerSpectrum.js";

/** A power spectrum made ready to compare with CTFs. */
export interface ThonSpectrum {
  D: number;
  /** Å. */
  pixelSize: number;
  /** Mean |F|^2 on the half spectrum [D, D/2 + 1]. */
  power: Float64Array;
  /** The same over its background, less 1: rings about zero. */
  rings: Float64Array;
  /** The CTF on the same half spectrum. */
  transfer(ctf: Ctf): Float64Array;
}

/** Rings on each side of one that its background is the mean of: 9 for a box of 256. */
export const backgroundWidth = (D: number): number => Math.max(3, Math.round((9 * D) / 256));

/** Takes the smooth background off a power spectrum, which noise and the envelope make. */
export function thonSpectrum(power: Float64Array, D: number, pixelSize: number): ThonSpectrum {
  const background = runningMean(ringMeans(power, D), backgroundWidth(D));
  const rings = power.map((p, k) => {
    const r = Math.hypot(...halfFrequency(k, D));
    return p / background[Math.min(D / 2, Math.round(r))] - 1;
  });
  const steps = imageSteps(D);
  return {D, pixelSize, power, rings, transfer: (ctf) => steps.transfer(ctf, pixelSize)};
}

/** How well a CTF agrees with a spectrum. */
export interface ThonFit {
  /** Correlation of the spectrum's rings with CTF^2 between the two frequencies; 1 would be without noise. */
  score: number;
  /** CTF^2 on the half spectrum. */
  model: Float64Array;
  /** Means along the model's rings, [D/2 + 1]: of the spectrum and of the model. */
  measured: Float64Array;
  curve: Float64Array;
}

/** First ring compared, of a box of 256: those inside are the specimen's own. */
const FIRST = 6;

/**
 * Compares a power spectrum with a CTF, as programs that estimate defocus do (Rohou and Grigorieff 2015): the correlation of
 * CTF^2, less its own running mean, with the spectrum, less its background.
 */
export function thonFit({D, power, rings, transfer}: ThonSpectrum, ctf: Ctf): ThonFit {
  const model = transfer(ctf).map((t) => t * t);
  const curve = ringMeans(model, D, ctf);
  const flat = runningMean(ringMeans(model, D), backgroundWidth(D));
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < rings.length; ++k) {
    const r = Math.hypot(...halfFrequency(k, D));
    if (r < Math.max(2, (FIRST * D) / 256) || r > 0.8 * (D / 2)) continue;
    const p = rings[k];
    const q = model[k] - flat[Math.round(r)];
    ++n;
    a += p;
    b += q;
    aa += p * p;
    bb += q * q;
    ab += p * q;
  }
  const score = (ab - (a * b) / n) / Math.sqrt((aa - (a * a) / n) * (bb - (b * b) / n));
  return {score: Number.isFinite(score) ? score : 0, model, measured: ringMeans(power, D, ctf), curve};
}
