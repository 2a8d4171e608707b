import {fft} from "../compute/fft.js";

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
  const map = new Float32Array(D ** 3);
  const width = Math.ceil(2 * CUTOFF * s) + 1;
  const [gx, gy, gz] = [0, 1, 2].map(() => new Float64Array(width));
  for (let i = 0; i < weights.length; ++i) {
    const x0 = axis(gx, positions[3 * i] / pixelSize + D / 2, s);
    const y0 = axis(gy, positions[3 * i + 1] / pixelSize + D / 2, s);
    const z0 = axis(gz, positions[3 * i + 2] / pixelSize + D / 2, s);
    const from = Math.max(0, -x0);
    const to = Math.min(width, D - x0);
    for (let c = Math.max(0, -z0); c < width && z0 + c < D; ++c)
      for (let b = Math.max(0, -y0); b < width && y0 + b < D; ++b) {
        const g = weights[i] * gz[c] * gy[b];
        const at = ((z0 + c) * D + y0 + b) * D + x0;
        for (let a = from; a < to; ++a) map[at + a] += g * gx[a];
      }
  }
  if (s !== wanted) for (const stride of [1, D, D * D]) sharpen(map, D, stride, s, wanted);
  return map;
}

/** Fills g with a normalised Gaussian about x, voxel by voxel, and returns the first voxel. */
function axis(g: Float64Array, x: number, s: number): number {
  const first = Math.ceil(x - CUTOFF * s);
  const norm = 1 / (Math.sqrt(2 * Math.PI) * s);
  for (let j = 0; j < g.length; ++j) g[j] = norm * Math.exp(-0.5 * ((first + j - x) / s) ** 2);
  return first;
}

/** Turns Gaussians of width `from` into width `to` along one axis, two lines at a time. */
function sharpen(map: Float32Array, D: number, stride: number, from: number, to: number): void {
  const {forward, inverse} = fft(D);
  const factor = Float64Array.from({length: D}, (_, k) => {
    if (2 * k === D) return 0;
    const f = (k < D / 2 ? k : k - D) / D;
    return Math.exp(2 * Math.PI ** 2 * (from * from - to * to) * f * f);
  });
  const a = new Float64Array(2 * D);
  const b = new Float64Array(2 * D);
  for (let line = 0; line < D * D; line += 2) {
    const start = Math.floor(line / stride) * stride * D + (line % stride);
    const next = Math.floor((line + 1) / stride) * stride * D + ((line + 1) % stride);
    for (let i = 0; i < D; ++i) {
      a[2 * i] = map[start + i * stride];
      a[2 * i + 1] = map[next + i * stride];
    }
    forward(b, a);
    for (let k = 0; k < D; ++k) {
      b[2 * k] *= factor[k];
      b[2 * k + 1] *= factor[k];
    }
    inverse(a, b);
    for (let i = 0; i < D; ++i) {
      map[start + i * stride] = a[2 * i];
      map[next + i * stride] = a[2 * i + 1];
    }
  }
}
