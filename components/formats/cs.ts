import {decodeArray, itemSize, parseDtype} from "./dtype.js";
import {InputError} from "./error.js";
import type {NdArray} from "./ndarray.js";
import {sizeOf} from "./ndarray.js";
import type {NpyHeader} from "./npyHeader.js";
import {parseNpyHeader} from "./npyHeader.js";
import type {PythonLiteral} from "./pythonLiteral.js";
import {described, quoted} from "./quoted.js";

/** Texts of a column, one or several a row. */
export interface TextArray {
  shape: number[];
  text: string[];
}

/** A structured array of numpy, such as cryoSPARC's .cs files: one row a particle, named columns. */
export interface CsTable {
  count: number;
  /** By the field's name ("blob/path", "ctf/df1_A"), in the file's order; each of shape [count, ...]. */
  columns: Map<string, NdArray | TextArray>;
}

/** Where a field stands in each row. */
interface Field {
  name: string;
  /** numpy's code: "<f4", "|S64", "<U20". */
  type: string;
  /** Shape of one row's value; empty for a single one. */
  shape: number[];
  offset: number;
  bytes: number;
}

/**
 * Reads a structured .npy file, as cryoSPARC writes its .cs files: numbers of any width to typed arrays, texts (S and U
 * types) to strings without the zeros behind them.
 * @param name the file's name, for errors
 * @throws InputError if it is no structured .npy file, is not as long as it says, or has a field of another kind, which is
 *   named (objects, which only Python itself can read; times; fields within fields)
 */
export function readCs(bytes: Uint8Array, name: string): CsTable {
  const header = parseNpyHeader(bytes, name);
  const {fields, rowBytes, count} = layout(header, bytes.length, name);
  const rows = bytes.subarray(header.dataOffset);
  const columns = new Map<string, NdArray | TextArray>();
  for (const field of fields) {
    const own = new Uint8Array(count * field.bytes);
    for (let i = 0, at = field.offset; i < count; ++i, at += rowBytes)
      own.set(rows.subarray(at, at + field.bytes), i * field.bytes);
    const shape = [count, ...field.shape];
    columns.set(
      field.name,
      isText(field.type)
        ? {shape, text: texts(own, field, name)}
        : decodeArray(own, parseDtype(field.type, name, quoted(field.name)), shape, false, name, field.name)
    );
  }
  return {count, columns};
}

/** The columns of a structured file and their types, from its header alone: for whoever only wants to know what is in it. */
export function layout(
  {descr, shape, dataOffset}: NpyHeader,
  fileSize: number,
  name: string
): {fields: Field[]; rowBytes: number; count: number} {
  if (typeof descr === "string")
    throw new InputError(name, "descr", quoted(descr), "named fields, as in cryoSPARC's .cs files");
  if (shape.length !== 1) throw new InputError(name, "shape", shape, "one dimension, the rows");
  const fields: Field[] = [];
  let rowBytes = 0;
  for (const entry of descr) {
    const field = parseField(entry, rowBytes, name);
    rowBytes += field.bytes;
    if (field.name === "") continue; // padding
    if (fields.some((other) => other.name === field.name))
      throw new InputError(name, quoted(field.name), "the name twice", "each field once");
    fields.push(field);
  }
  const [count] = shape;
  const size = fileSize - dataOffset;
  if (rowBytes === 0) throw new InputError(name, "descr", "no fields", "named fields");
  if (size !== count * rowBytes)
    throw new InputError(
      name,
      "data",
      `${size} bytes`,
      `${count * rowBytes} for ${count} rows of ${rowBytes}`
    );
  return {fields, rowBytes, count};
}

function parseField(entry: PythonLiteral, offset: number, file: string): Field {
  if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3)
    throw new InputError(file, "descr", described(entry), "fields of a name, a type and perhaps a shape");
  const [label, type, sub = []] = entry;
  // A field with a title stands as (title, name).
  const name = Array.isArray(label) ? label[1] : label;
  if (typeof name !== "string") throw new InputError(file, "descr", described(name), "a name");
  const field = quoted(name);
  if (typeof type !== "string") throw new InputError(file, field, described(type), "an element type");
  const shape = Array.isArray(sub) ? sub : [sub];
  if (!shape.every((n) => Number.isSafeInteger(n) && (n as number) > 0) || shape.length > 8)
    throw new InputError(file, `${field}: shape`, described(sub), "whole numbers of at least 1");
  const width = elementBytes(type, name, file);
  return {name, type, shape: shape as number[], offset, bytes: width * sizeOf(shape as number[])};
}

function elementBytes(type: string, name: string, file: string): number {
  const [, kind, length] = /^[<>=|]?([SUVO])(\d*)$/.exec(type) ?? [];
  if (kind === undefined) return itemSize(parseDtype(type, file, quoted(name)));
  if (kind === "O" || (kind === "V" && name !== ""))
    throw new InputError(
      file,
      quoted(name),
      kind === "O" ? "Python objects" : "bytes without a type",
      "numbers or texts"
    );
  const width = (kind === "U" ? 4 : 1) * Number(length);
  if (!(width > 0 && width < 2 ** 20))
    throw new InputError(file, quoted(name), quoted(type), "texts of some length");
  return width;
}

const isText = (type: string): boolean => /^[<>=|]?[SU]/.test(type);

/** Texts of one width; one that follows its equal, as the path of a stack does, is made once. */
function texts(bytes: Uint8Array, {name, type, shape, bytes: rowWidth}: Field, file: string): string[] {
  const width = rowWidth / sizeOf(shape);
  const decode = /U/.test(type) ? ucs4(type.startsWith(">"), file, name) : utf8;
  const all: string[] = [];
  let last: Uint8Array | undefined;
  for (let at = 0; at < bytes.length; at += width) {
    const these = bytes.subarray(at, at + width);
    all.push(last && same(last, these) ? all[all.length - 1] : decode(these));
    last = these;
  }
  return all;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; ++i) if (a[i] !== b[i]) return false;
  return true;
}

const decoder = new TextDecoder();
const utf8 = (bytes: Uint8Array): string => decoder.decode(bytes).replace(/\0+$/, "");

const ucs4 =
  (bigEndian: boolean, file: string, name: string) =>
  (bytes: Uint8Array): string => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let text = "";
    for (let at = 0; at < bytes.length; at += 4) {
      const code = view.getUint32(at, !bigEndian);
      if (code > 0x10ffff) throw new InputError(file, quoted(name), `the character ${code}`, "Unicode");
      text += String.fromCodePoint(code);
    }
    return text.replace(/\0+$/, "");
  };
