/**
 * Maximum mean discrepancy, the biased statistic (Gretton et al. 2012, eq. 5), with the RBF kernel
 * k(x, y) = exp(-|x - y|^2 / (2 h^2)). Biased: never negative, and about sqrt((2/n)(1 - mean k)) for two samples of n
 * points of one law, which is why a floor always stands beside it.
 */

/** Mean of k over all pairs of rows of x [n, d], each row with itself included. */
export function kernelMeanWithin(x: Float64Array, d: number, h: number): number {
  const n = x.length / d;
  const scale = -1 / (2 * h * h);
  let sum = 0;
  for (let i = 0; i < x.length; i += d) {
    for (let j = 0; j < i; j += d) {
      let q = 0;
      for (let c = 0; c < d; ++c) {
        const u = x[i + c] - x[j + c];
        q += u * u;
      }
      sum += Math.exp(scale * q);
    }
  }
  return (2 * sum + n) / (n * n);
}

/** Mean of k over all pairs of a row of x [n, d] and a row of y [m, d]. */
export function kernelMeanBetween(x: Float64Array, y: Float64Array, d: number, h: number): number {
  const scale = -1 / (2 * h * h);
  let sum = 0;
  for (let i = 0; i < x.length; i += d) {
    for (let j = 0; j < y.length; j += d) {
      let q = 0;
      for (let c = 0; c < d; ++c) {
        const u = x[i + c] - y[j + c];
        q += u * u;
      }
      sum += Math.exp(scale * q);
    }
  }
  return sum / ((x.length / d) * (y.length / d));
}

/**
 * MMD^2 of x [n, d] and y [m, d] with bandwidth h, in the units of x. It costs (n^2 + m^2)/2 + n m kernel values and no
 * memory.
 */
export function mmdSquared(x: Float64Array, y: Float64Array, d: number, h: number): number {
  return kernelMeanWithin(x, d, h) + kernelMeanWithin(y, d, h) - 2 * kernelMeanBetween(x, y, d, h);
}

/** MMD = sqrt(MMD^2), as printed beside its floor. */
export const mmd = (x: Float64Array, y: Float64Array, d: number, h: number): number =>
  Math.sqrt(Math.max(0, mmdSquared(x, y, d, h)));

/**
 * The median heuristic: h = the median distance between two rows of x [n, d], over pairs of at most `rows` rows spread
 * evenly through x. Taken from the encodings alone, so that every comparison with them uses one kernel.
 */
export function medianBandwidth(x: Float64Array, d: number, rows = 1000): number {
  const n = x.length / d;
  const used = Math.min(n, rows);
  const pick = Array.from({length: used}, (_, i) => Math.floor((i * n) / used) * d);
  const distances = new Float64Array((used * (used - 1)) / 2);
  let at = 0;
  for (let i = 0; i < used; ++i) {
    for (let j = 0; j < i; ++j) {
      let q = 0;
      for (let c = 0; c < d; ++c) q += (x[pick[i] + c] - x[pick[j] + c]) ** 2;
      distances[at++] = Math.sqrt(q);
    }
  }
  return distances.sort()[distances.length >> 1];
}
