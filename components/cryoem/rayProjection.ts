/**
 * The projection of a map along z by the sum along rays through the turned map, trilinear in real space, 0 outside of it: what
 * cryoDRGN's project3d makes where its grid is aligned. Slower and blunter than central slices: interpolation between voxels
 * blurs the image, by 2 % (relative L2) for Gaussians of 2 voxels.
 * @param map [D, D, D], x fastest, origin at voxel (D/2, D/2, D/2)
 * @param R rotation, 3 x 3 row-major: a point c of the map lands at R c
 * @returns [D, D]
 */
export function rayProjection(map: ArrayLike<number>, D: number, R: ArrayLike<number>): Float64Array {
  const image = new Float64Array(D * D);
  const half = D / 2;
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = Array.from({length: 9}, (_, i) => R[i]);
  for (let y = -half, pixel = 0; y < half; ++y)
    for (let x = -half; x < half; ++x, ++pixel) {
      let sum = 0;
      for (let z = -half; z < half; ++z)
        sum += trilinear(
          map,
          D,
          r0 * x + r3 * y + r6 * z + half,
          r1 * x + r4 * y + r7 * z + half,
          r2 * x + r5 * y + r8 * z + half
        );
      image[pixel] = sum;
    }
  return image;
}

function trilinear(map: ArrayLike<number>, D: number, x: number, y: number, z: number): number {
  const [i, j, k] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  if (i < -1 || j < -1 || k < -1 || i >= D || j >= D || k >= D) return 0;
  let value = 0;
  for (let c = Math.max(0, k); c <= k + 1 && c < D; ++c)
    for (let b = Math.max(0, j); b <= j + 1 && b < D; ++b)
      for (let a = Math.max(0, i); a <= i + 1 && a < D; ++a)
        value +=
          (1 - Math.abs(x - a)) * (1 - Math.abs(y - b)) * (1 - Math.abs(z - c)) * map[(c * D + b) * D + a];
  return value;
}
