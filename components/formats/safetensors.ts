import type {Dtype} from "./dtype.js";
import {bytesOf, decodeArray, dtypeOf} from "./dtype.js";
import {InputError} from "./error.js";
import {narrowToHalf, widenBrain} from "./half.js";
import type {NdArray} from "./ndarray.js";
import {described, quoted} from "./quoted.js";

/** Names and arrays of a safetensors file, and its free text. */
export interface SafeTensors {
  tensors: Record<string, NdArray>;
  metadata: Record<string, string>;
}

/** numpy's code of each element type of the format; BF16 is widened on its own. */
const codes: Record<string, string> = {
  F64: "f8",
  F32: "f4",
  F16: "f2",
  BF16: "u2",
  I64: "i8",
  I32: "i4",
  I16: "i2",
  I8: "i1",
  U64: "u8",
  U32: "u4",
  U16: "u2",
  U8: "u1",
  BOOL: "b1"
};

/** The format's own bound on its header, against files that claim a huge one. */
const maxHeader = 100_000_000;

interface Entry {
  name: string;
  type: string;
  shape: unknown[];
  begin: number;
  end: number;
}

/**
 * Reads a safetensors file: 8 bytes of header length, a JSON header, the arrays' bytes, without holes or overlaps.
 * F16 and BF16 are widened to Float32Array, BOOL becomes Uint8Array.
 * @param name the file's name, for errors
 * @throws InputError if the file is cut short, or its header is not that of its data
 */
export function readSafetensors(bytes: Uint8Array, name: string): SafeTensors {
  const start = dataStart(bytes, name);
  const {__metadata__: free = {}, ...rest} = parseHeader(bytes.subarray(8, start), name);
  const entries = Object.entries(rest).map(([key, value]) => parseEntry(key, value, name));
  checkLayout(entries, bytes.length - start, name);
  const tensors = entries.map(({name: key, type, shape, begin, end}): [string, NdArray] => {
    const dtype: Dtype = {code: codes[type], littleEndian: true};
    const array = decodeArray(
      bytes.subarray(start + begin, start + end),
      dtype,
      shape,
      false,
      name,
      quoted(key)
    );
    return [key, type === "BF16" ? {shape: array.shape, data: widenBrain(array.data as Uint16Array)} : array];
  });
  if (!isTexts(free)) throw new InputError(name, "__metadata__", described(free), "names and texts");
  // fromEntries defines properties; assigning to a name such as __proto__ would not.
  return {tensors: Object.fromEntries(tensors), metadata: free};
}

/** Shapes of a file's tensors and its free text, without reading the arrays. @throws InputError as readSafetensors does */
export function safetensorsShapes(
  bytes: Uint8Array,
  name: string
): {shapes: Record<string, number[]>; metadata: Record<string, string>} {
  const start = dataStart(bytes, name);
  const {__metadata__: free = {}, ...rest} = parseHeader(bytes.subarray(8, start), name);
  const entries = Object.entries(rest).map(([key, value]) => parseEntry(key, value, name));
  checkLayout(entries, bytes.length - start, name);
  if (!isTexts(free)) throw new InputError(name, "__metadata__", described(free), "names and texts");
  const shapes = entries.map(({name: key, shape}): [string, number[]] => {
    if (!shape.every((n) => Number.isInteger(n) && (n as number) >= 0))
      throw new InputError(name, `${quoted(key)}.shape`, shape, "whole numbers");
    return [key, shape as number[]];
  });
  return {shapes: Object.fromEntries(shapes), metadata: free};
}

/** How the file stores each tensor ("F16", "I64"), of which readSafetensors widens some. @throws InputError as it does */
export function safetensorsTypes(bytes: Uint8Array, name: string): Map<string, string> {
  const {__metadata__: _, ...rest} = parseHeader(bytes.subarray(8, dataStart(bytes, name)), name);
  return new Map(Object.entries(rest).map(([key, value]) => [key, parseEntry(key, value, name).type]));
}

