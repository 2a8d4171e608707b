import {bytesOf, decodeArray, dtypeOf, parseDtype} from "./dtype.js";
import {InputError} from "./error.js";
import type {NdArray} from "./ndarray.js";
import {npyHeader, parseNpyHeader} from "./npyHeader.js";

/**
 * Reads numpy's .npy format, versions 1 to 3: float, integer and bool arrays, both byte orders, C and Fortran order.
 * float16 is widened to Float32Array, bool becomes Uint8Array. Structured arrays are read by cs.ts.
 * @param name the file's name, for errors
 * @throws InputError if it is no .npy file, is cut short, or holds another element type
 */
export function readNpy(bytes: Uint8Array, name: string): NdArray {
  const {descr, shape, fortran, dataOffset} = parseNpyHeader(bytes, name);
  if (typeof descr !== "string")
    throw new InputError(name, "descr", `${descr.length} named fields`, "a plain element type");
  return decodeArray(
    bytes.subarray(dataOffset),
    parseDtype(descr, name, "descr"),
    shape,
    fortran,
    name,
    "data"
  );
}

/** Writes an array as .npy, version 1.0, little endian, C order, data aligned to 64 bytes. */
export function writeNpy(array: NdArray): Uint8Array<ArrayBuffer> {
  const data = bytesOf(array);
  const header = npyHeader(`'${dtypeOf(array.data)}'`, array.shape);
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}
