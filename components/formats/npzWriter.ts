import {zipSync} from "fflate";
import type {NdArray} from "./ndarray.js";
import {writeNpy} from "./npy.js";

/** One time for every file, so that the same arrays give the same bytes: the first that a zip can name. */
const mtime = new Date(1980, 0, 1);

/**
 * Writes arrays as numpy's .npz: a zip with one .npy file for each, under its name.
 * @param options.deflate compress, as numpy's savez_compressed does; stored otherwise (default), as savez
 * @throws RangeError if an array's shape is not that of its data
 */
export function writeNpz(
  arrays: Readonly<Record<string, NdArray>>,
  options: {deflate?: boolean} = {}
): Uint8Array<ArrayBuffer> {
  const members = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)]);
  return zipSync(Object.fromEntries(members), {
    level: options.deflate ? 6 : 0,
    mtime
  }) as Uint8Array<ArrayBuffer>;
}
