import {InputError} from "../formats/error.js";

/** Positive values by noise level, as numbers in a table; between two entries both are taken to run straight in the logarithm. */

/** The last i with rising[i] <= value, at least 0. */
export function place(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The value at a fractional index, which is brought into the table; at a whole one the entry itself. */
export function valueAt(values: Float64Array, index: number): number {
  const at = Math.max(0, Math.min(values.length - 1, index));
  const i = Math.floor(at);
  return at > i ? values[i] * (values[i + 1] / values[i]) ** (at - i) : values[i];
}

/** A function through values at rising levels: exact at them, constant beyond. */
export const throughValues =
  (sigma: Float64Array, values: Float64Array) =>
  (level: number): number => {
    const n = sigma.length;
    if (level <= sigma[0]) return values[0];
    if (level >= sigma[n - 1]) return values[n - 1];
    const i = place(sigma, level);
    return valueAt(values, i + Math.log(level / sigma[i]) / Math.log(sigma[i + 1] / sigma[i]));
  };

/** @throws InputError where a level is below the one before */
export function checkRising(sigma: Float64Array, field: string): void {
  const i = sigma.findIndex((v, k) => k > 0 && v < sigma[k - 1]);
  if (i >= 0)
    throw new InputError("objective", field, `${sigma[i]} after ${sigma[i - 1]}`, "levels that don't fall");
}
