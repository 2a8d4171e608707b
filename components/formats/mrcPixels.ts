import {narrowToHalf} from "./half.js";

/** How an MRC file stores its pixels: 0 int8, 1 int16, 2 float32, 6 uint16, 12 float16. */
export type MrcMode = 0 | 1 | 2 | 6 | 12;

const ranges = {0: [-128, 127], 1: [-32768, 32767], 6: [0, 65535]} as const;

/**
 * Pixels as an MRC file stores them, for whoever writes a file in parts (mrcHeader, then this).
 * @throws RangeError at a value that the mode can't hold: no whole number or outside the range of modes 0, 1 and 6, or a
 *   finite one beyond float16 in mode 12
 */
export function encodeMrc(data: Float32Array, mode: MrcMode, littleEndian = true): Uint8Array<ArrayBuffer> {
  const pixels = stored(data, mode);
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return littleEndian ? bytes : reversed(bytes, pixels.BYTES_PER_ELEMENT);
}

function stored(data: Float32Array, mode: MrcMode) {
  if (mode === 2) return new Float32Array(data);
  if (mode === 12) {
    const bits = narrowToHalf(data);
    const lost = bits.findIndex((pattern, i) => (pattern & 0x7fff) === 0x7c00 && Number.isFinite(data[i]));
    if (lost >= 0)
      throw new RangeError(`mrc: pixel ${lost}: found ${data[lost]}; expected at most 65504 in mode 12`);
    return bits;
  }
  const [least, most] = ranges[mode];
  const bad = data.findIndex((value) => !Number.isInteger(value) || value < least || value > most);
  if (bad >= 0)
    throw new RangeError(
      `mrc: pixel ${bad}: found ${data[bad]}; expected whole numbers from ${least} to ${most} in mode ${mode}`
    );
  if (mode === 0) return Int8Array.from(data);
  return mode === 1 ? Int16Array.from(data) : Uint16Array.from(data);
}

/** The bytes of each element in the other order, in place. */
function reversed(bytes: Uint8Array<ArrayBuffer>, width: number): Uint8Array<ArrayBuffer> {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}
