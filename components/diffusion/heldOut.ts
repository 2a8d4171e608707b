import {random} from "../compute/random.js";

const STREAM = 0x484f; // "HO": apart from every other use of the seed

/** Rows kept from training and rows trained on, both in ascending order. */
export interface Split {
  heldOut: Int32Array;
  trained: Int32Array;
}

/**
 * The rows of a set of n that a prior with this seed never saw, the same whenever asked.
 * @param fraction part held out, 0.1 unless told; rounded to a whole number of rows
 */
export function heldOut(n: number, seed: number, fraction = 0.1): Split {
  const order = random(seed, STREAM).shuffle(Int32Array.from({length: n}, (_, i) => i));
  const held = Math.round(n * fraction);
  return {heldOut: order.slice(0, held).sort(), trained: order.slice(held).sort()};
}

/** The given rows of x [n, d], copied. */
export function takeRows<T extends Float32Array | Float64Array>(x: T, d: number, rows: ArrayLike<number>): T {
  const out = new (x.constructor as new (n: number) => T)(rows.length * d);
  for (let i = 0; i < rows.length; ++i) {
    for (let j = 0; j < d; ++j) out[i * d + j] = x[rows[i] * d + j];
  }
  return out;
}
