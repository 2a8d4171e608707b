import {ByteReader} from "./byteReader.js";
import {InputError} from "./error.js";
import {globals} from "./pickleGlobals.js";
import type {AllowList, Context, Item} from "./pickleItem.js";
import {Global, isKey, narrowInteger, PickledObject, shown} from "./pickleItem.js";
import type {PickleValue} from "./pickleValue.js";
import {plain} from "./picklePlain.js";
import {quoted} from "./quoted.js";

/** What a kind of file may hold beside numpy's arrays and plain data. */
export interface PickleExtension {
  /** More names that may occur. */
  globals: AllowList;
  /** What a persistent id (BINPERSID) stands for: something outside the pickle. */
  persistent(id: Item, context: Context): Item;
  /** Bytes that may be made from the file as a whole, where the pickle is a part of it. */
  budget: number;
}

/**
 * Reads a file of one or more consecutive pickles, protocols 2 to 5, as data: only the names in pickleGlobals.ts
 * and those of `extension` may occur in it, and nothing of the file is executed.
 * @param name the file's name, for errors
 * @returns one value a pickle
 * @throws InputError if the file is cut short, refers to another name, or uses what no array or container needs
 */
export function readPickles(bytes: Uint8Array, name: string, extension?: PickleExtension): PickleValue[] {
  const input = new ByteReader(bytes, name);
  // Values referred to twice are shared, not copied, except through numpy's calls: what these make is counted.
  let budget = extension?.budget ?? 4 * bytes.length + 4096;
  const spend = (n: number) => {
    if ((budget -= n) < 0)
      throw new InputError(
        name,
        `byte ${input.position}`,
        "the same data expanded many times",
        "each array once"
      );
  };
  const values: PickleValue[] = [];
  do {
    values.push(readOne(input, spend, extension));
  } while (input.left > 0);
  return values;
}

/** The stack machine of one pickle. `marks` are stack heights. */
interface Machine {
  input: ByteReader;
  stack: Item[];
  marks: number[];
  memo: Map<number, Item>;
  context: Context;
  extension?: PickleExtension;
}

function readOne(input: ByteReader, spend: Context["spend"], extension?: PickleExtension): PickleValue {
  const context: Context = {file: input.file, field: "", spend};
  const m: Machine = {input, stack: [], marks: [], memo: new Map(), context, extension};
  const first = input.position;
  for (;;) {
    context.field = `byte ${input.position}`;
    const code = input.u8();
    if (input.position === first + 1 && code !== PROTO)
      throw new InputError(
        input.file,
        context.field,
        byte(code),
        "a pickle of protocol 2 to 5, which begins with 80"
      );
    if (code === STOP) return plain(pop(m), context);
    const opcode = opcodes[code];
    if (!opcode) throw new InputError(input.file, context.field, byte(code), "an opcode of plain data");
    opcode(m);
  }
}

const PROTO = 0x80;
const STOP = 0x2e;

