import {EigenvalueDecomposition, Matrix} from "ml-matrix";
import type {Rng} from "../compute/random.js";
import type {ExactDenoiser} from "./denoiser.js";
import {isIsotropic, isotropicDenoiser, isotropicLogDensity} from "./isotropicMixture.js";

/**
 * sum_k weights[k] N(mean_k, U_k diag(variances_k) U_k^T). Kept as eigenvectors and eigenvalues, because adding noise
 * of level sigma then only adds sigma^2 to the eigenvalues, and everything stays exact at every sigma.
 */
export interface GaussianMixture {
  dimension: number;
  /** [K], sums to one. */
  weights: Float64Array;
  /** [K, d]. */
  means: Float64Array;
  /** Eigenvalues of the covariances [K, d]; 0 is allowed (a point mass), and only sigma = 0 is then out of reach. */
  variances: Float64Array;
  /** Eigenvectors as rows [K, d, d]; undefined where all covariances are isotropic. */
  axes?: Float64Array;
}

/**
 * A mixture from its components.
 * @param components weight (any positive scale), mean [d], and covariance: a number (isotropic) or a d x d matrix
 * @throws RangeError where a covariance isn't symmetric or has a negative eigenvalue
 */
export function gaussianMixture(
  components: {weight?: number; mean: ArrayLike<number>; covariance: number | number[][]}[]
): GaussianMixture {
  const K = components.length;
  const d = components[0].mean.length;
  const total = components.reduce((sum, c) => sum + (c.weight ?? 1), 0);
  const weights = Float64Array.from(components, (c) => (c.weight ?? 1) / total);
  const means = new Float64Array(K * d);
  const variances = new Float64Array(K * d);
  const isotropic = components.every((c) => typeof c.covariance === "number");
  const axes = isotropic ? undefined : new Float64Array(K * d * d);
  components.forEach(({mean, covariance}, k) => {
    means.set(Array.from(mean), k * d);
    const full = typeof covariance === "number" ? Matrix.eye(d, d, covariance) : new Matrix(covariance);
    if (!full.isSymmetric()) throw new RangeError(`covariance ${k}: expected a symmetric matrix`);
    if (!axes) return void variances.fill(covariance as number, k * d, (k + 1) * d);
    const eigen = new EigenvalueDecomposition(full, {assumeSymmetric: true});
    variances.set(eigen.realEigenvalues, k * d);
    axes.set(eigen.eigenvectorMatrix.transpose().to1DArray(), k * d * d);
  });
  if (variances.some((v) => v < -1e-12)) throw new RangeError("covariance: expected no negative eigenvalue");
  return {dimension: d, weights, means, variances: variances.map((v) => Math.max(v, 0)), axes};
}

/** Calls `visit` with log(w_k N(x; mean_k, C_k + sigma^2 I)) and u = U_k^T (x - mean_k) for every component k. */
function eachComponent(
  m: GaussianMixture,
  x: Float64Array,
  row: number,
  sigma: number,
  u: Float64Array,
  visit: (k: number, logWeight: number) => void
): void {
  const d = m.dimension;
  for (let k = 0; k < m.weights.length; ++k) {
    let q = d * Math.log(2 * Math.PI);
    for (let j = 0; j < d; ++j) {
      let uj = 0;
      if (m.axes) {
        const axis = (k * d + j) * d;
        for (let i = 0; i < d; ++i) uj += m.axes[axis + i] * (x[row * d + i] - m.means[k * d + i]);
      } else uj = x[row * d + j] - m.means[k * d + j];
      const v = m.variances[k * d + j] + sigma * sigma;
      u[j] = uj;
      q += (uj * uj) / v + Math.log(v);
    }
    if (m.weights[k] > 0) visit(k, Math.log(m.weights[k]) - q / 2);
  }
}

/** log p(x; sigma) of the mixture with noise of level sigma added, one value a row [n]. sigma = 0 is the mixture itself. */
export function logDensity(m: GaussianMixture, x: Float64Array, sigma: Float64Array): Float64Array {
  return isIsotropic(m) ? isotropicLogDensity(m, x, sigma) : generalLogDensity(m, x, sigma);
}

/** `logDensity` of any mixture, by its axes. */
export function generalLogDensity(m: GaussianMixture, x: Float64Array, sigma: Float64Array): Float64Array {
  const u = new Float64Array(m.dimension);
  return sigma.map((s, row) => {
    let top = -Infinity;
    let sum = 0;
    eachComponent(m, x, row, s, u, (_, l) => {
      sum = l > top ? sum * Math.exp(top - l) + 1 : sum + Math.exp(l - top);
      top = Math.max(top, l);
    });
    return top + Math.log(sum);
  });
}

/**
 * The exact denoiser of a mixture: E[x_0 | x] = sum_k r_k(x) (mean_k + C_k (C_k + sigma^2 I)^-1 (x - mean_k)), r_k the
 * posterior probability of component k.
 */
export const mixtureDenoiser = (m: GaussianMixture): ExactDenoiser =>
  isIsotropic(m) ? isotropicDenoiser(m) : generalDenoiser(m);

/** `mixtureDenoiser` of any mixture, by its axes. */
export function generalDenoiser(m: GaussianMixture): ExactDenoiser {
  const d = m.dimension;
  const u = new Float64Array(d);
  const part = new Float64Array(d);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    for (let row = 0; row < sigma.length; ++row) {
      const s = sigma[row];
      const at = out.subarray(row * d, (row + 1) * d);
      let top = -Infinity;
      let sum = 0;
      // a running softmax: what stands so far is rescaled whenever a likelier component comes
      eachComponent(m, x, row, s, u, (k, l) => {
        if (l > top) {
          const shrink = Math.exp(top - l);
          for (let i = 0; i < d; ++i) at[i] *= shrink;
          sum *= shrink;
          top = l;
        }
        const r = Math.exp(l - top);
        if (r === 0) return;
        sum += r;
        for (let i = 0; i < d; ++i) part[i] = m.means[k * d + i];
        for (let j = 0; j < d; ++j) {
          const v = m.variances[k * d + j];
          const gain = v === 0 ? 0 : (v / (v + s * s)) * u[j];
          if (!m.axes) part[j] += gain;
          else for (let i = 0; i < d; ++i) part[i] += m.axes[(k * d + j) * d + i] * gain;
        }
        for (let i = 0; i < d; ++i) at[i] += r * part[i];
      });
      for (let i = 0; i < d; ++i) at[i] /= sum;
    }
    return out;
  };
}

/** n independent draws of the mixture [n, d]; `labels`, where given, receives the component of each. */
export function sampleMixture(m: GaussianMixture, n: number, rng: Rng, labels?: Int32Array): Float64Array {
  const d = m.dimension;
  const out = new Float64Array(n * d);
  for (let row = 0; row < n; ++row) {
    let k = 0;
    for (
      let left = rng.uniform() - m.weights[0];
      left >= 0 && k < m.weights.length - 1;
      left -= m.weights[++k]
    );
    if (labels) labels[row] = k;
    for (let i = 0; i < d; ++i) out[row * d + i] = m.means[k * d + i];
    for (let j = 0; j < d; ++j) {
      const step = Math.sqrt(m.variances[k * d + j]) * rng.normal();
      if (!m.axes) out[row * d + j] += step;
      else for (let i = 0; i < d; ++i) out[row * d + i] += m.axes[(k * d + j) * d + i] * step;
    }
  }
  return out;
}
