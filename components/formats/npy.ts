import type {Dtype} from "./dtype.js";
import {bytesOf, decodeArray, dtypeOf, parseDtype} from "./dtype.js";
import {InputError} from "./error.js";
import type {NdArray} from "./ndarray.js";
import {quoted} from "./quoted.js";

/** "\x93NUMPY" */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads numpy's .npy format, versions 1 to 3: float, integer and bool arrays, both byte orders, C and Fortran order.
 * float16 is widened to Float32Array, bool becomes Uint8Array.
 * @param name the file's name, for errors
 * @throws InputError if it is no .npy file, is cut short, or holds another element type
 */
export function readNpy(bytes: Uint8Array, name: string): NdArray {
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte))
    throw new InputError(name, "", `${bytes.length} bytes without numpy's magic`, "a .npy file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version < 1 || version > 3) throw new InputError(name, "version", version, "1, 2 or 3");
  const headerStart = version === 1 ? 10 : 12;
  const headerLength = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = headerStart + headerLength;
  if (start > bytes.length)
    throw new InputError(name, "header", `${bytes.length} bytes in the file`, `at least ${start}`);
  if (headerLength > 65536) throw new InputError(name, "header", `${headerLength} bytes`, "at most 65536");
  const {dtype, fortran, shape} = parseHeader(
    new TextDecoder().decode(bytes.subarray(headerStart, start)),
    name
  );
  return decodeArray(bytes.subarray(start), dtype, shape, fortran, name, "data");
}

/** Writes an array as .npy, version 1.0, little endian, C order, data aligned to 64 bytes. */
export function writeNpy(array: NdArray): Uint8Array<ArrayBuffer> {
  const data = bytesOf(array);
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(", ");
  const header = `{'descr': '${dtypeOf(array.data)}', 'fortran_order': False, 'shape': (${shape}), }`;
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.length);
  bytes.set([...magic, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${header.padEnd(start - 11)}\n`), 10);
  bytes.set(data, start);
  return bytes;
}

/** The header is a Python dictionary in text; its three entries are found one by one. */
function parseHeader(text: string, name: string): {dtype: Dtype; fortran: boolean; shape: number[]} {
  const descr = /'descr':\s*'([^']*)'/.exec(text);
  if (!descr) throw new InputError(name, "descr", quoted(text), "a plain element type");
  const fortran = /'fortran_order':\s*(True|False)/.exec(text);
  if (!fortran) throw new InputError(name, "fortran_order", quoted(text), "True or False");
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(text);
  if (!shape) throw new InputError(name, "shape", quoted(text), "a tuple of whole numbers");
  const lengths = shape[1].split(",").map((length) => length.trim().replace(/L$/, ""));
  return {
    dtype: parseDtype(descr[1], name, "descr"),
    fortran: fortran[1] === "True",
    shape: lengths.filter((length) => length !== "").map(Number)
  };
}
