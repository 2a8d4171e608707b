import type {Dtype} from "./dtype.js";
import {decode, itemSize} from "./dtype.js";
import type {MrcHeader} from "./mrcHeader.js";
import {mrcHeader, parseMrcHeader} from "./mrcHeader.js";

export type {MrcHeader} from "./mrcHeader.js";
export {mrcHeader, parseMrcHeader} from "./mrcHeader.js";

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

/**
 * Writes a stack or a volume, mode 2, little endian, with the density statistics in its header.
 * @throws RangeError if the data has not nx ny nz pixels
 */
export function writeMrc(m: {
  nx: number;
  ny: number;
  nz: number;
  pixelSize: number;
  data: Float32Array;
  isStack: boolean;
  origin?: readonly [number, number, number];
}): Uint8Array<ArrayBuffer> {
  const {nx, ny, nz, data} = m;
  if (data.length !== nx * ny * nz)
    throw new RangeError(`mrc: found ${data.length} pixels; expected ${nx} x ${ny} x ${nz}`);
  const bytes = new Uint8Array(1024 + data.byteLength);
  bytes.set(mrcHeader({...m, ...statistics(data)}));
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 1024);
  return bytes;
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