/** What each opcode does; those that no array or container needs (INST, NEWOBJ, EXT, sets, ...) are left out. */
const opcodes: Record<number, (m: Machine) => void> = {
  [PROTO]: (m) => {
    const protocol = m.input.u8();
    if (protocol < 2 || protocol > 5) fail(m, `protocol ${protocol}`, "2 to 5");
  },
  0x95: (m) => void checkLength(m, m.input.u64()), // FRAME
  0x4e: (m) => m.stack.push(null), // NONE
  0x88: (m) => m.stack.push(true), // NEWTRUE
  0x89: (m) => m.stack.push(false), // NEWFALSE
  0x4a: (m) => m.stack.push(m.input.i32()), // BININT
  0x4b: (m) => m.stack.push(m.input.u8()), // BININT1
  0x4d: (m) => m.stack.push(m.input.u16()), // BININT2
  0x8a: (m) => m.stack.push(longInteger(m, m.input.u8())), // LONG1
  0x47: (m) => m.stack.push(m.input.f64BigEndian()), // BINFLOAT
  0x55: (m) => m.stack.push(latin1(m.input.take(m.input.u8()))), // SHORT_BINSTRING, Python 2's
  0x54: (m) => m.stack.push(latin1(m.input.take(m.input.u32()))), // BINSTRING
  0x43: (m) => m.stack.push(m.input.take(m.input.u8())), // SHORT_BINBYTES
  0x42: (m) => m.stack.push(m.input.take(m.input.u32())), // BINBYTES
  0x8e: (m) => m.stack.push(m.input.take(m.input.u64())), // BINBYTES8
  0x96: (m) => m.stack.push(m.input.take(m.input.u64())), // BYTEARRAY8
  0x8c: (m) => m.stack.push(utf8(m, m.input.take(m.input.u8()))), // SHORT_BINUNICODE
  0x58: (m) => m.stack.push(utf8(m, m.input.take(m.input.u32()))), // BINUNICODE
  0x8d: (m) => m.stack.push(utf8(m, m.input.take(m.input.u64()))), // BINUNICODE8
  0x5d: (m) => m.stack.push([]), // EMPTY_LIST
  0x29: (m) => m.stack.push([]), // EMPTY_TUPLE
  0x7d: (m) => m.stack.push(new Map()), // EMPTY_DICT
  0x61: (m) => append(m, [pop(m)]), // APPEND
  0x65: (m) => append(m, popToMark(m)), // APPENDS
  0x74: (m) => m.stack.push(popToMark(m)), // TUPLE
  0x85: (m) => m.stack.push(popMany(m, 1)), // TUPLE1
  0x86: (m) => m.stack.push(popMany(m, 2)), // TUPLE2
  0x87: (m) => m.stack.push(popMany(m, 3)), // TUPLE3
  0x73: (m) => setItems(m, popMany(m, 2)), // SETITEM
  0x75: (m) => setItems(m, popToMark(m)), // SETITEMS
  0x28: (m) => m.marks.push(m.stack.length), // MARK
  0x30: (m) => void pop(m), // POP
  0x31: (m) => void popToMark(m), // POP_MARK
  0x32: (m) => m.stack.push(top(m)), // DUP
  0x71: (m) => m.memo.set(m.input.u8(), top(m)), // BINPUT
  0x72: (m) => m.memo.set(m.input.u32(), top(m)), // LONG_BINPUT
  0x94: (m) => m.memo.set(m.memo.size, top(m)), // MEMOIZE
  0x68: (m) => m.stack.push(recall(m, m.input.u8())), // BINGET
  0x6a: (m) => m.stack.push(recall(m, m.input.u32())), // LONG_BINGET
  0x63: (m) => m.stack.push(global(m, utf8(m, m.input.line()), utf8(m, m.input.line()))), // GLOBAL
  0x93: (m) => {
    const [module, name] = popMany(m, 2); // STACK_GLOBAL
    if (typeof module !== "string" || typeof name !== "string") return fail(m, shown(name), "a name");
    m.stack.push(global(m, module, name));
  },
  0x52: (m) => {
    const [callable, args] = popMany(m, 2); // REDUCE
    if (!(callable instanceof Global) || !callable.call)
      return fail(m, shown(callable), "a function to call");
    if (!Array.isArray(args)) return fail(m, shown(args), "arguments");
    m.stack.push(callable.call(args, m.context));
  },
  0x62: (m) => {
    const state = pop(m); // BUILD
    const target = top(m);
    // The attributes of an ordered dictionary, such as the `_metadata` of torch's state dictionaries, are no items of it.
    if (target instanceof Map && state instanceof Map) return;
    if (!(target instanceof PickledObject && target.build))
      return fail(m, shown(target), "an array or dtype to fill");
    target.build(state, m.context);
  },
  0x51: (m) => {
    const id = pop(m); // BINPERSID
    if (!m.extension) return fail(m, "a persistent id", "no reference to what is not in the file");
    m.stack.push(m.extension.persistent(id, m.context));
  }
};

function fail(m: Machine, found: string, expected: string): never {
  throw new InputError(m.input.file, m.context.field, found, expected);
}

function global(m: Machine, module: string, name: string): Global {
  const full = `${module} ${name}`;
  return (
    globals.get(full) ??
    m.extension?.globals.get(full) ??
    fail(
      m,
      quoted(`${module}.${name}`),
      `${m.extension ? "tensors" : "numpy arrays"}, numbers, text, lists and dictionaries only`
    )
  );
}

function top(m: Machine): Item {
  if (m.stack.length <= (m.marks.at(-1) ?? 0)) fail(m, "an empty stack", "a value");
  return m.stack[m.stack.length - 1];
}

function pop(m: Machine): Item {
  const item = top(m);
  m.stack.length -= 1;
  return item;
}

function popMany(m: Machine, n: number): Item[] {
  if (m.stack.length - n < (m.marks.at(-1) ?? 0)) fail(m, "too few values on the stack", `${n}`);
  return m.stack.splice(-n);
}

function popToMark(m: Machine): Item[] {
  return m.stack.splice(m.marks.pop() ?? fail(m, "no mark", "one"));
}

function append(m: Machine, items: Item[]): void {
  const list = top(m);
  if (!Array.isArray(list)) return fail(m, shown(list), "a list");
  for (const item of items) list.push(item);
}

function setItems(m: Machine, items: Item[]): void {
  const map = top(m);
  if (!(map instanceof Map)) return fail(m, shown(map), "a dictionary");
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (!isKey(key) || i + 1 === items.length)
      return fail(m, shown(key), "pairs of a name or number and a value");
    map.set(key, items[i + 1]);
  }
}

function recall(m: Machine, index: number): Item {
  const item = m.memo.get(index);
  return item !== undefined ? item : fail(m, `reference ${index}`, `one of the ${m.memo.size} values before`);
}

function checkLength(m: Machine, length: number): void {
  if (length > m.input.left) fail(m, `${m.input.left} bytes to the end of the file`, `a frame of ${length}`);
}

/** Two's complement, little endian. */
function longInteger(m: Machine, length: number): number | bigint {
  const bytes = m.input.take(length);
  let value = 0n;
  for (let i = length - 1; i >= 0; --i) value = (value << 8n) | BigInt(bytes[i]);
  return narrowInteger(length ? BigInt.asIntN(8 * length, value) : 0n);
}

function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192)
    parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return parts.join("");
}

function utf8(m: Machine, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    return fail(m, `${bytes.length} bytes that are no UTF-8`, "text");
  }
}

const byte = (code: number) => `byte ${code.toString(16).padStart(2, "0")}`;
