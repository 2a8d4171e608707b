import {EigenvalueDecomposition, Matrix} from "ml-matrix";

/** Principal components of a point set, into which other sets can be projected too. */
export interface Pca {
  dimension: number;
  /** Mean that is taken off first [d]. */
  mean: Float64Array;
  /** Unit directions as rows [d, d], the largest variance first; the largest entry of each is positive. */
  axes: Float64Array;
  /** Variance along each axis [d]. */
  variances: Float64Array;
}

/** PCA of x [n, d] by the eigenvectors of its covariance; signs are fixed, so that a figure never flips. */
export function pca(x: ArrayLike<number>, d: number): Pca {
  const n = x.length / d;
  const mean = new Float64Array(d);
  for (let i = 0; i < x.length; ++i) mean[i % d] += x[i] / n;
  const covariance = Matrix.zeros(d, d);
  for (let a = 0; a < d; ++a) {
    for (let b = 0; b <= a; ++b) {
      let sum = 0;
      for (let i = 0; i < n; ++i) sum += (x[i * d + a] - mean[a]) * (x[i * d + b] - mean[b]);
      covariance.set(a, b, sum / n).set(b, a, sum / n);
    }
  }
  const eigen = new EigenvalueDecomposition(covariance, {assumeSymmetric: true});
  const order = eigen.realEigenvalues
    .map((_, i) => i)
    .sort((i, j) => eigen.realEigenvalues[j] - eigen.realEigenvalues[i]);
  const axes = new Float64Array(d * d);
  order.forEach((column, row) => {
    const v = eigen.eigenvectorMatrix.getColumn(column);
    const largest = v.reduce((best, e) => (Math.abs(e) > Math.abs(best) ? e : best), 0);
    axes.set(largest < 0 ? v.map((e) => -e) : v, row * d);
  });
  return {
    dimension: d,
    mean,
    axes,
    variances: Float64Array.from(order, (i) => Math.max(0, eigen.realEigenvalues[i]))
  };
}

/** Coordinates of x [n, d] along the first `components` axes, [n, components]. */
export function projectPca(
  {dimension: d, mean, axes}: Pca,
  x: ArrayLike<number>,
  components = 2
): Float64Array {
  const n = x.length / d;
  const out = new Float64Array(n * components);
  for (let i = 0; i < n; ++i) {
    for (let k = 0; k < components; ++k) {
      for (let c = 0; c < d; ++c) out[i * components + k] += axes[k * d + c] * (x[i * d + c] - mean[c]);
    }
  }
  return out;
}
