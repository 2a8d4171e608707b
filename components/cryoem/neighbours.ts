/** Points sorted into cubes, to find those near a place without looking at all of them. */
export interface Neighbours {
  /** Number of points nearer than `distance` to (x, y, z); stops counting at `most`. */
  count(x: number, y: number, z: number, most?: number): number;
}

/**
 * @param points [n, 3]
 * @param distance what counts as near
 */
export function neighbours(points: Float64Array, distance: number): Neighbours {
  const n = points.length / 3;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; ++i) {
    low[i % 3] = Math.min(low[i % 3], points[i]);
    high[i % 3] = Math.max(high[i % 3], points[i]);
  }
  const [nx, ny, nz] = low.map((l, a) => (n ? Math.floor((high[a] - l) / distance) + 1 : 0));
  const cell = (x: number, l: number) => Math.floor((x - l) / distance);
  const of = (i: number) =>
    (cell(points[3 * i + 2], low[2]) * ny + cell(points[3 * i + 1], low[1])) * nx +
    cell(points[3 * i], low[0]);
  // Counting sort: the points of cube c are order[start[c]] .. order[start[c + 1] - 1].
  const start = new Int32Array(nx * ny * nz + 1);
  for (let i = 0; i < n; ++i) ++start[of(i) + 1];
  for (let c = 1; c < start.length; ++c) start[c] += start[c - 1];
  const next = start.slice();
  const order = new Int32Array(n);
  for (let i = 0; i < n; ++i) order[next[of(i)]++] = i;
  const d2 = distance * distance;
  return {
    count(x, y, z, most = Infinity) {
      const [i, j, k] = [cell(x, low[0]), cell(y, low[1]), cell(z, low[2])];
      let found = 0;
      for (let c = Math.max(0, k - 1); c <= k + 1 && c < nz; ++c)
        for (let b = Math.max(0, j - 1); b <= j + 1 && b < ny; ++b)
          for (let a = Math.max(0, i - 1); a <= i + 1 && a < nx; ++a) {
            const box = (c * ny + b) * nx + a;
            for (let at = start[box]; at < start[box + 1]; ++at) {
              const p = 3 * order[at];
              const dx = x - points[p];
              const dy = y - points[p + 1];
              const dz = z - points[p + 2];
              if (dx * dx + dy * dy + dz * dz < d2 && ++found >= most) return found;
            }
          }
      return found;
    }
  };
}
