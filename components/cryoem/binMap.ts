/** Voxels a side of a map whose voxels were averaged over cubes of n^3: even, and large enough for all. */
export const binnedSide = (D: number, n: number): number => 2 * Math.ceil(D / n / 2);

/**
 * A coarser map: means over cubes of n x n x n voxels. The origin, voxel D/2, stays voxel side/2, up to (n - 1)/2 of the
 * voxels that were averaged.
 * @param map [D, D, D], D even
 * @returns [side, side, side], side as `binnedSide` gives it
 */
export function binMap(map: Float32Array, D: number, n: number): Float32Array {
  if (n === 1) return map;
  const side = binnedSide(D, n);
  const out = new Float32Array(side ** 3);
  const cube = n ** 3;
  // Voxel D/2 is the first of cube side/2.
  const place = Int32Array.from({length: D}, (_, i) =>
    Math.min(side - 1, Math.max(0, Math.floor((i - D / 2) / n) + side / 2))
  );
  for (let z = 0; z < D; ++z)
    for (let y = 0; y < D; ++y) {
      const to = (place[z] * side + place[y]) * side;
      const from = (z * D + y) * D;
      for (let x = 0; x < D; ++x) out[to + place[x]] += map[from + x] / cube;
    }
  return out;
}
