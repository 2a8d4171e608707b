import {bytesOf, dtypeOf} from "./dtype.js";
import type {NdArray} from "./ndarray.js";
import type {PickleValue} from "./pickleValue.js";
import {encode, encodeTuple, join, lengthHead, type PickleDialect} from "./pickleWriter.js";
import {writeZip} from "./zip.js";

/** Storage classes by numpy's element type; unsigned integers beyond a byte have none. */
const storages: Record<string, string> = {
  "<f8": "DoubleStorage",
  "<f4": "FloatStorage",
  "<i8": "LongStorage",
  "<i4": "IntStorage",
  "<i2": "ShortStorage",
  "|i1": "CharStorage",
  "|u1": "ByteStorage"
};

/**
 * Writes a checkpoint that `torch.load` opens, also with `weights_only=True`: arrays become tensors, maps dictionaries (an
 * OrderedDict where they hold nothing but tensors, as a state dictionary does), arrays of values tuples. Members are
 * stored uncompressed at multiples of 64 bytes, in torch's layout of version 3, little endian.
 * @param archive name of the folder in the zip, which torch takes from the file's name
 * @throws RangeError for uint16, uint32 and uint64, for which torch has no storage, and for a shape that does not fit
 */
export function writeTorch(value: PickleValue, archive = "archive"): Uint8Array<ArrayBuffer> {
  const data = new Map<string, Uint8Array>();
  const dialect: PickleDialect = {
    text,
    dictionary: (map) => (isStateDict(map) ? orderedDict() : Uint8Array.of(0x7d)), // EMPTY_DICT
    array(tensor) {
      const key = String(data.size);
      data.set(`${archive}/data/${key}`, bytesOf(tensor));
      return rebuildTensor(tensor, key, dialect);
    }
  };
  const parts: Uint8Array[] = [Uint8Array.of(0x80, 2)]; // PROTO: what the restricted unpickler of weights_only reads
  encode(value, parts, dialect);
  parts.push(Uint8Array.of(0x2e)); // STOP
  const ascii = new TextEncoder();
  return writeZip(
    new Map([
      [`${archive}/data.pkl`, join(parts)],
      [`${archive}/byteorder`, ascii.encode("little")],
      ...data,
      [`${archive}/version`, ascii.encode("3\n")]
    ])
  );
}

const MARK = 0x28;
const REDUCE = 0x52;

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks) */
function rebuildTensor(tensor: NdArray, key: string, dialect: PickleDialect): Uint8Array[] {
  const storage = storages[dtypeOf(tensor.data)];
  if (!storage)
    throw new RangeError(
      `tensor: found ${dtypeOf(tensor.data)}; expected a type that torch has a storage for`
    );
  const stride: number[] = [];
  tensor.shape.reduceRight((step, length, axis) => ((stride[axis] = step), step * length), 1);
  const parts: Uint8Array[] = [];
  const op = (...codes: number[]) => parts.push(Uint8Array.from(codes));
  parts.push(global("torch._utils", "_rebuild_tensor_v2"));
  op(MARK, MARK);
  parts.push(text("storage"), global("torch", storage), text(key), text("cpu"));
  encode(tensor.data.length, parts, dialect);
  op(0x74, 0x51); // TUPLE, BINPERSID
  encode(0, parts, dialect);
  encodeTuple(tensor.shape, parts, dialect);
  encodeTuple(stride, parts, dialect);
  op(0x89); // NEWFALSE
  parts.push(orderedDict());
  op(0x74, REDUCE); // TUPLE
  return parts;
}

const isTensor = (value: PickleValue): value is NdArray =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Map);

const isStateDict = (map: ReadonlyMap<string | number, PickleValue>): boolean =>
  map.size > 0 && [...map.values()].every(isTensor);

const orderedDict = (): Uint8Array =>
  join([global("collections", "OrderedDict"), Uint8Array.of(0x29, REDUCE)]); // EMPTY_TUPLE

/** GLOBAL, of protocol 2. */
const global = (module: string, name: string): Uint8Array =>
  new TextEncoder().encode(`c${module}\n${name}\n`);

/** BINUNICODE, of protocol 2. */
function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return join([lengthHead(0x58, bytes.length), bytes]);
}
