import {InputError} from "./error.js";
import {widenHalf} from "./half.js";
import type {NdArray, NumericArray} from "./ndarray.js";
import {sizeOf} from "./ndarray.js";
import {described, quoted} from "./quoted.js";

/**
 * numpy's element types, as .npy headers and pickled arrays name them, and how their bytes become typed arrays.
 * Typed arrays hold the host's byte order, which is little endian wherever JavaScript runs today.
 */
interface ElementType {
  bytes: number;
  view(buffer: ArrayBuffer): NumericArray;
}

const elementTypes: Record<string, ElementType> = {
  f8: {bytes: 8, view: (b) => new Float64Array(b)},
  f4: {bytes: 4, view: (b) => new Float32Array(b)},
  f2: {bytes: 2, view: (b) => widenHalf(new Uint16Array(b))},
  i8: {bytes: 8, view: (b) => new BigInt64Array(b)},
  i4: {bytes: 4, view: (b) => new Int32Array(b)},
  i2: {bytes: 2, view: (b) => new Int16Array(b)},
  i1: {bytes: 1, view: (b) => new Int8Array(b)},
  u8: {bytes: 8, view: (b) => new BigUint64Array(b)},
  u4: {bytes: 4, view: (b) => new Uint32Array(b)},
  u2: {bytes: 2, view: (b) => new Uint16Array(b)},
  u1: {bytes: 1, view: (b) => new Uint8Array(b)},
  b1: {bytes: 1, view: (b) => new Uint8Array(b)}
};

const supported = Object.keys(elementTypes).join(", ");

/** An element type read from a file: numpy's code ("f4", "i8", "b1") and its byte order. */
export interface Dtype {
  code: string;
  littleEndian: boolean;
}

/**
 * The element type of a numpy code with its byte order mark: "<f4", ">i8", "|b1", "f8".
 * @throws InputError for complex numbers, text, objects and records
 */
export function parseDtype(text: string, file: string, field: string): Dtype {
  const match = /^([<>=|]?)([a-z]\d)$/.exec(text);
  if (!match || !Object.hasOwn(elementTypes, match[2]))
    throw new InputError(file, field, quoted(text), `one of the types ${supported}`);
  return {code: match[2], littleEndian: match[1] !== ">"};
}

/** Bytes of one element. */
export const itemSize = (dtype: Dtype): number => elementTypes[dtype.code].bytes;

/**
 * Checks a shape against the bytes there are for it, and copies these into a row-major typed array. Nothing is
 * allocated for a shape that the bytes do not fill exactly.
 * @param fortran whether the bytes are in column-major order
 * @throws InputError if the shape is none, or needs more or fewer bytes
 */
export function decodeArray(
  bytes: Uint8Array,
  dtype: Dtype,
  shape: readonly unknown[],
  fortran: boolean,
  file: string,
  field: string
): NdArray {
  if (!shape.every(isLength) || shape.length > 32)
    throw new InputError(
      file,
      `${field}: shape`,
      `[${shape.slice(0, 4).map(described).join(", ")}]`,
      "at most 32 whole numbers"
    );
  const needed = sizeOf(shape) * itemSize(dtype);
  if (needed !== bytes.length)
    throw new InputError(
      file,
      field,
      `${bytes.length} bytes of data`,
      `${needed} for ${dtype.code} [${shape.join(", ")}]`
    );
  const data = decode(bytes, dtype);
  return {shape: [...shape], data: fortran && shape.length > 1 ? toRowMajor(data, shape) : data};
}

/** The elements of `bytes` in a typed array of their own; float16 becomes float32, bool becomes uint8. */
export function decode(bytes: Uint8Array, dtype: Dtype): NumericArray {
  const own = new Uint8Array(bytes);
  const width = itemSize(dtype);
  if (!dtype.littleEndian && width > 1)
    for (let start = 0; start < own.length; start += width)
      for (let i = start, j = start + width - 1; i < j; ++i, --j) {
        const first = own[i];
        own[i] = own[j];
        own[j] = first;
      }
  return elementTypes[dtype.code].view(own.buffer);
}

/** numpy's little-endian code of a typed array: "<f4", "|u1". */
export const dtypeOf = (data: NumericArray): string => codes[data[Symbol.toStringTag]];

const codes = {
  Float64Array: "<f8",
  Float32Array: "<f4",
  BigInt64Array: "<i8",
  Int32Array: "<i4",
  Int16Array: "<i2",
  Int8Array: "|i1",
  BigUint64Array: "<u8",
  Uint32Array: "<u4",
  Uint16Array: "<u2",
  Uint8Array: "|u1"
};

/** The bytes of an array, not copied, after a check that its shape is that of its data. */
export function bytesOf({shape, data}: NdArray): Uint8Array {
  if (sizeOf(shape) !== data.length)
    throw new RangeError(`array: found ${data.length} elements; expected shape [${shape.join(", ")}]`);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function toRowMajor(from: NumericArray, shape: readonly number[]): NumericArray {
  const to = from.slice();
  const strides: number[] = [];
  shape.reduce((stride, length, axis) => (strides[axis] = stride) * length, 1);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, source = 0; i < to.length; ++i) {
    to[i] = from[source];
    for (let axis = shape.length - 1; axis >= 0; --axis) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return to;
}

const isLength = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
