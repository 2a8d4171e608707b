import {writePickles} from "./pickle.js";

/**
 * Writes numbers of particles as cryoDRGN's `--ind` reads them, and `cryodrgn filter` writes them: a pickled numpy array of int64.
 * @param rows [m], from 0, in the order of the stack
 * @throws RangeError for one that is no whole number from 0
 */
export function writeIndices(rows: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const data = BigInt64Array.from(Array.from(rows), (row) => {
    if (!(Number.isSafeInteger(row) && row >= 0))
      throw new RangeError(`indices: found ${row}; expected whole numbers from 0`);
    return BigInt(row);
  });
  return writePickles({shape: [data.length], data});
}
