import {fft} from "../compute/fft.js";
import {addOuterProduct} from "./outerProduct.js";

/** Below this width in voxels a Gaussian would be aliased, and is made by way of a wider one. */
const NARROW = 0.7;
const WIDE = 1.2;
const CUTOFF = 5;

/**
 * The density map of Gaussian scatterers, on voxel centres; it sums to the weights. A Gaussian narrower than 0.7 voxel is
 * cut off at the map's highest frequencies instead of being aliased (as cropping a finer map in Fourier space would do): it is
 * spread as a wider one, and sharpened again axis by axis. Inside the sphere of frequencies that decoded maps have
 * (D/2 steps) that is right to 0.5 %.
 * @param positions [n, 3], Å
 * @param weights [n]
 * @param sigma standard deviation of each scatterer, Å
 * @param D box, voxels, even; the origin is voxel (D/2, D/2, D/2)
 * @param pixelSize Å
 * @returns [D, D, D], z slowest, x fastest
 */
export function densityMap(
  positions: Float64Array,
  weights: Float64Array,
  sigma: number,
  D: number,
  pixelSize: number
): Float32Array {
  const wanted = sigma / pixelSize;
  const s = wanted < NARROW ? WIDE : wanted;
  const map = new Float64Array(D ** 3);
  const width = Math.ceil(2 * CUTOFF * s) + 1;
  const [x, y, z] = [0, 1, 2].map(() => ({g: new Float64Array(width), first: 0, count: 0}));
  const column = new Float64Array(width);
  for (let i = 0; i < weights.length; ++i) {
    gaussian(x, positions[3 * i] / pixelSize + D / 2, s, D);
    gaussian(y, positions[3 * i + 1] / pixelSize + D / 2, s, D);
    gaussian(z, positions[3 * i + 2] / pixelSize + D / 2, s, D);
    for (let c = 0; c < z.count; ++c) {
      const g = weights[i] * z.g[c];
      for (let b = 0; b < y.count; ++b) column[b] = g * y.g[b];
      const start = ((z.first + c) * D + y.first) * D + x.first;
      addOuterProduct(map, start, D, column, y.count, x.g, x.count);
    }
  }
  if (s !== wanted) for (const stride of [1, D, D * D]) sharpen(map, D, stride, s, wanted);
  return Float32Array.from(map);
}

interface Line {
  g: Float64Array;
  /** The first voxel, and how many there are. */
  first: number;
  count: number;
}

/** A normalised Gaussian about x on the voxels of a box D that it reaches. */
function gaussian(line: Line, x: number, s: number, D: number): void {
  line.first = Math.max(0, Math.ceil(x - CUTOFF * s));
  line.count = Math.max(0, Math.min(D - 1, Math.floor(x + CUTOFF * s)) - line.first + 1);
  const norm = 1 / (Math.sqrt(2 * Math.PI) * s);
  for (let j = 0; j < line.count; ++j) line.g[j] = norm * Math.exp(-0.5 * ((line.first + j - x) / s) ** 2);
}

/** Turns Gaussians of width `from` into width `to` along one axis, two lines at a time. */
function sharpen(map: Float64Array, D: number, stride: number, from: number, to: number): void {
  const {forward, inverse} = fft(D);
  const factor = Float64Array.from({length: D}, (_, k) => {
    if (2 * k === D) return 0;
    const f = (k < D / 2 ? k : k - D) / D;
    return Math.exp(2 * Math.PI ** 2 * (from * from - to * to) * f * f);
  });
  const a = new Float64Array(2 * D);
  const b = new Float64Array(2 * D);
  // Blocks of lines side by side, as steps along a line go far in memory.
  const lines = 16;
  const block = new Float64Array(lines * D);
  const starts = new Int32Array(lines);
  for (let first = 0; first < D * D; first += lines) {
    const count = Math.min(lines, D * D - first);
    for (let l = 0; l < count; ++l)
      starts[l] = Math.floor((first + l) / stride) * stride * D + ((first + l) % stride);
    for (let i = 0; i < D; ++i)
      for (let l = 0; l < count; ++l) block[l * D + i] = map[starts[l] + i * stride];
    for (let l = 0; l < count; l += 2) {
      let empty = true;
      for (let i = 0; i < D; ++i) {
        a[2 * i] = block[l * D + i];
        a[2 * i + 1] = block[(l + 1) * D + i];
        if (a[2 * i] !== 0 || a[2 * i + 1] !== 0) empty = false;
      }
      if (empty) continue;
      forward(b, a);
      for (let k = 0; k < D; ++k) {
        b[2 * k] *= factor[k];
        b[2 * k + 1] *= factor[k];
      }
      inverse(a, b);
      for (let i = 0; i < D; ++i) {
        block[l * D + i] = a[2 * i];
        block[(l + 1) * D + i] = a[2 * i + 1];
      }
    }
    for (let i = 0; i < D; ++i)
      for (let l = 0; l < count; ++l) map[starts[l] + i * stride] = block[l * D + i];
  }
}
