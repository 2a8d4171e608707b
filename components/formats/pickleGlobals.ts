import type {Dtype} from "./dtype.js";
import {decodeArray, parseDtype} from "./dtype.js";
import {InputError} from "./error.js";
import type {NdArray} from "./ndarray.js";
import type {AllowList, Context, Item} from "./pickleItem.js";
import {Global, isKey, narrowInteger, PickledObject, shown} from "./pickleItem.js";

/** An array under construction: made empty by `_reconstruct`, filled by BUILD. */
class PickledArray extends PickledObject {
  readonly kind = "a numpy array";
  value: NdArray | undefined;

  /** BUILD: the state is (version, shape, dtype, isFortran, bytes). */
  override build(state: Item, context: Context): void {
    if (!Array.isArray(state) || state.length !== 5)
      throw new InputError(
        context.file,
        context.field,
        shown(state),
        "the five parts of a numpy array's state"
      );
    const [, shape, dtype, fortran, bytes] = state;
    this.value = makeArray(bytes, dtype, shape, fortran === true || fortran === 1, context);
  }
}

/** An element type under construction: made from a code, given its byte order by BUILD. */
class PickledDtype extends PickledObject {
  readonly kind = "a numpy dtype";
  readonly value = undefined;
  constructor(readonly dtype: Dtype) {
    super();
  }

  /** BUILD: the state is (version, byte order, subarray, names, fields, size, alignment, flags). */
  override build(state: Item, context: Context): void {
    if (!Array.isArray(state) || typeof state[1] !== "string" || state[2] !== null || state[3] !== null)
      throw new InputError(
        context.file,
        context.field,
        shown(state),
        "the state of a plain numpy element type"
      );
    this.dtype.littleEndian = state[1] !== ">";
  }
}

const ndarray = new Global("numpy ndarray");

const reconstruct = new Global("numpy.core.multiarray _reconstruct", ([type], context) => {
  if (type !== ndarray) throw new InputError(context.file, context.field, shown(type), "numpy ndarray");
  return new PickledArray();
});

const scalar = new Global("numpy.core.multiarray scalar", ([dtype, bytes], context) => {
  const {data} = makeArray(bytes, dtype, [], false, context);
  const value = data[0];
  if (dtype instanceof PickledDtype && dtype.dtype.code === "b1") return value !== 0;
  return typeof value === "bigint" ? narrowInteger(value) : value;
});

const fromBuffer = new Global("numpy.core.numeric _frombuffer", ([bytes, dtype, shape, order], context) => {
  const array = new PickledArray();
  array.value = makeArray(bytes, dtype, shape, order === "F", context);
  return array;
});

/** Protocol 2 has no bytes: it holds text, and encodes it. */
const encode = ([text, encoding]: Item[], context: Context): Item => {
  if (typeof text !== "string" || (encoding !== "latin1" && encoding !== "latin-1"))
    throw new InputError(context.file, context.field, shown(encoding), "text to encode as latin1");
  return toBytes(text, context);
};

const bytesOrArray = (args: Item[], context: Context): Item => {
  if (args.length === 0) return new Uint8Array(0);
  return args[0] instanceof Uint8Array ? args[0] : encode(args, context);
};

const orderedDict = new Global("collections OrderedDict", ([pairs = []], context) => {
  const isPair = (pair: Item): pair is [string | number, Item] => Array.isArray(pair) && isKey(pair[0]);
  if (!Array.isArray(pairs) || !pairs.every(isPair))
    throw new InputError(context.file, context.field, shown(pairs), "pairs of a name and a value");
  context.spend(16 * pairs.length);
  return new Map(pairs.map(([key, value]) => [key, value]));
});

const dtype = new Global("numpy dtype", ([code], context) => {
  if (typeof code !== "string")
    throw new InputError(context.file, context.field, shown(code), "a numpy type code");
  return new PickledDtype(parseDtype(code, context.file, context.field));
});

/** Numpy's arrays and plain containers: what every pickle may hold. */
export const globals: AllowList = new Map([
  [ndarray.name, ndarray],
  [dtype.name, dtype],
  [reconstruct.name, reconstruct],
  ["numpy._core.multiarray _reconstruct", reconstruct],
  [scalar.name, scalar],
  ["numpy._core.multiarray scalar", scalar],
  [fromBuffer.name, fromBuffer],
  ["numpy._core.numeric _frombuffer", fromBuffer],
  [orderedDict.name, orderedDict],
  ["_codecs encode", new Global("_codecs encode", encode)],
  ...["builtins", "__builtin__"].flatMap((module) =>
    ["bytes", "bytearray"].map((name): [string, Global] => {
      const full = `${module} ${name}`;
      return [full, new Global(full, bytesOrArray)];
    })
  )
]);

function makeArray(bytes: Item, dtype: Item, shape: Item, fortran: boolean, context: Context): NdArray {
  const {file, field} = context;
  if (!(dtype instanceof PickledDtype)) throw new InputError(file, field, shown(dtype), "a numpy dtype");
  if (!Array.isArray(shape)) throw new InputError(file, field, shown(shape), "the shape of a numpy array");
  const data = typeof bytes === "string" ? toBytes(bytes, context) : bytes;
  if (!(data instanceof Uint8Array))
    throw new InputError(file, field, shown(bytes), "the bytes of a numpy array");
  context.spend(data.length);
  return decodeArray(data, dtype.dtype, shape, fortran, file, field);
}

function toBytes(text: string, context: Context): Uint8Array {
  context.spend(text.length);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) {
    const code = text.charCodeAt(i);
    if (code > 255)
      throw new InputError(context.file, context.field, `character ${code}`, "characters up to 255");
    bytes[i] = code;
  }
  return bytes;
}
