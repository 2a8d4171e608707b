import {bytesOf, dtypeOf} from "./dtype.js";
import type {NdArray} from "./ndarray.js";
import type {PickleValue} from "./pickleValue.js";

/**
 * Consecutive pickles of protocol 4, one a value, as Python 3.4 and later read them. Arrays become numpy arrays under
 * the name that numpy 1 gave their constructor, which numpy 2 still knows; JavaScript arrays become tuples; whole
 * numbers become int.
 * @throws RangeError if an array's shape is not that of its data
 */
export function writePickles(...values: PickleValue[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const value of values) {
    parts.push(Uint8Array.of(0x80, 4)); // PROTO
    encode(value, parts);
    parts.push(Uint8Array.of(0x2e)); // STOP
  }
  return join(parts);
}

/** How the parts of a pickle that differ between kinds of files are written. */
export interface PickleDialect {
  text(value: string): Uint8Array;
  array(array: NdArray): Uint8Array[];
  /** What makes an empty dictionary. */
  dictionary(map: ReadonlyMap<string | number, PickleValue>): Uint8Array;
}

const numpyDialect: PickleDialect = {
  text,
  array: numpyArray,
  dictionary: () => Uint8Array.of(0x7d) // EMPTY_DICT
};

const MARK = 0x28;
const REDUCE = 0x52;
const BUILD = 0x62;

/** Appends what makes `value` to the parts of a pickle. */
export function encode(value: PickleValue, parts: Uint8Array[], dialect = numpyDialect): void {
  const op = (...bytes: number[]) => parts.push(Uint8Array.from(bytes));
  if (value === null) op(0x4e);
  else if (typeof value === "boolean") op(value ? 0x88 : 0x89);
  else if (typeof value === "string") parts.push(dialect.text(value));
  else if (typeof value === "bigint") parts.push(integer(value));
  else if (typeof value === "number") parts.push(number(value));
  else if (Array.isArray(value)) encodeTuple(value, parts, dialect);
  else if (value instanceof Map) {
    parts.push(dialect.dictionary(value));
    op(MARK);
    for (const [key, item] of value) {
      encode(key, parts, dialect);
      encode(item, parts, dialect);
    }
    op(0x75); // SETITEMS
  } else parts.push(...dialect.array(value));
}

/** Appends what makes a tuple. */
export function encodeTuple(
  items: readonly PickleValue[],
  parts: Uint8Array[],
  dialect = numpyDialect
): void {
  const short = items.length <= 3;
  if (!short) parts.push(Uint8Array.of(MARK));
  for (const item of items) encode(item, parts, dialect);
  parts.push(Uint8Array.of(short ? [0x29, 0x85, 0x86, 0x87][items.length] : 0x74)); // EMPTY_TUPLE, TUPLE1, 2, 3, TUPLE
}

/** What numpy's own `ndarray.__reduce__` and `dtype.__reduce__` hand to pickle. */
function numpyArray(array: NdArray): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const bytes = bytesOf(array);
  const order = dtypeOf(array.data)[0];
  const code = dtypeOf(array.data).slice(1);
  const op = (...codes: number[]) => parts.push(Uint8Array.from(codes));
  parts.push(global("numpy.core.multiarray", "_reconstruct"), global("numpy", "ndarray"));
  encodeTuple([0], parts);
  parts.push(Uint8Array.of(0x43, 1, 0x62)); // SHORT_BINBYTES b"b"
  op(0x87, REDUCE, MARK); // TUPLE3
  encode(1, parts);
  encodeTuple(array.shape, parts);
  parts.push(global("numpy", "dtype"));
  encodeTuple([code, false, true], parts);
  op(REDUCE);
  encodeTuple([3, order, null, null, null, -1, -1, 0], parts);
  op(BUILD);
  encode(false, parts); // not Fortran order
  parts.push(blobHead(bytes.length), bytes);
  op(0x74, BUILD); // TUPLE
  return parts;
}

const global = (module: string, name: string): Uint8Array =>
  join([text(module), text(name), Uint8Array.of(0x93)]); // STACK_GLOBAL

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length < 256) return join([Uint8Array.of(0x8c, bytes.length), bytes]); // SHORT_BINUNICODE
  return join([lengthHead(0x58, bytes.length), bytes]); // BINUNICODE
}

function number(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    const bytes = new Uint8Array(9);
    bytes[0] = 0x47; // BINFLOAT
    new DataView(bytes.buffer).setFloat64(1, value, false);
    return bytes;
  }
  if (value !== (value | 0)) return integer(BigInt(value));
  const bytes = new Uint8Array(5);
  bytes[0] = 0x4a; // BININT
  new DataView(bytes.buffer).setInt32(1, value, true);
  return bytes;
}

/** LONG1: two's complement in as few bytes as hold it. */
function integer(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 8n) {
    bytes.push(Number(BigInt.asUintN(8, rest)));
    if (BigInt.asIntN(8, rest) === rest) break;
  }
  if (bytes.length > 255) throw new RangeError(`integer: found ${bytes.length} bytes; expected at most 255`);
  return Uint8Array.of(0x8a, bytes.length, ...bytes);
}

/** SHORT_BINBYTES, BINBYTES or BINBYTES8. */
function blobHead(length: number): Uint8Array {
  return length < 256 ? Uint8Array.of(0x43, length) : lengthHead(length < 2 ** 32 ? 0x42 : 0x8e, length);
}

/** An opcode and its length: 8 bytes long from 4 GB on. */
export function lengthHead(opcode: number, length: number): Uint8Array {
  const head = new Uint8Array(opcode === 0x8e ? 9 : 5);
  const view = new DataView(head.buffer);
  head[0] = opcode;
  if (opcode === 0x8e) view.setBigUint64(1, BigInt(length), true);
  else view.setUint32(1, length, true);
  return head;
}

/** One array of all the parts' bytes. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
