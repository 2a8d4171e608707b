/** Above this many nats a free energy counts as this: its exponential still fits into a number, and no path goes there by choice. */
const HIGHEST = 600;

/**
 * The integral of exp(F) along a line on which F is known at some points and linear between them: what a path of maximum flux keeps low
 * (Huo and Straub 1997), F in units of kT.
 * @param energies F at points along the line, nats above some common level [m]
 * @param lengths of the pieces between them [m - 1], or one number for pieces of equal length
 * @returns in the unit of the lengths
 */
export function lineFlux(energies: ArrayLike<number>, lengths: ArrayLike<number> | number): number {
  let sum = 0;
  for (let i = 0; i + 1 < energies.length; ++i) {
    const length = typeof lengths === "number" ? lengths : lengths[i];
    const [low, high] = [energies[i], energies[i + 1]].map((v) => Math.min(HIGHEST, v)).sort((p, q) => p - q);
    const rise = high - low;
    // (exp(high) - exp(low)) / rise, also where there is no rise
    sum += length * Math.exp(high) * (rise > 1e-9 ? -Math.expm1(-rise) / rise : 1);
  }
  return sum;
}
