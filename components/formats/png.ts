import {zlibSync} from "fflate";

/** CRC-32 of the PNG specification, a table of 256. */
const TABLE = Uint32Array.from({length: 256}, (_, n) => {
  for (let k = 0; k < 8; ++k) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
const crcOf = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

/**
 * A grey picture as PNG (ISO/IEC 15948), 8 bits a pixel, black at the lowest value and white at the highest.
 * @param values [height, width], the first row on top; finite
 * @throws RangeError where there are not width * height of them
 */
export function writeGrayPng(
  values: ArrayLike<number>,
  width: number,
  height: number
): Uint8Array<ArrayBuffer> {
  if (values.length !== width * height || values.length === 0)
    throw new RangeError(
      `picture: found ${values.length} values; expected ${width} x ${height}, at least one`
    );
  const all = Array.from(values);
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter, 0 for none
  for (const [i, value] of all.entries()) {
    const [y, x] = [Math.floor(i / width), i % width];
    rows[y * (width + 1) + 1 + x] = Math.round((255 * (value - low)) / (high - low || 1));
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 0, 0, 0, 0], 8); // 8 bits, grey, deflated, no filter method, not interlaced
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", zlibSync(rows)),
    chunk("IEND", new Uint8Array(0))
  ];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(new TextEncoder().encode(name), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crcOf(out.subarray(4, 8 + data.length)));
  return out;
}
