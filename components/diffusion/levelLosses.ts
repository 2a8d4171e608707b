/** Bins of ln sigma that training losses are gathered in; levels outside are left out. */
const BINS = 40;
const [LOW, HIGH] = [1e-3, 1e3];
const WIDTH = Math.log(HIGH / LOW) / BINS;

/** Sums of one bin: rows, ln sigma, lambda |D - x_0|^2, |D - x_0|^2. */
const SUMS = 4;

/** What training found near one noise level; means over rows, and over dimensions as the loss is. */
export interface LevelLoss {
  /** Geometric mean of the levels of these rows. */
  sigma: number;
  rows: number;
  /** lambda(sigma) |D - x_0|^2 / d */
  loss: number;
  /** |D - x_0|^2 / d, which is at least that of the exact denoiser (leastLoss.ts). */
  error: number;
}

/** Sums over all bins, flat; those of several threads and steps add up. */
export const emptySums = (): Float64Array => new Float64Array(SUMS * BINS);

/** Adds a row at one level, with its two losses. */
export function addRow(sums: Float64Array, sigma: number, loss: number, error: number): void {
  const log = Math.log(sigma);
  const bin = Math.floor((log - Math.log(LOW)) / WIDTH);
  if (!(bin >= 0 && bin < BINS)) return;
  sums[SUMS * bin] += 1;
  sums[SUMS * bin + 1] += log;
  sums[SUMS * bin + 2] += loss;
  sums[SUMS * bin + 3] += error;
}

/** The bins that have rows, by rising level. */
export function levelLosses(sums: Float64Array): LevelLoss[] {
  const found: LevelLoss[] = [];
  for (let at = 0; at < sums.length; at += SUMS) {
    const [rows, log, loss, error] = sums.subarray(at, at + SUMS);
    if (rows > 0) found.push({sigma: Math.exp(log / rows), rows, loss: loss / rows, error: error / rows});
  }
  return found;
}
