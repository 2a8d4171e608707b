import type {Rng} from "../compute/random.js";
import type {Denoiser} from "../diffusion/denoiser.js";
import {EDM} from "../diffusion/edm.js";
import {dormandPrince} from "./dormandPrince.js";
import type {Levels} from "./probabilityFlow.js";
import {integrateAdaptive, type AdaptiveOptions} from "./rungeKutta.js";

export interface LikelihoodOptions extends Partial<AdaptiveOptions>, Levels {
  /** Deviation of the data, for the law at sigma_max, N(mean, sigma_max^2 + sigma_data^2). Default 1. */
  sigma_data?: number;
  /**
   * Where given, the divergence is estimated along one random direction a point (Hutchinson; Grathwohl et al. 2019), drawn from it:
   * 2 denoiser calls an evaluation instead of 2 d. Without, it is exact up to the finite difference.
   */
  rng?: Rng;
}

/** Half of the finite difference that the divergence is taken by, as a part of sqrt(sigma^2 + sigma_data^2). */
const DIFFERENCE = 1e-4;

/**
 * log p(x; sigma_min) of points, by the probability-flow ODE in ln sigma: dx = (x - D) d ln sigma, and along a trajectory
 * d ln p = -(d - div D) d ln sigma (Song et al. 2021, eq. 39), up to sigma_max, where the law is taken to be normal about the data's mean, which is what the
 * denoiser answers there.
 * @param x [n, d]
 * @returns natural logarithms of densities [n], and denoiser calls of each point
 */
export async function logLikelihood(
  denoiser: Denoiser,
  x: Float64Array,
  n: number,
  options: LikelihoodOptions = {}
): Promise<{logDensity: Float64Array; evaluations: Int32Array}> {
  const {
    sigma_min = EDM.sigma_min,
    sigma_max = EDM.sigma_max,
    sigma_data = 1,
    rtol = 1e-5,
    atol = 1e-5,
    rng
  } = options;
  const d = x.length / n;
  // A row carries its point, what was gathered of the density, and its direction, which stands still.
  const width = rng ? 2 * d + 1 : d + 1;
  const start = new Float64Array(n * width);
  for (let row = 0; row < n; ++row)
    for (let k = 0; k < d; ++k) {
      start[row * width + k] = x[row * d + k];
      if (rng) start[row * width + d + 1 + k] = rng.uniform() < 0.5 ? -1 : 1;
    }
  const result = await integrateAdaptive(
    dormandPrince,
    async (t, y) => {
      const rows = t.length;
      const sigma = t.map(Math.exp);
      const point = new Float64Array(rows * d);
      for (let r = 0; r < rows; ++r) point.set(y.subarray(r * width, r * width + d), r * d);
      const slope = new Float64Array(rows * width);
      // The points and those beside them along each direction, in one call: networks are quicker with more rows at once.
      const directions = rng ? 1 : d;
      const direction = (r: number, k: number, j: number) =>
        rng ? y[r * width + d + 1 + k] : k === j ? 1 : 0;
      const copies = 1 + 2 * directions;
      const levels = new Float64Array(copies * rows);
      const asked = new Float64Array(copies * rows * d);
      for (let copy = 0; copy < copies; ++copy) {
        const j = (copy - 1) >> 1;
        const away = copy === 0 ? 0 : copy % 2 === 1 ? DIFFERENCE : -DIFFERENCE;
        for (let r = 0; r < rows; ++r) {
          const h = away * Math.hypot(sigma[r], sigma_data);
          levels[copy * rows + r] = sigma[r];
          for (let k = 0; k < d; ++k)
            asked[(copy * rows + r) * d + k] = point[r * d + k] + (copy === 0 ? 0 : h * direction(r, k, j));
        }
      }
      const D = await denoiser(asked, levels);
      for (let r = 0; r < rows; ++r) {
        for (let k = 0; k < d; ++k) slope[r * width + k] = point[r * d + k] - D[r * d + k];
        let along = 0;
        for (let j = 0; j < directions; ++j) {
          const [up, down] = [1, 2].map((side) => ((2 * j + side) * rows + r) * d);
          for (let k = 0; k < d; ++k) along += direction(r, k, j) * (D[up + k] - D[down + k]);
        }
        slope[r * width + d] = -along / (2 * DIFFERENCE * Math.hypot(sigma[r], sigma_data));
      }
      for (let r = 0; r < rows; ++r) slope[r * width + d] += d;
      return slope;
    },
    start,
    n,
    [Math.log(sigma_min), Math.log(sigma_max)],
    {...options, rtol, atol}
  );
  const mean = await denoiser(new Float64Array(d), Float64Array.of(sigma_max));
  const variance = sigma_max ** 2 + sigma_data ** 2;
  const logDensity = Float64Array.from({length: n}, (_, row) => {
    let square = 0;
    for (let k = 0; k < d; ++k) square += (result.y[row * width + k] - mean[k]) ** 2;
    return result.y[row * width + d] - square / (2 * variance) - (d / 2) * Math.log(2 * Math.PI * variance);
  });
  return {logDensity, evaluations: result.evaluations.map((e) => e * (1 + 2 * (rng ? 1 : d)))};
}
