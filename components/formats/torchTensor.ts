import {decode, itemSize, type Dtype} from "./dtype.js";
import {InputError} from "./error.js";
import {widenBrain} from "./half.js";
import type {NdArray, NumericArray} from "./ndarray.js";
import {sizeOf} from "./ndarray.js";
import type {AllowList, Context, Item} from "./pickleItem.js";
import {Global, PickledObject, shown} from "./pickleItem.js";

/** An element type of torch: numpy's code for it, or bf16, which numpy has not. */
type Code = "f8" | "f4" | "f2" | "bf16" | "i8" | "i4" | "i2" | "i1" | "u8" | "u4" | "u2" | "u1" | "b1";

/** A storage class by the name it has in a pickle, and its element type. */
class StorageType extends Global {
  constructor(
    name: string,
    readonly code: Code
  ) {
    super(name);
  }
}

/** An element type by its name: `torch float32`. */
class ElementType extends StorageType {}

/** The elements of tensors, a member of the archive: several tensors may look at one. */
class PickledStorage extends PickledObject {
  readonly kind = "a storage";
  readonly value = undefined;
  constructor(
    readonly bytes: Uint8Array,
    readonly code: Code
  ) {
    super();
  }
}

class PickledTensor extends PickledObject {
  readonly kind = "a tensor";
  constructor(readonly value: NdArray) {
    super();
  }
}

const storageTypes = (
  Object.entries({
    "torch DoubleStorage": "f8",
    "torch FloatStorage": "f4",
    "torch HalfStorage": "f2",
    "torch BFloat16Storage": "bf16",
    "torch LongStorage": "i8",
    "torch IntStorage": "i4",
    "torch ShortStorage": "i2",
    "torch CharStorage": "i1",
    "torch ByteStorage": "u1",
    "torch BoolStorage": "b1",
    "torch UntypedStorage": "u1",
    "torch.storage UntypedStorage": "u1"
  }) as [string, Code][]
).map(([name, code]) => new StorageType(name, code));

const elementTypes = (
  Object.entries({
    float64: "f8",
    float32: "f4",
    float16: "f2",
    bfloat16: "bf16",
    int64: "i8",
    int32: "i4",
    int16: "i2",
    int8: "i1",
    uint64: "u8",
    uint32: "u4",
    uint16: "u2",
    uint8: "u1",
    bool: "b1"
  }) as [string, Code][]
).map(([name, code]) => new ElementType(`torch ${name}`, code));

/**
 * What torch's pickles may name beside numpy's arrays: tensors, their storages, and the little that stands around them.
 * @param littleEndian byte order of the storages
 */
export function torchGlobals(littleEndian: boolean): AllowList {
  const tensor = (storage: Item, [offset, size, stride]: Item[], type: Item, context: Context) => {
    if (!(storage instanceof PickledStorage))
      throw new InputError(context.file, context.field, shown(storage), "the storage of a tensor");
    const code = type instanceof ElementType ? type.code : storage.code;
    return new PickledTensor(strided(storage.bytes, {code, littleEndian, offset, size, stride}, context));
  };
  const calls: Record<string, (args: Item[], context: Context) => Item> = {
    "torch._utils _rebuild_tensor_v2": ([storage, ...view], context) => tensor(storage, view, null, context),
    // (storage, offset, size, stride, requires_grad, hooks, dtype): for types that have no storage class
    "torch._utils _rebuild_tensor_v3": ([storage, ...view], context) => {
      if (!(view[5] instanceof ElementType))
        throw new InputError(context.file, context.field, shown(view[5]), "the dtype of a tensor");
      return tensor(storage, view, view[5], context);
    },
    "torch._utils _rebuild_parameter": ([data], context) => isTensor(data, context),
    "torch._utils _rebuild_parameter_with_state": ([data], context) => isTensor(data, context),
    "torch Size": ([sizes], context) => {
      if (!Array.isArray(sizes)) throw new InputError(context.file, context.field, shown(sizes), "sizes");
      return sizes;
    },
    "torch device": ([kind], context) => {
      if (typeof kind !== "string")
        throw new InputError(context.file, context.field, shown(kind), "a device");
      return kind;
    }
  };
  const all = [
    ...storageTypes,
    ...elementTypes,
    ...Object.entries(calls).map(([name, call]) => new Global(name, call))
  ];
  return new Map(all.map((global) => [global.name, global]));
}

