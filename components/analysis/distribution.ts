/** Distances between laws in one dimension, by their distribution functions. */
import {normalCdf} from "../compute/normalCdf.js";
import type {GaussianMixture} from "../diffusion/gaussianMixture.js";

/** x = scale x_0 + noise z of data x_0. */
export interface Noised {
  scale: number;
  noise: number;
}

/** The distribution function of scale x_0 + noise z, x_0 of a mixture in one dimension. */
export function mixtureCdf(m: GaussianMixture, {scale, noise}: Noised): (x: number) => number {
  if (m.dimension !== 1) throw new RangeError(`mixture: found ${m.dimension} dimensions; expected 1`);
  const deviations = m.variances.map((v) => Math.sqrt(scale * scale * v + noise * noise));
  return (x) => {
    let sum = 0;
    for (let k = 0; k < deviations.length; ++k)
      sum += m.weights[k] * normalCdf((x - scale * m.means[k]) / deviations[k]);
    return sum;
  };
}

/**
 * Wasserstein's distance W1 of two laws in one dimension, the area between their distribution functions.
 * @param domain outside of which both are 0 or 1
 * @param points of the sum (default 200)
 */
export function wasserstein1(
  F: (x: number) => number,
  G: (x: number) => number,
  [low, high]: readonly [number, number],
  points = 200
): number {
  const step = (high - low) / points;
  let sum = 0;
  for (let i = 0; i < points; ++i) {
    const x = low + (i + 0.5) * step;
    sum += Math.abs(F(x) - G(x));
  }
  return sum * step;
}

/** Kolmogorov and Smirnov's statistic: the greatest distance between the distribution functions of a sample and of a law. */
export function kolmogorovSmirnov(sample: ArrayLike<number>, F: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let most = 0;
  for (let i = 0; i < n; ++i) {
    const p = F(sorted[i]);
    most = Math.max(most, p - i / n, (i + 1) / n - p);
  }
  return most;
}

/** What chance leaves of that statistic in 19 of 20 samples of n points (for n above 35 or so). */
export const ksBound = (n: number): number => 1.358 / Math.sqrt(n);
