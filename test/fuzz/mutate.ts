import type {Rng} from "../../components/compute/random.js";

/**
 * A damaged copy of a file: one to four of bit flips, random or extreme bytes, a truncation, length fields overwritten,
 * runs copied, cut or repeated, parts of other files spliced in; in text also numbers and lines.
 * @param others files to splice parts from
 */
export function mutated(file: Uint8Array, others: readonly Uint8Array[], rng: Rng): Uint8Array {
  let copy: Uint8Array = file.slice();
  for (let n = 1 + rng.integer(4); n > 0 && copy.length > 0; --n) {
    const kinds = isText(file) && rng.integer(2) ? ofText : ofBytes;
    copy = kinds[rng.integer(kinds.length)](copy, rng, others);
  }
  return copy;
}

type Mutation = (bytes: Uint8Array, rng: Rng, others: readonly Uint8Array[]) => Uint8Array;

const flip: Mutation = (bytes, rng) => {
  for (let n = 1 + rng.integer(8); n > 0; --n) bytes[rng.integer(bytes.length)] ^= 1 << rng.integer(8);
  return bytes;
};

const overwrite: Mutation = (bytes, rng) => {
  const at = rng.integer(bytes.length);
  if (rng.integer(2)) bytes[at] = rng.integer(256);
  else bytes.fill([0, 127, 128, 255][rng.integer(4)], at, at + 1 + rng.integer(8));
  return bytes;
};

const truncate: Mutation = (bytes, rng) => bytes.slice(0, rng.integer(bytes.length));

/** A field of 2, 4 or 8 bytes, in either order, set to a value that a length should not have. */
const setLength: Mutation = (bytes, rng) => {
  const width = [2, 4, 8][rng.integer(3)];
  if (bytes.length < width) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = rng.integer(4) > 0;
  // Half of the time, a place that holds what may be a length now.
  let at = rng.integer(bytes.length - width + 1);
  for (let tries = 0; tries < 40 && rng.integer(40) > 0 && !mayBeLength(view, at, width, little); ++tries)
    at = rng.integer(bytes.length - width + 1);
  const n = bytes.length;
  const values = [
    -1,
    0,
    1,
    2 ** 15,
    2 ** 16 - 1,
    2 ** 24,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    n - 1,
    n,
    n + 1,
    2 ** 53,
    -(2 ** 31)
  ];
  const value = BigInt.asUintN(64, BigInt(values[rng.integer(values.length)]));
  if (width === 8) view.setBigUint64(at, value, little);
  else if (width === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), little);
  else view.setUint16(at, Number(BigInt.asUintN(16, value)), little);
  return bytes;
};

function mayBeLength(view: DataView, at: number, width: number, little: boolean): boolean {
  const value =
    width === 8
      ? Number(view.getBigUint64(at, little))
      : width === 4
        ? view.getUint32(at, little)
        : view.getUint16(at, little);
  return value > 0 && value <= view.byteLength;
}

const copyRun: Mutation = (bytes, rng) =>
  bytes.copyWithin(rng.integer(bytes.length), rng.integer(bytes.length), rng.integer(bytes.length + 1));

const repeatRun: Mutation = (bytes, rng) => {
  const at = rng.integer(bytes.length);
  const end = Math.min(bytes.length, at + 1 + rng.integer(32));
  const times = [0, 2, 2, 3, 64][rng.integer(5)]; // 0 cuts it out
  return joined([
    bytes.subarray(0, at),
    ...new Array<Uint8Array>(times).fill(bytes.subarray(at, end)),
    bytes.subarray(end)
  ]);
};

const splice: Mutation = (bytes, rng, others) => {
  const other = others[rng.integer(others.length)];
  const from = rng.integer(other.length);
  const part = other.subarray(from, from + 1 + rng.integer(other.length - from));
  const at = rng.integer(bytes.length);
  if (rng.integer(2)) return joined([bytes.subarray(0, at), part]);
  return joined([bytes.subarray(0, at), part, bytes.subarray(at + (rng.integer(2) ? part.length : 0))]);
};

const ofBytes: readonly Mutation[] = [
  flip,
  overwrite,
  truncate,
  setLength,
  setLength,
  setLength,
  copyRun,
  repeatRun,
  splice
];

/** A number of a text becomes an extreme one, or no number. */
const setNumber: Mutation = (bytes, rng) => {
  const text = decode(bytes);
  const numbers = [...text.matchAll(/-?\d+(\.\d*)?/g)];
  if (!numbers.length) return bytes;
  const {index, 0: old} = numbers[rng.integer(numbers.length)];
  const values = [
    "0",
    "-1",
    "1",
    "4294967296",
    "9".repeat(30),
    "1e308",
    "1e999",
    "nan",
    "inf",
    "",
    "0x10",
    "9007199254740993"
  ];
  return encode(text.slice(0, index) + values[rng.integer(values.length)] + text.slice(index + old.length));
};

/** A line, word or mark is left out, doubled, or put elsewhere. */
const move: Mutation = (bytes, rng) => {
  const parts = decode(bytes).split([/(?<=\n)/, /(?<=\s)/, /\b/][rng.integer(3)]);
  const at = rng.integer(parts.length);
  const part = parts[at];
  const kind = rng.integer(4);
  if (kind !== 0) parts.splice(at, 1);
  if (kind !== 1) parts.splice(rng.integer(parts.length + 1), 0, part);
  if (kind === 3)
    parts.splice(rng.integer(parts.length + 1), 0, ...new Array<string>(rng.integer(100)).fill(part));
  return encode(parts.join(""));
};

/** A mark that means something to some format, anywhere, once or many times. */
const insertMark: Mutation = (bytes, rng) => {
  const marks = [
    "'",
    '"',
    "#",
    ";",
    "\n;",
    "[",
    "{",
    "(",
    ":",
    ", ",
    "&a ",
    "*a ",
    "<<: *a\n",
    "- ",
    "!!python/name:os ",
    "\n_",
    "\nloop_\n",
    "\ndata_",
    "\0",
    "\t",
    "|\n",
    "\ufeff",
    "\\",
    "@"
  ];
  const mark = marks[rng.integer(marks.length)].repeat([1, 1, 2, 200, 2000][rng.integer(5)]);
  const text = decode(bytes);
  const at = rng.integer(text.length + 1);
  return encode(text.slice(0, at) + mark + text.slice(at));
};

const ofText: readonly Mutation[] = [setNumber, setNumber, move, move, insertMark];

const isText = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
