import type {ExactDenoiser} from "./denoiser.js";
import type {GaussianMixture} from "./gaussianMixture.js";

/** Components whose share is below exp(-40) of the largest add nothing in float64. */
const NOTHING = 40;

/** Whether every component has one variance in all directions. */
export function isIsotropic({dimension: d, variances, axes}: GaussianMixture): boolean {
  if (axes) return false;
  for (let i = 0; i < variances.length; ++i) if (variances[i] !== variances[i - (i % d)]) return false;
  return true;
}

/**
 * What a noise level makes of the components, kept for as long as rows have the same: log(w_k N(x; mean_k, v_k + sigma^2)) is
 * height_k - steep_k |x - mean_k|^2, and the posterior mean of a component mean_k + gain_k (x - mean_k).
 */
function atLevels({dimension: d, weights, variances}: GaussianMixture) {
  const K = weights.length;
  const height = new Float64Array(K);
  const steep = new Float64Array(K);
  const gain = new Float64Array(K);
  let level = NaN;
  function set(sigma: number): void {
    if (sigma === level) return;
    level = sigma;
    for (let k = 0; k < K; ++k) {
      const v = variances[k * d];
      const total = v + sigma * sigma;
      height[k] = Math.log(weights[k]) - (d / 2) * Math.log(2 * Math.PI * total);
      steep[k] = 0.5 / total;
      gain[k] = v === 0 ? 0 : v / total;
    }
  }
  return {height, steep, gain, set};
}

/**
 * Writes the components' logarithms at row `at` of x to `logits`; the largest is returned. Pages draw in 1-D and 2-D, where
 * loops over dimensions take most of the time: these are written out.
 */
function logitsAt(
  logits: Float64Array,
  x: Float64Array,
  at: number,
  means: Float64Array,
  d: number,
  height: Float64Array,
  steep: Float64Array
): number {
  const K = logits.length;
  let top = -Infinity;
  if (d <= 2) {
    const x0 = x[at];
    const x1 = d === 2 ? x[at + 1] : 0;
    for (let k = 0; k < K; ++k) {
      const u = x0 - means[d * k];
      const v = d === 2 ? x1 - means[2 * k + 1] : 0;
      const l = height[k] - steep[k] * (u * u + v * v);
      logits[k] = l;
      if (l > top) top = l;
    }
    return top;
  }
  for (let k = 0, p = 0; k < K; ++k) {
    let q = 0;
    for (let j = at; j < at + d; ++j, ++p) q += (x[j] - means[p]) * (x[j] - means[p]);
    const l = height[k] - steep[k] * q;
    logits[k] = l;
    if (l > top) top = l;
  }
  return top;
}

/** `logDensity` of an isotropic mixture. */
export function isotropicLogDensity(m: GaussianMixture, x: Float64Array, sigma: Float64Array): Float64Array {
  const {height, steep, set} = atLevels(m);
  const logits = new Float64Array(m.weights.length);
  const out = new Float64Array(sigma.length);
  for (let row = 0; row < out.length; ++row) {
    set(sigma[row]);
    const top = logitsAt(logits, x, row * m.dimension, m.means, m.dimension, height, steep);
    let sum = 0;
    for (const l of logits) if (l - top > -NOTHING) sum += Math.exp(l - top);
    out[row] = top + Math.log(sum);
  }
  return out;
}

/** `mixtureDenoiser` of an isotropic mixture. */
export function isotropicDenoiser(m: GaussianMixture): ExactDenoiser {
  const {dimension: d, means} = m;
  const {height, steep, gain, set} = atLevels(m);
  const logits = new Float64Array(m.weights.length);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    for (let row = 0, at = 0; row < sigma.length; ++row, at += d) {
      set(sigma[row]);
      const top = logitsAt(logits, x, at, means, d, height, steep);
      let sum = 0;
      let kept = 0; // part of the answer that is x itself
      let [first, second] = [0, 0]; // the rest, in 1-D and 2-D
      for (let k = 0; k < logits.length; ++k) {
        const below = logits[k] - top;
        if (!(below > -NOTHING)) continue;
        const r = Math.exp(below);
        const own = r * gain[k];
        sum += r;
        kept += own;
        if (d <= 2) {
          first += (r - own) * means[d * k];
          if (d === 2) second += (r - own) * means[2 * k + 1];
        } else for (let j = at, p = k * d; j < at + d; ++j, ++p) out[j] += (r - own) * means[p];
      }
      if (d <= 2) {
        out[at] = first;
        if (d === 2) out[at + 1] = second;
      }
      for (let j = at; j < at + d; ++j) out[j] = (out[j] + kept * x[j]) / sum;
    }
    return out;
  };
}
