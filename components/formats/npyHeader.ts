import {InputError} from "./error.js";
import type {PythonLiteral} from "./pythonLiteral.js";
import {parsePythonLiteral} from "./pythonLiteral.js";
import {described} from "./quoted.js";

/** "\x93NUMPY" */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** What a .npy file says of its data. */
export interface NpyHeader {
  /** The element type: numpy's code ("<f4"), or a list of named fields for a structured array. */
  descr: string | PythonLiteral[];
  fortran: boolean;
  shape: number[];
  /** Where the data begins. */
  dataOffset: number;
}

export const isNpy = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);

/**
 * Reads the header of a .npy file, versions 1 to 3.
 * @param bytes the file, or as much of its beginning as holds the header
 * @param name the file's name, for errors
 * @throws InputError if it is no .npy file, or its header is cut short or no header
 */
export function parseNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  if (bytes.length < 12 || !isNpy(bytes))
    throw new InputError(name, "", `${bytes.length} bytes without numpy's magic`, "a .npy file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version < 1 || version > 3) throw new InputError(name, "version", version, "1, 2 or 3");
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataOffset = start + length;
  if (dataOffset > bytes.length)
    throw new InputError(name, "header", `${bytes.length} bytes in the file`, `at least ${dataOffset}`);
  if (length > 65536) throw new InputError(name, "header", `${length} bytes`, "at most 65536");
  const header = parsePythonLiteral(
    new TextDecoder().decode(bytes.subarray(start, dataOffset)),
    name,
    "header"
  );
  if (!(header instanceof Map)) throw new InputError(name, "header", described(header), "a dictionary");
  const [descr, fortran, shape] = ["descr", "fortran_order", "shape"].map((key) => header.get(key));
  if (typeof descr !== "string" && !Array.isArray(descr))
    throw new InputError(name, "descr", found(descr), "an element type");
  if (typeof fortran !== "boolean")
    throw new InputError(name, "fortran_order", found(fortran), "True or False");
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && (n as number) >= 0))
    throw new InputError(name, "shape", found(shape), "a tuple of whole numbers");
  return {descr, fortran, shape: shape as number[], dataOffset};
}

const found = (value: unknown): string => (value === undefined ? "nothing" : described(value));

/**
 * The bytes before the data of a .npy file of version 1.0 (or 2.0, where the header is long), C order; the data that
 * follows is aligned to 64 bytes.
 * @param descr the element type as Python writes it: `'<f4'`, with its quotes, or a list of fields
 */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = new TextEncoder().encode(
    `{'descr': ${descr}, 'fortran_order': False, 'shape': (${lengths}), }`
  );
  const version = text.length + 64 > 65535 ? 2 : 1;
  const start = version === 1 ? 10 : 12;
  const header = new Uint8Array(Math.ceil((start + text.length + 1) / 64) * 64).fill(0x20);
  header.set([...magic, version, 0]);
  const view = new DataView(header.buffer);
  if (version === 1) view.setUint16(8, header.length - start, true);
  else view.setUint32(8, header.length - start, true);
  header.set(text, start);
  header[header.length - 1] = 0x0a;
  return header;
}
