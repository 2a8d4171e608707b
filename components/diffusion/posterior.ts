import type {GaussianMixture} from "./gaussianMixture.js";

/**
 * p(x_0 | x), x = x_0 + sigma n and x_0 of a mixture: again a mixture. Component k has the weight w_k N(x; mean_k, C_k + sigma^2 I) over
 * their sum, the mean mean_k + C_k (C_k + sigma^2 I)^-1 (x - mean_k), and the covariance sigma^2 C_k (C_k + sigma^2 I)^-1. Its mean is
 * the exact denoiser's answer D(x; sigma).
 * @param x one point [d]
 * @throws RangeError for another number of coordinates, or a sigma that is not above 0
 */
export function posteriorMixture(m: GaussianMixture, x: ArrayLike<number>, sigma: number): GaussianMixture {
  const {dimension: d, axes} = m;
  if (x.length !== d) throw new RangeError(`x: found ${x.length} coordinates; expected ${d}`);
  if (!(sigma > 0)) throw new RangeError(`sigma: found ${sigma}; expected a level above 0`);
  const K = m.weights.length;
  const means = m.means.slice();
  const variances = new Float64Array(K * d);
  const logits = new Float64Array(K);
  for (let k = 0; k < K; ++k) {
    logits[k] = Math.log(m.weights[k]);
    for (let j = k * d; j < (k + 1) * d; ++j) {
      let u = 0; // x - mean_k along the component's axis
      if (!axes) u = x[j - k * d] - m.means[j];
      else for (let i = 0; i < d; ++i) u += axes[j * d + i] * (x[i] - m.means[k * d + i]);
      const total = m.variances[j] + sigma * sigma;
      const gain = m.variances[j] / total;
      logits[k] -= (u * u) / total / 2 + Math.log(total) / 2;
      variances[j] = gain * sigma * sigma;
      if (!axes) means[j] += gain * u;
      else for (let i = 0; i < d; ++i) means[k * d + i] += axes[j * d + i] * gain * u;
    }
  }
  let top = -Infinity;
  for (const l of logits) top = Math.max(top, l);
  const shares = logits.map((l) => Math.exp(l - top));
  const sum = shares.reduce((a, b) => a + b, 0);
  return {dimension: d, weights: shares.map((v) => v / sum), means, variances, axes: axes?.slice()};
}
