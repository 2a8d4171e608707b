import {logDensity, type GaussianMixture} from "./gaussianMixture.js";

/** Central differences of fourth order: places in steps, and factors. */
const STENCIL = [
  [-2, 1 / 12],
  [-1, -2 / 3],
  [1, 2 / 3],
  [2, -1 / 12]
] as const;

/**
 * The gradient of log p(x; sigma) by finite differences of the density alone, to hold (D - x) / sigma^2 against. The step is a
 * thousandth of sigma: an error of about 1e-10 of the score.
 * @param x one point [d]
 */
export function numericalScore(m: GaussianMixture, x: ArrayLike<number>, sigma: number): Float64Array {
  const d = m.dimension;
  const h = 1e-3 * sigma;
  const places = new Float64Array(d * STENCIL.length * d);
  for (let i = 0, at = 0; i < d; ++i)
    for (const [steps] of STENCIL)
      for (let j = 0; j < d; ++j, ++at) places[at] = x[j] + (i === j ? steps * h : 0);
  const log = logDensity(m, places, new Float64Array(d * STENCIL.length).fill(sigma));
  return Float64Array.from({length: d}, (_, i) =>
    STENCIL.reduce((sum, [, factor], k) => sum + (factor * log[i * STENCIL.length + k]) / h, 0)
  );
}