/**
 * Writes a safetensors file. The arrays' bytes are ordered by element size, the largest first, so that each is aligned.
 * @param options.half write Float32Array as F16, rounded to the nearest
 * @throws RangeError if a shape is not that of its data, or a finite value is beyond float16
 */
export function writeSafetensors(
  tensors: Record<string, NdArray>,
  metadata: Record<string, string>,
  options: {half?: boolean} = {}
): Uint8Array<ArrayBuffer> {
  const blocks = Object.entries(tensors)
    .map(([name, array]) => encode(name, array, options.half ?? false))
    .sort((a, b) => b.width - a.width);
  const header: [string, unknown][] = [["__metadata__", metadata]];
  let end = 0;
  for (const {name, dtype, shape, bytes} of blocks)
    header.push([name, {dtype, shape, data_offsets: [end, (end += bytes.length)]}]);
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(text, 8);
  let at = start;
  for (const {bytes} of blocks) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function encode(name: string, array: NdArray, half: boolean) {
  const {shape, data} = array;
  if (name === "__metadata__") throw new RangeError(`tensor: found the name ${name}; expected another`);
  const bytes = bytesOf(array);
  if (!half || !(data instanceof Float32Array)) {
    const [, kind, width] = /(\w)(\d)$/.exec(dtypeOf(data))!;
    return {name, shape, bytes, width: Number(width), dtype: `${kind.toUpperCase()}${8 * Number(width)}`};
  }
  const bits = narrowToHalf(data);
  const lost = bits.findIndex((pattern, i) => (pattern & 0x7fff) === 0x7c00 && Number.isFinite(data[i]));
  if (lost >= 0) throw new RangeError(`${name}: found ${data[lost]}; expected at most 65504 in float16`);
  return {name, shape, bytes: new Uint8Array(bits.buffer), width: 2, dtype: "F16"};
}

function dataStart(bytes: Uint8Array, name: string): number {
  if (bytes.length < 10) throw new InputError(name, "", `${bytes.length} bytes`, "a safetensors file");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const most = Math.min(maxHeader, bytes.length - 8);
  if (length > most) throw new InputError(name, "header", `a length of ${length} bytes`, `at most ${most}`);
  return 8 + length;
}

function parseHeader(bytes: Uint8Array, name: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", {fatal: true}).decode(bytes));
  } catch {
    throw new InputError(name, "header", "no JSON", "a JSON object");
  }
  if (!isRecord(header)) throw new InputError(name, "header", described(header), "a JSON object");
  return header;
}

function parseEntry(key: string, value: unknown, file: string): Entry {
  const field = quoted(key);
  if (!isRecord(value)) throw new InputError(file, field, described(value), "dtype, shape and data_offsets");
  const {dtype: type, shape, data_offsets: offsets} = value;
  if (typeof type !== "string" || !Object.hasOwn(codes, type))
    throw new InputError(
      file,
      `${field}: dtype`,
      JSON.stringify(type),
      `one of ${Object.keys(codes).join(", ")}`
    );
  if (!Array.isArray(shape))
    throw new InputError(file, `${field}: shape`, described(shape), "a list of whole numbers");
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(Number.isSafeInteger))
    throw new InputError(file, `${field}: data_offsets`, described(offsets), "two whole numbers");
  return {name: key, type, shape, begin: offsets[0], end: offsets[1]};
}

/** The arrays must fill the data from its first byte to its last, each starting where another ends. */
function checkLayout(entries: readonly Entry[], size: number, file: string): void {
  let at = 0;
  for (const {name, begin, end} of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const field = `${quoted(name)}: data_offsets`;
    if (begin !== at || end < begin) throw new InputError(file, field, [begin, end], `a start at ${at}`);
    if (end > size) throw new InputError(file, field, `${size} bytes of data`, `at least ${end}`);
    at = end;
  }
  if (at !== size) throw new InputError(file, "data", `${size} bytes`, `${at}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === "string");
