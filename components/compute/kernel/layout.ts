/**
 * The kernel's memory layouts (see assembly/index.ts) from and to plain row-major arrays.
 * Rows of activations are padded to 8, columns to 4.
 */

/** Rounds up to a multiple of `m`. */
export const roundUp = (n: number, m: number): number => Math.ceil(n / m) * m;

/**
 * Distance in bytes between panels of 8 rows. It is 9 cache lines modulo 16, so that 8 neighbouring lines of many panels
 * (a block of `gradient`) spread over all sets of the first-level cache (30 GFLOP/s became 35 at 256 columns).
 */
export const panelStride = (columns: number): number => (roundUp(Math.max(0, columns / 2 - 9), 16) + 9) * 64;

/** Floats that `rows` x `columns` of activations take. */
export const panelFloats = (rows: number, columns: number): number =>
  (roundUp(rows, 8) / 8) * (panelStride(columns) / 4);

/** Row-major [rows, columns] into panels; the rows that pad the last panel become 0. */
export function packRows(from: ArrayLike<number>, rows: number, columns: number, to: Float32Array): void {
  const stride = panelStride(columns) / 4;
  for (let row = 0; row < rows; ++row) {
    const at = (row >> 3) * stride + (row & 7);
    const source = row * columns;
    for (let c = 0; c < columns; ++c) to[at + c * 8] = from[source + c];
  }
  for (let row = rows; row < roundUp(rows, 8); ++row) {
    const at = (row >> 3) * stride + (row & 7);
    for (let c = 0; c < columns; ++c) to[at + c * 8] = 0;
  }
}

/** The first columns of panels of `all` columns into row-major [rows, columns]. */
export function unpackRows(
  from: Float32Array,
  rows: number,
  columns: number,
  to: Float32Array,
  all = columns
): Float32Array {
  const stride = panelStride(all) / 4;
  for (let row = 0; row < rows; ++row) {
    const at = (row >> 3) * stride + (row & 7);
    for (let c = 0; c < columns; ++c) to[row * columns + c] = from[at + c * 8];
  }
  return to;
}

/** Floats of a packed layer: weights [out/4][in][4], bias [out], both padded. */
export const layerFloats = (inputs: number, outputs: number): number =>
  roundUp(outputs, 4) * (roundUp(inputs, 4) + 1);

/** A layer from PyTorch's layout (weight [out, in] row-major, then bias [out]) at `start` into the packed one. */
export function packLayer(
  flat: Float32Array,
  start: number,
  inputs: number,
  outputs: number,
  to: Float32Array
): void {
  walkLayer(inputs, outputs, (plain, packed) => {
    to[packed] = flat[start + plain];
  });
}

/** The inverse of `packLayer`. */
export function unpackLayer(
  from: Float32Array,
  inputs: number,
  outputs: number,
  flat: Float32Array,
  start: number
): void {
  walkLayer(inputs, outputs, (plain, packed) => {
    flat[start + plain] = from[packed];
  });
}

function walkLayer(inputs: number, outputs: number, visit: (plain: number, packed: number) => void): void {
  const padded = roundUp(inputs, 4);
  const bias = roundUp(outputs, 4) * padded;
  for (let o = 0; o < outputs; ++o) {
    const at = (o >> 2) * padded * 4 + (o & 3);
    for (let i = 0; i < inputs; ++i) visit(o * inputs + i, at + i * 4);
    visit(outputs * inputs + o, bias + o);
  }
}
