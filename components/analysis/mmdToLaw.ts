import {CholeskyDecomposition, Matrix} from "ml-matrix";
import {logDensity, type GaussianMixture} from "../diffusion/gaussianMixture.js";
import {kernelMeanWithin} from "./mmd.js";

/** Bandwidth for laws of variance 1, in their deviations: narrow enough to see modes that are blurred. */
export const LAW_BANDWIDTH = 0.25;

/** MMD^2 between points and a mixture itself, with what it is on average for n points of that mixture. */
export interface LawMmd {
  /** MMD^2 of points [n, d]: never negative. */
  squared(x: Float64Array): number;
  /** Its mean for n points that do follow the mixture: (1 - E k(y, y')) / n. */
  floor(n: number): number;
}

/**
 * The maximum mean discrepancy of `mmd.ts` (RBF kernel of width h) with a Gaussian mixture in the place of the second sample. The
 * kernel is a Gaussian, and so its mean over the mixture is known: (2 pi h^2)^(d/2) p(x; h), p the mixture with noise h.
 */
export function mmdToLaw(m: GaussianMixture, h = LAW_BANDWIDTH): LawMmd {
  const d = m.dimension;
  const norm = (2 * Math.PI * h * h) ** (d / 2);
  const within = norm * overlap(m, h);
  return {
    squared(x) {
      const n = x.length / d;
      const between = logDensity(m, x, new Float64Array(n).fill(h));
      let mean = 0;
      for (const l of between) mean += Math.exp(l) / n;
      return Math.max(0, kernelMeanWithin(x, d, h) + within - 2 * norm * mean);
    },
    floor: (n) => (1 - within) / n
  };
}

/** The integral of p(x) p(x; h): sum over pairs of components of N(mean_k - mean_l; C_k + C_l + h^2 I). */
function overlap({dimension: d, weights, means, variances, axes}: GaussianMixture, h: number): number {
  const covariance = (k: number) => {
    const full = Matrix.zeros(d, d);
    for (let j = 0; j < d; ++j)
      for (let a = 0; a < d; ++a)
        for (let b = 0; b < d; ++b) {
          const [ua, ub] = axes
            ? [axes[(k * d + j) * d + a], axes[(k * d + j) * d + b]]
            : [+(a === j), +(b === j)];
          full.set(a, b, full.get(a, b) + variances[k * d + j] * ua * ub);
        }
    return full;
  };
  const covariances = axes && Array.from(weights, (_, k) => covariance(k));
  let total = 0;
  for (let k = 0; k < weights.length; ++k) {
    for (let l = 0; l <= k; ++l) {
      let log = -0.5 * d * Math.log(2 * Math.PI);
      if (covariances) {
        const sum = Matrix.add(covariances[k], covariances[l]).add(Matrix.eye(d, d, h * h));
        const cholesky = new CholeskyDecomposition(sum);
        const u = Matrix.columnVector(Array.from({length: d}, (_, j) => means[k * d + j] - means[l * d + j]));
        const lower = cholesky.lowerTriangularMatrix;
        for (let j = 0; j < d; ++j) log -= Math.log(lower.get(j, j));
        log -= 0.5 * u.dot(cholesky.solve(u));
      } else
        for (let j = 0; j < d; ++j) {
          const v = variances[k * d + j] + variances[l * d + j] + h * h;
          log -= 0.5 * (Math.log(v) + (means[k * d + j] - means[l * d + j]) ** 2 / v);
        }
      total += (k === l ? 1 : 2) * weights[k] * weights[l] * Math.exp(log);
    }
  }
  return total;
}
