import {autocorrelation} from "./autocorrelation.js";

/**
 * Autocorrelation of several series of mean 0 together: their covariances are summed at every lag, and divided by the sum at lag 0. Of coordinates
 * of one law that is the mean of their correlations; of a vector's components, the correlation of the vector.
 * @param series one or more of one length [n]
 * @param lags the last lag
 * @returns [lags + 1]; 1 at lag 0
 */
export function pooledCorrelation(series: readonly ArrayLike<number>[], lags: number): Float64Array {
  const sum = new Float64Array(lags + 1);
  for (const x of series) {
    let square = 0;
    for (const v of Array.from(x)) square += v * v;
    autocorrelation(x, {lags, mean: 0}).forEach((r, k) => (sum[k] += r * square));
  }
  const whole = sum[0];
  return sum.map((v, k) => (k === 0 ? 1 : whole > 0 ? v / whole : 0));
}
