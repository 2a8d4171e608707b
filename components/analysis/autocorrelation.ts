import {fft} from "../compute/fft.js";

/**
 * Autocorrelation of a series at lags 0, 1, 2, ...: rho_k = sum_t (x_t - m)(x_(t+k) - m) / sum_t (x_t - m)^2, m the series' mean unless told.
 * By the FFT, zero-padded so that nothing wraps round. Divided by n at every lag (the biased estimate, whose far lags are quiet).
 * @param x [n]
 * @param options.lags the last lag (default: n - 1); `mean` the mean where it is known, which removes the bias of order tau/n
 * @returns [lags + 1]; 1 at lag 0, all others 0 for a series that never changes
 */
export function autocorrelation(
  x: ArrayLike<number>,
  {lags = x.length - 1, mean = meanOf(x)}: {lags?: number; mean?: number} = {}
): Float64Array {
  const n = x.length;
  if (n < 2) throw new RangeError(`series: found ${n} values; expected 2 or more`);
  if (!(Number.isInteger(lags) && lags >= 0 && lags < n))
    throw new RangeError(`lags: found ${lags}; expected 0 to ${n - 1}`);
  let size = 1;
  while (size < n + lags + 1) size *= 2;
  const plan = fft(size);
  const a = new Float64Array(2 * size);
  const b = new Float64Array(2 * size);
  for (let t = 0; t < n; ++t) a[2 * t] = x[t] - mean;
  plan.forward(b, a);
  for (let k = 0; k < 2 * size; k += 2) {
    b[k] = b[k] * b[k] + b[k + 1] * b[k + 1];
    b[k + 1] = 0;
  }
  plan.inverse(a, b);
  const rho = new Float64Array(lags + 1);
  const still = a[0] <= 1e-24 * n; // nothing but rounding
  for (let k = 1; k <= lags; ++k) rho[k] = still ? 0 : a[2 * k] / a[0];
  rho[0] = 1;
  return rho;
}

export interface AutocorrelationTime {
  /** Integrated autocorrelation time tau = 1 + 2 sum_(k=1..window) rho_k, in steps: a mean over n steps scatters as one over n/tau free draws. */
  tau: number;
  /** Its own deviation, tau sqrt(2 (2 window + 1) / n) (Madras and Sokal 1988, eq. A.15), n the steps of all series. */
  error: number;
  /** The last lag that was summed. */
  window: number;
  /** Effective sample size, n / tau. */
  effective: number;
}

/** Lags are summed to the first one that is this many tau (and steps) long: little is left of the correlation, and not yet much noise. */
const WINDOW = 5;

/**
 * Integrated autocorrelation time with Sokal's window (Sokal 1997, section 3: the least W with W >= 5 tau(W), and at least 5). The correlations of several
 * series of one law are averaged first.
 * @param series one, or several of one length
 * @param options.mean the mean where it is known
 * @throws RangeError where the series are shorter than 2
 */
export function autocorrelationTime(
  series: ArrayLike<number> | readonly ArrayLike<number>[],
  options: {mean?: number} = {}
): AutocorrelationTime {
  const all = isSeries(series) ? [series] : series;
  const n = all[0].length;
  // one mean for all: walkers that never leave their state must not look like ones that don't change
  const mean = options.mean ?? all.reduce((sum, x) => sum + meanOf(x) / all.length, 0);
  const covariance = new Float64Array(n);
  for (const x of all) {
    const square = varianceAbout(x, mean);
    autocorrelation(x, {mean}).forEach((r, k) => (covariance[k] += (r * square) / all.length));
  }
  const steps = n * all.length;
  let [tau, window] = [1, 0];
  if (covariance[0] > 0)
    for (window = 1; window < n - 1; ++window) {
      tau += (2 * covariance[window]) / covariance[0];
      if (window >= WINDOW * Math.max(1, tau)) break;
    }
  tau = Math.max(tau, 1 / steps);
  const error = tau * Math.sqrt((2 * (2 * window + 1)) / steps);
  return {tau, error, window, effective: steps / tau};
}

/** 1 where a series of states is in one of them, 0 elsewhere [n]. */
export function indicator(states: ArrayLike<number>, state: number): Float64Array {
  const out = new Float64Array(states.length);
  for (let t = 0; t < out.length; ++t) out[t] = states[t] === state ? 1 : 0;
  return out;
}

const isSeries = (x: ArrayLike<number> | readonly ArrayLike<number>[]): x is ArrayLike<number> =>
  typeof x[0] === "number";

function meanOf(x: ArrayLike<number>): number {
  let mean = 0;
  for (let t = 0; t < x.length; ++t) mean += (x[t] - mean) / (t + 1);
  return mean;
}

function varianceAbout(x: ArrayLike<number>, mean: number): number {
  let variance = 0;
  for (let t = 0; t < x.length; ++t) variance += ((x[t] - mean) ** 2 - variance) / (t + 1);
  return variance;
}
