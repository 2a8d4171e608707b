import {quantile} from "./quantiles.js";

/** A normal law's standard deviation is so many median absolute deviations. */
const NORMAL = 1.4826;

/**
 * How far each row lies out: in the dimension in which it lies farthest from the median, in robust standard deviations (1.4826 times the
 * median absolute deviation; Leys et al. 2013). Outliers don't move median and deviation, as they would mean and standard deviation.
 * @param x [n, d], finite
 * @returns [n]; a dimension in which more than half of the rows are the same has no say
 */
export function robustDistance(x: ArrayLike<number>, d: number): Float32Array {
  const n = x.length / d;
  const far = new Float32Array(n);
  const column = new Float64Array(n);
  for (let c = 0; c < d; ++c) {
    for (let i = 0; i < n; ++i) column[i] = x[i * d + c];
    const middle = quantile(column.sort(), 0.5);
    for (let i = 0; i < n; ++i) column[i] = Math.abs(x[i * d + c] - middle);
    const deviation = NORMAL * quantile(column.sort(), 0.5);
    if (!(deviation > 0)) continue;
    for (let i = 0; i < n; ++i) far[i] = Math.max(far[i], Math.abs(x[i * d + c] - middle) / deviation);
  }
  return far;
}
