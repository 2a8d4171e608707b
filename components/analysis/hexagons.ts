/** Points of a plane sorted into hexagons that stand on a corner. */
export interface Hexagons {
  /** From a hexagon's centre to its corners, in the plane's unit. */
  radius: number;
  /** Centres [m, 2]. */
  centres: Float64Array;
  /** Points in each [m]. */
  counts: Int32Array;
  /** The hexagon of each point [n], -1 for one that has no place. */
  cellOf: Int32Array;
}

/**
 * Sorts points into hexagons (Carr et al. 1987): two rectangular grids of centres, shifted by half a cell, and each point to the nearer.
 * Hexagons are anchored at the origin, so that they stay where they are when a picture moves.
 * @param x, y coordinates [n]; a point with one that is not finite is in no hexagon
 * @param radius from centre to corner
 * @throws RangeError for a radius that makes more than 2^26 cells, or is not positive
 */
export function hexagons(x: ArrayLike<number>, y: ArrayLike<number>, radius: number): Hexagons {
  const n = x.length;
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < n; ++i) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    if (x[i] < x0) x0 = x[i];
    if (x[i] > x1) x1 = x[i];
    if (y[i] < y0) y0 = y[i];
    if (y[i] > y1) y1 = y[i];
  }
  const [dx, dy] = [Math.sqrt(3) * radius, 1.5 * radius];
  const [column, row] = [Math.floor(x0 / dx) - 1, Math.floor(y0 / dy) - 1];
  const [columns, rows] = [Math.ceil(x1 / dx) + 2 - column, Math.ceil(y1 / dy) + 2 - row];
  if (!(radius > 0)) throw new RangeError(`radius: found ${radius}; expected a positive number`);
  if (!(x1 >= x0)) return {radius, centres: new Float64Array(0), counts: new Int32Array(0), cellOf: new Int32Array(n).fill(-1)}; // prettier-ignore
  if (columns * rows > 2 ** 26)
    throw new RangeError(`radius: found ${radius}; expected one that makes fewer than 2^26 cells`);
  const cells = new Int32Array(columns * rows).fill(-1);
  const cellOf = new Int32Array(n);
  const centres: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < n; ++i) {
    const [px, py] = [x[i] / dx, y[i] / dy];
    if (!(Math.abs(px) < Infinity && Math.abs(py) < Infinity)) {
      cellOf[i] = -1;
      continue;
    }
    let r = Math.round(py);
    const half = (r & 1) / 2; // odd rows stand half a cell to the right
    let c = Math.round(px - half);
    const off = py - r;
    if (Math.abs(off) * 3 > 1) {
      // near the row's border a hexagon of the next row may be nearer
      const other = r + (off < 0 ? -1 : 1);
      const otherHalf = (other & 1) / 2;
      const oc = Math.round(px - otherHalf);
      const [ax, ay] = [(px - half - c) * Math.sqrt(3), off * 1.5];
      const [bx, by] = [(px - otherHalf - oc) * Math.sqrt(3), (py - other) * 1.5];
      if (bx * bx + by * by < ax * ax + ay * ay) {
        r = other;
        c = oc;
      }
    }
    const at = (r - row) * columns + c - column;
    let cell = cells[at];
    if (cell < 0) {
      cell = cells[at] = counts.length;
      centres.push((c + (r & 1) / 2) * dx, r * dy);
      counts.push(0);
    }
    ++counts[cell];
    cellOf[i] = cell;
  }
  return {radius, centres: Float64Array.from(centres), counts: Int32Array.from(counts), cellOf};
}
