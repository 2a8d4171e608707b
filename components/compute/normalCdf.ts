/** Abramowitz and Stegun, eq. 7.1.26. */
const A = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];

/** Deviations beyond which less than 1e-9 is left. */
const FAR = 6;

/** The distribution function of N(0, 1), within 1e-7. */
export function normalCdf(z: number): number {
  if (z > FAR) return 1;
  if (z < -FAR) return 0;
  const x = Math.abs(z) * Math.SQRT1_2;
  const u = 1 / (1 + 0.3275911 * x);
  const tail = 0.5 * u * (A[0] + u * (A[1] + u * (A[2] + u * (A[3] + u * A[4])))) * Math.exp(-x * x);
  return z > 0 ? 1 - tail : tail;
}