/**
 * The storage that a persistent id names: ("storage", class, key, device, elements).
 * @param member the bytes of the archive's member of that key
 * @throws InputError if the member is missing or is not as long as the id says
 */
export function storageOf(
  id: Item,
  member: (key: string) => Uint8Array | undefined,
  context: Context
): PickledObject {
  const [tag, type, key, , count] = Array.isArray(id) ? id : [];
  const refuse = (found: string, expected: string): never => {
    throw new InputError(context.file, context.field, found, expected);
  };
  if (tag !== "storage" || typeof key !== "string") return refuse(shown(tag), "the id of a storage");
  if (!(type instanceof StorageType) || type instanceof ElementType)
    return refuse(shown(type), "the class of a storage");
  const bytes = member(key) ?? refuse(`no member data/${key.slice(0, 40)}`, "the storage of a tensor");
  if (typeof count !== "number" || count * width(type.code) !== bytes.length)
    return refuse(`${bytes.length} bytes in data/${key}`, `${shown(count)} elements of ${type.code}`);
  return new PickledStorage(bytes, type.code);
}

function isTensor(data: Item, context: Context): PickledObject {
  if (data instanceof PickledTensor) return data;
  throw new InputError(context.file, context.field, shown(data), "a tensor");
}

const width = (code: Code): number => (code === "bf16" ? 2 : itemSize({code, littleEndian: true}));

interface View {
  code: Code;
  littleEndian: boolean;
  /** In elements, as the file has them. */
  offset: Item;
  size: Item;
  stride: Item;
}

/** A view of a storage as a row-major array of its own. Its bytes are counted before they are made. */
function strided(
  bytes: Uint8Array,
  {code, littleEndian, offset, size, stride}: View,
  context: Context
): NdArray {
  const {file, field} = context;
  if (!isLengths(size) || !isLengths(stride) || size.length !== stride.length || size.length > 32)
    throw new InputError(file, field, shown(size), "as many sizes as strides, at most 32, none below 0");
  if (!isLengths([offset])) throw new InputError(file, field, shown(offset), "an offset of at least 0");
  const bytesEach = width(code);
  if (size.includes(0)) return {shape: [...size], data: elements(new Uint8Array(0), code, littleEndian)};
  const end = size.reduce((last, length, axis) => last + (length - 1) * stride[axis], offset as number) + 1;
  if (end * bytesEach > bytes.length)
    throw new InputError(
      file,
      field,
      `a tensor [${size.join(", ")}] that ends at element ${end}`,
      `at most ${bytes.length / bytesEach}, the length of its storage`
    );
  const n = sizeOf(size);
  context.spend(n * Math.max(bytesEach, code === "f2" || code === "bf16" ? 4 : 1));
  const start = (offset as number) * bytesEach;
  const range = bytes.subarray(start, end * bytesEach);
  if (isRowMajor(size, stride)) return {shape: [...size], data: elements(range, code, littleEndian)};
  return {shape: [...size], data: elements(gather(range, size, stride, n, bytesEach), code, littleEndian)};
}

/** The bytes of n elements in row-major order. */
function gather(
  from: Uint8Array,
  size: number[],
  stride: number[],
  n: number,
  bytesEach: number
): Uint8Array {
  const to = new Uint8Array(n * bytesEach);
  const index = new Array<number>(size.length).fill(0);
  for (let i = 0, source = 0; i < n; ++i) {
    for (let b = 0; b < bytesEach; ++b) to[i * bytesEach + b] = from[source * bytesEach + b];
    for (let axis = size.length - 1; axis >= 0; --axis) {
      source += stride[axis];
      if (++index[axis] < size[axis]) break;
      source -= stride[axis] * size[axis];
      index[axis] = 0;
    }
  }
  return to;
}

function elements(bytes: Uint8Array, code: Code, littleEndian: boolean): NumericArray {
  if (code !== "bf16") return decode(bytes, {code, littleEndian} satisfies Dtype);
  return widenBrain(decode(bytes, {code: "u2", littleEndian}) as Uint16Array);
}

function isRowMajor(size: number[], stride: number[]): boolean {
  let expected = 1;
  for (let axis = size.length - 1; axis >= 0; --axis) {
    if (size[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= size[axis];
  }
  return true;
}

const isLengths = (items: Item): items is number[] =>
  Array.isArray(items) && items.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
