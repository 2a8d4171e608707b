import {dataKernel} from "../compute/kernel/dataKernel.js";
import type {ExactDenoiser} from "./denoiser.js";

/** Points whose weight is below exp(-40) of the largest add nothing in float64. */
const NOTHING = 40;

/** 1 / 2 sigma^2, and a number still at sigma = 0, where only the nearest point counts. */
const steepness = (sigma: number) => Math.min(0.5 / (sigma * sigma), 1e300);

/**
 * The exact denoiser of a data set, every point of it equally likely: D(x; sigma) = sum of the points weighted by
 * softmax(-|x - x_i|^2 / 2 sigma^2) (Karras et al. 2022, eq. 57). At small sigma it is the nearest point: a model that learned
 * it perfectly would only give its data back. On the CPU kernel, where there is one; the answer is the same to rounding.
 * @param points [N, d]
 * @throws RangeError for no points, or a length that is no multiple of d
 */
export function dataDenoiser(points: Float64Array, d: number): ExactDenoiser {
  checkPoints(points, d);
  const kernel = dataKernel(points, d);
  if (!kernel) return plainDataDenoiser(points, d);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    for (let row = 0; row < sigma.length; ++row) kernel.mean(x, row * d, steepness(sigma[row]), out);
    return out;
  };
}

/** The same in plain JavaScript, point by point. */
export function plainDataDenoiser(points: Float64Array, d: number): ExactDenoiser {
  checkPoints(points, d);
  const N = points.length / d;
  const squares = new Float64Array(N);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    for (let row = 0; row < sigma.length; ++row) {
      const steep = steepness(sigma[row]);
      const at = row * d;
      let least = Infinity;
      for (let i = 0, p = 0; i < N; ++i) {
        let square = 0;
        for (let k = 0; k < d; ++k, ++p) square += (x[at + k] - points[p]) * (x[at + k] - points[p]);
        squares[i] = square;
        if (square < least) least = square;
      }
      let total = 0;
      for (let i = 0; i < N; ++i) {
        const below = (least - squares[i]) * steep;
        if (!(below > -NOTHING)) continue;
        const weight = Math.exp(below);
        total += weight;
        for (let k = 0, p = i * d; k < d; ++k, ++p) out[at + k] += weight * points[p];
      }
      for (let k = 0; k < d; ++k) out[at + k] /= total;
    }
    return out;
  };
}

function checkPoints(points: Float64Array, d: number): void {
  const N = points.length / d;
  if (!(N >= 1 && Number.isInteger(N)))
    throw new RangeError(
      `data: found ${points.length} numbers; expected a multiple of ${d}, at least one point`
    );
}
