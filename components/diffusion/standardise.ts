/** Mean and deviation of each dimension [d]; part of a prior's file, since the prior lives in standardised latents. */
export interface Standardisation {
  mean: Float64Array;
  deviation: Float64Array;
}

/**
 * Mean and standard deviation (over n) of each column of x [n, d]. A constant column gets the deviation 1, so that it
 * stays a constant instead of becoming NaN.
 */
export function standardisation(x: ArrayLike<number>, d: number): Standardisation {
  const n = x.length / d;
  const mean = new Float64Array(d);
  const deviation = new Float64Array(d);
  for (let i = 0; i < x.length; ++i) mean[i % d] += x[i] / n;
  for (let i = 0; i < x.length; ++i) deviation[i % d] += (x[i] - mean[i % d]) ** 2 / n;
  for (let j = 0; j < d; ++j) deviation[j] = Math.sqrt(deviation[j]) || 1;
  return {mean, deviation};
}

/** The standardisation that changes nothing. */
export const identity = (d: number): Standardisation => ({
  mean: new Float64Array(d),
  deviation: new Float64Array(d).fill(1)
});

/** (x - mean) / deviation, [n, d]. */
export function standardise(x: ArrayLike<number>, {mean, deviation}: Standardisation): Float64Array {
  const d = mean.length;
  return Float64Array.from(x, (v, i) => (v - mean[i % d]) / deviation[i % d]);
}

/** mean + deviation x, [n, d]: back in the units of the latents. */
export function unstandardise(x: ArrayLike<number>, {mean, deviation}: Standardisation): Float64Array {
  const d = mean.length;
  return Float64Array.from(x, (v, i) => mean[i % d] + deviation[i % d] * v);
}
