import type {ExactDenoiser} from "./denoiser.js";

/** Points whose weight is below exp(-40) of the largest add nothing in float64. */
const NOTHING = 40;

/**
 * The exact denoiser of a data set, every point of it equally likely: D(x; sigma) = sum of the points weighted by
 * softmax(-|x - x_i|^2 / 2 sigma^2) (Karras et al. 2022, eq. 57). At small sigma it is the nearest point: a model that learned
 * it perfectly would only give its data back.
 * @param points [N, d]
 * @throws RangeError for no points, or a length that is no multiple of d
 */
export function dataDenoiser(points: Float64Array, d: number): ExactDenoiser {
  const N = points.length / d;
  if (!(N >= 1 && Number.isInteger(N)))
    throw new RangeError(
      `data: found ${points.length} numbers; expected a multiple of ${d}, at least one point`
    );
  const half = new Float64Array(N); // |x_i|^2 / 2
  for (let i = 0; i < N; ++i) {
    let sum = 0;
    for (let k = i * d; k < (i + 1) * d; ++k) sum += points[k] ** 2;
    half[i] = sum / 2;
  }
  const logits = new Float64Array(N);
  return (x, sigma) => {
    const out = new Float64Array(x.length);
    for (let row = 0; row < sigma.length; ++row) {
      // -|x - x_i|^2 / 2 sigma^2, less what is the same for all points
      const precision = 1 / (sigma[row] * sigma[row]);
      const at = row * d;
      let top = -Infinity;
      for (let i = 0, p = 0; i < N; ++i) {
        let dot = -half[i];
        for (let k = 0; k < d; ++k, ++p) dot += x[at + k] * points[p];
        logits[i] = dot;
        if (dot > top) top = dot;
      }
      const reach = top - NOTHING / precision;
      let total = 0;
      for (let i = 0; i < N; ++i) {
        if (!(logits[i] >= reach)) continue;
        const weight = Math.exp((logits[i] - top) * precision);
        total += weight;
        for (let k = 0, p = i * d; k < d; ++k, ++p) out[at + k] += weight * points[p];
      }
      for (let k = 0; k < d; ++k) out[at + k] /= total;
    }
    return out;
  };
}
