/** A Monte Carlo estimate. */
export interface Estimate {
  value: number;
  /** Its standard error. */
  error: number;
}

/** Mean of independent draws, and its standard error. */
export function meanAndError(draws: Float64Array): Estimate {
  const n = draws.length;
  let value = 0;
  let spread = 0;
  for (const v of draws) value += v / n;
  for (const v of draws) spread += (v - value) ** 2;
  return {value, error: Math.sqrt(spread / Math.max(1, n - 1) / n)};
}
