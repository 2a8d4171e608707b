import type {Dtype} from "./dtype.js";
import {decode, itemSize} from "./dtype.js";
import {InputError} from "./error.js";
import {encodeMrc, type MrcMode} from "./mrcPixels.js";
import type {MrcHeader} from "./mrcHeader.js";
import {mrcHeader, parseMrcHeader} from "./mrcHeader.js";

export type {MrcHeader} from "./mrcHeader.js";
export {mrcHeader, parseMrcHeader} from "./mrcHeader.js";
export {encodeMrc, type MrcMode} from "./mrcPixels.js";

/** A stack of images or a volume. */
export interface Mrc {
  nx: number;
  ny: number;
  /** Images of a stack, sections of a volume. */
  nz: number;
  /** How the file stored the pixels: 0, 1, 2, 6 or 12. */
  mode: number;
  /** Å/pixel along x; 0 where the file gives no cell. */
  pixelSize: number;
  /** x, y, z of the first voxel, Å. */
  origin: [number, number, number];
  isStack: boolean;
  /** [nz, ny, nx], x fastest. */
  data: Float32Array<ArrayBuffer>;
}

const types: Record<number, string> = {0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2"};

/**
 * Reads an MRC2014 file: modes 0, 1, 2, 6 and 12, both byte orders, any extended header.
 * @param name the file's name, for errors
 * @throws InputError if it is no MRC file, of another mode or axis order, or shorter than its header says
 */
export function readMrc(bytes: Uint8Array, name: string): Mrc {
  const header = parseMrcHeader(bytes, name, bytes.length);
  const {nx, ny, nz, mode, pixelSize, origin, isStack, dataOffset} = header;
  const data = decodeMrc(bytes.subarray(dataOffset, dataOffset + header.sectionBytes * nz), header);
  return {nx, ny, nz, mode, pixelSize, origin, isStack, data};
}

/**
 * Pixels of any run of a file's data as float32: one section, or some, for readers that take a file in parts.
 * @param bytes a whole number of pixels
 */
export function decodeMrc(
  bytes: Uint8Array,
  {mode, littleEndian, unsignedBytes}: Pick<MrcHeader, "mode" | "littleEndian" | "unsignedBytes">
): Float32Array<ArrayBuffer> {
  const dtype: Dtype = {code: mode === 0 && unsignedBytes ? "u1" : types[mode], littleEndian};
  const pixels = decode(bytes.subarray(0, bytes.length - (bytes.length % itemSize(dtype))), dtype);
  return pixels instanceof Float32Array
    ? (pixels as Float32Array<ArrayBuffer>)
    : Float32Array.from(pixels as Int16Array);
}

/** A stack or a volume to write. */
export interface MrcToWrite {
  nx: number;
  ny: number;
  nz: number;
  /** Å/pixel. */
  pixelSize: number;
  data: Float32Array;
  isStack: boolean;
  /** x, y, z of the first voxel, Å; 0 unless given. */
  origin?: readonly [number, number, number];
  /** How to store the pixels; 2 (float32) unless given, and 12 (float16) rounds to the nearest. */
  mode?: MrcMode;
  /** Byte order; little endian unless false. */
  littleEndian?: boolean;
}

/**
 * Writes a stack or a volume, with the density statistics in its header.
 * @throws RangeError if the data has not nx ny nz pixels, or a value that the mode can't hold
 */
export function writeMrc(m: MrcToWrite): Uint8Array<ArrayBuffer> {
  const {nx, ny, nz, data, mode = 2, littleEndian = true} = m;
  if (data.length !== nx * ny * nz)
    throw new RangeError(`mrc: found ${data.length} pixels; expected ${nx} x ${ny} x ${nz}`);
  const pixels = encodeMrc(data, mode, littleEndian);
  const bytes = new Uint8Array(1024 + pixels.length);
  bytes.set(mrcHeader({...m, ...statistics(data)}));
  bytes.set(pixels, 1024);
  return bytes;
}

/**
 * The voxels of a volume that must be cubic: its side D and its data [D, D, D].
 * @param name the file's name, for errors
 * @throws InputError if its sides differ
 */
export function cube<T extends {nx: number; ny: number; nz: number; data: Float32Array}>(
  {nx, ny, nz, data}: T,
  name: string
): {D: number; data: T["data"]} {
  if (nx !== ny || nx !== nz)
    throw new InputError(name, "nx, ny, nz", `${nx} x ${ny} x ${nz}`, "a cubic volume");
  return {D: nx, data};
}

/**
 * The box D of a stack whose images must be square and even, and their number; a header is enough to ask.
 * @param name the file's name, for errors
 * @throws InputError if they are not
 */
export function squareStack(
  {nx, ny, nz}: {nx: number; ny: number; nz: number},
  name: string
): {D: number; count: number} {
  if (nx !== ny || nx % 2)
    throw new InputError(name, "nx, ny", `${nx} x ${ny}`, "square images with an even box");
  return {D: nx, count: nz};
}

/** Least, greatest and mean pixel, and the root mean square deviation from the mean; two passes, in float64. */
function statistics(data: Float32Array): {min: number; max: number; mean: number; rms: number} {
  let [min, max, sum, squares] = [Infinity, -Infinity, 0, 0];
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  const mean = sum / data.length;
  for (const value of data) squares += (value - mean) ** 2;
  return {min, max, mean, rms: Math.sqrt(squares / data.length)};
}
