import type {GaussianMixture} from "./gaussianMixture.js";

/** The law of one coordinate of a mixture: a mixture in one dimension. @throws RangeError for an axis that it hasn't */
export function marginalMixture(m: GaussianMixture, axis: number): GaussianMixture {
  const {dimension: d, weights, means, variances, axes} = m;
  if (!(Number.isInteger(axis) && axis >= 0 && axis < d))
    throw new RangeError(`axis: found ${axis}; expected a whole number from 0 to ${d - 1}`);
  const K = weights.length;
  const marginal = {
    dimension: 1,
    weights: weights.slice(),
    means: new Float64Array(K),
    variances: new Float64Array(K)
  };
  for (let k = 0; k < K; ++k) {
    marginal.means[k] = means[k * d + axis];
    if (!axes) marginal.variances[k] = variances[k * d + axis];
    else
      for (let j = 0; j < d; ++j)
        marginal.variances[k] += variances[k * d + j] * axes[(k * d + j) * d + axis] ** 2;
  }
  return marginal;
}

/**
 * The law of shift + scale x.
 * @param shift [d]
 * @param scale not 0
 * @throws RangeError for a shift of another length, or a scale that is 0 or no number
 */
export function scaledMixture(m: GaussianMixture, shift: ArrayLike<number>, scale: number): GaussianMixture {
  const d = m.dimension;
  if (shift.length !== d) throw new RangeError(`shift: found ${shift.length} numbers; expected ${d}`);
  if (!(Number.isFinite(scale) && scale !== 0))
    throw new RangeError(`scale: found ${scale}; expected a number other than 0`);
  return {
    ...m,
    means: m.means.map((v, i) => shift[i % d] + scale * v),
    variances: m.variances.map((v) => scale * scale * v)
  };
}

/** Mean [d] of a mixture, and its variance, the mean over dimensions. */
export function mixtureMoments(m: GaussianMixture): {mean: Float64Array; variance: number} {
  const {dimension: d, weights, means, variances} = m;
  const mean = new Float64Array(d);
  means.forEach((v, i) => (mean[i % d] += weights[Math.floor(i / d)] * v));
  let variance = 0;
  // the trace of a covariance is the sum of its eigenvalues
  means.forEach((v, i) => {
    variance += (weights[Math.floor(i / d)] * ((v - mean[i % d]) ** 2 + variances[i])) / d;
  });
  return {mean, variance};
}

/** The same mixture, moved to mean zero and scaled to a variance of 1 a dimension on average; a single point is only moved. */
export function standardisedMixture(m: GaussianMixture): GaussianMixture {
  const {mean, variance} = mixtureMoments(m);
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 1;
  return scaledMixture(m, mean.map((v) => -v * scale), scale); // prettier-ignore
}
