import {atOnce} from "../compute/turn.js";

/**
 * A map convolved with a Gaussian, so that maps made in different ways are compared at one resolution. Outside its box
 * the map counts as 0.
 * @param map [D, D, D]
 * @param sigma standard deviation, voxels
 */
export const lowPass = (map: Float32Array, D: number, sigma: number): Float32Array =>
  atOnce(lowPassSteps(map, D, sigma));

/** The same in steps, one plane of the map each along each axis, after which it can be left. Yields the part that is done. */
export function* lowPassSteps(map: Float32Array, D: number, sigma: number): Generator<number, Float32Array> {
  if (!(sigma > 0)) return map.slice();
  const reach = Math.ceil(4 * sigma);
  const kernel = Float64Array.from({length: 2 * reach + 1}, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2))
  );
  const total = kernel.reduce((a, b) => a + b);
  const [one, other] = [new Float32Array(map.length), new Float32Array(map.length)];
  const passes = [
    {step: 1, from: map, to: one},
    {step: D, from: one, to: other},
    {step: D * D, from: other, to: one}
  ];
  let done = 0;
  for (const {step, from, to} of passes)
    for (let z = 0; z < D; ++z) {
      for (let i = z * D * D; i < (z + 1) * D * D; ++i) {
        const x = Math.floor(i / step) % D;
        const first = Math.max(-reach, -x);
        const last = Math.min(reach, D - 1 - x);
        let sum = 0;
        for (let k = first; k <= last; ++k) sum += kernel[k + reach] * from[i + k * step];
        to[i] = sum / total;
      }
      yield ++done / (3 * D);
    }
  return one;
}

/**
 * Some voxels of a map, less their mean and divided by their norm: the dot product of two such vectors is the correlation
 * of the maps there, whatever their scale and offset.
 * @param voxels indices into the map, such as those of `sphere(D)`
 * @throws RangeError if one of them is not finite
 */
export function mapVector(map: Float32Array, voxels: Int32Array): Float32Array {
  const out = new Float32Array(voxels.length);
  let mean = 0;
  for (const i of voxels) mean += map[i] / voxels.length;
  let squares = 0;
  for (let k = 0; k < out.length; ++k) {
    out[k] = map[voxels[k]] - mean;
    squares += out[k] * out[k];
  }
  if (!Number.isFinite(squares)) throw new RangeError("map: found NaN or infinity; expected finite voxels");
  const norm = Math.sqrt(squares) || 1;
  for (let k = 0; k < out.length; ++k) out[k] /= norm;
  return out;
}

/** Correlation of two maps over the voxels their vectors were made from. */
export function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; ++k) sum += a[k] * b[k];
  return sum;
}

/** Correlation of two maps or images over all that they hold, less their means. @throws RangeError if a value is not finite */
export function pearson(a: Float32Array, b: Float32Array): number {
  const all = Int32Array.from(a.keys());
  return correlation(mapVector(a, all), mapVector(b, all));
}

/** The voxels within radius D/2 of the origin, voxel D/2. */
export function sphere(D: number): Int32Array {
  const inside: number[] = [];
  for (let i = 0; i < D ** 3; ++i) {
    const r = Math.hypot((i % D) - D / 2, (Math.floor(i / D) % D) - D / 2, Math.floor(i / D / D) - D / 2);
    if (r < D / 2) inside.push(i);
  }
  return Int32Array.from(inside);
}

/**
 * The voxels where maps of one box differ among each other: those whose standard deviation over the maps is at least
 * `fraction` of the largest. A mask on what moves, in which the part that stands still can't hide a difference.
 */
export function varyingVoxels(maps: readonly Float32Array[], fraction: number): Int32Array {
  const n = maps.length;
  const deviation = Float64Array.from(maps[0], (_, i) => {
    let [sum, squares] = [0, 0];
    for (const map of maps) {
      sum += map[i];
      squares += map[i] * map[i];
    }
    return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  });
  const least = fraction * deviation.reduce((a, b) => Math.max(a, b), 0);
  const found: number[] = [];
  deviation.forEach((s, i) => {
    if (s >= least && s > 0) found.push(i);
  });
  return Int32Array.from(found);
}
