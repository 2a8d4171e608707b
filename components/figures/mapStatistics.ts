export interface MapStatistics {
  mean: number;
  deviation: number;
  max: number;
  /** False when a voxel is NaN or infinite. */
  finite: boolean;
}

/** Mean, standard deviation and maximum over all voxels. */
export function mapStatistics(map: Float32Array): MapStatistics {
  let sum = 0;
  let squares = 0;
  let max = -Infinity;
  for (const v of map) {
    sum += v;
    squares += v * v;
    if (v > max) max = v;
  }
  const mean = sum / map.length;
  const deviation = Math.sqrt(Math.max(0, squares / map.length - mean * mean));
  return {mean, deviation, max, finite: Number.isFinite(sum) && Number.isFinite(squares)};
}

/** Sum along z: [D, D], x fastest. */
export function projection(map: Float32Array, D: number): Float32Array {
  const image = new Float32Array(D * D);
  for (let i = 0; i < map.length; ++i) image[i % image.length] += map[i];
  return image;
}
