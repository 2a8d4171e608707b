import {fft} from "../compute/fft.js";
import {interpolationKernel, type Interpolation} from "./interpolationKernel.js";

export interface MapProjectorOptions {
  /** Zero padding: the side of the padded cube over D. Default 2, or less where the padded side would exceed 256. */
  padding?: number;
  /**
   * How values between the grid's points are found: from the nearest 2 on each axis, or by a Kaiser-Bessel window over
   * the nearest 4, eight times as many. Default "kaiserBessel".
   */
  interpolation?: Interpolation;
  /** Divides the map by the transform of the interpolation's kernel, which undoes its blur. Default true. */
  correction?: boolean;
  /** Awaited every few milliseconds while the transform is made: see JobContext. */
  turn?(): Promise<void>;
}

/** The Fourier transform of a padded map, ready for slices: plain data, to be made in a worker and sent to a page. */
export interface MapSpectrum {
  /** Box of the map. */
  D: number;
  /** Box of the padded map, P. */
  padded: number;
  interpolation: Interpolation;
  /** Points kept beyond the frequencies -P/2 .. P/2 on each axis, so that no point near the edge needs a special case. */
  margin: number;
  /**
   * Interleaved complex, [P + 1 + 2 margin, P + 1 + 2 margin, P/2 + 1 + 2 margin], kz slowest: frequencies in steps of
   * 1/P cycles a voxel, ky and kz from -P/2 - margin, kx from -margin. The map's origin, voxel (D/2, D/2, D/2), has phase 0.
   */
  values: Float32Array<ArrayBuffer>;
}

/** Largest padded side that is chosen by itself. */
const SIDE = 256;

/**
 * Side of the padded cube. What is asked for is rounded up to a power of two, whose transforms are the fastest; by default
 * that is 2 D, then 256 for boxes from 130 to 256, and D itself (no padding) for larger ones.
 */
export function paddedSide(D: number, padding?: number): number {
  const power = (n: number) => 2 ** Math.ceil(Math.log2(n));
  if (padding === undefined) return D > SIDE ? D : Math.min(SIDE, power(2 * D));
  if (!(padding >= 1 && padding <= 8))
    throw new RangeError(`padding: found ${padding}; expected a number from 1 to 8`);
  return padding === 1 ? D : power(padding * D);
}

/**
 * The part of `mapProjector` that takes long, about a second for D = 128.
 * @throws RangeError if the map is not D^3 or D is odd; the reason of `turn`, if that throws
 */
export async function mapSpectrum(
  map: Float32Array,
  D: number,
  {
    padding,
    interpolation = "kaiserBessel",
    correction = true,
    turn = async () => {}
  }: MapProjectorOptions = {}
): Promise<MapSpectrum> {
  if (D % 2 || D < 2 || map.length !== D ** 3)
    throw new RangeError(`map: found ${map.length} voxels, box ${D}; expected an even box and its cube`);
  const P = paddedSide(D, padding);
  const kernel = interpolationKernel(interpolation, P / D);
  const margin = kernel.taps / 2;
  const rows = P + 1 + 2 * margin;
  const columns = P / 2 + 1 + 2 * margin;
  const values = new Float32Array(2 * rows * rows * columns);
  // 1 over the kernel's transform at each place along an axis; the correction of a voxel is the product of three.
  const inverse = Float64Array.from({length: D}, (_, i) =>
    correction ? 1 / kernel.transform((i - D / 2) / P) : 1
  );
  const {forward} = fft(P);
  const a = new Float64Array(2 * P);
  const b = new Float64Array(2 * P);
  const row = 2 * columns;
  const plane = row * rows;

  // Along x, two rows in one complex transform. Row (y, z) of the map goes to row (y, z) of the array, kx from 0.
  for (let z = 0; z < D; ++z) {
    for (let y = 0; y < D; y += 2) {
      const from = (z * D + y) * D;
      const first = inverse[z] * inverse[y];
      const second = inverse[z] * inverse[y + 1];
      a.fill(0);
      for (let x = 0; x < D; ++x) {
        const at = 2 * ((x - D / 2 + P) % P); // the origin at index 0
        a[at] = map[from + x] * inverse[x] * first;
        a[at + 1] = map[from + D + x] * inverse[x] * second;
      }
      forward(b, a);
      const to = z * plane + y * row + 2 * margin;
      for (let k = 0; k <= P / 2; ++k) {
        const p = 2 * k;
        const m = 2 * ((P - k) % P);
        values[to + p] = (b[p] + b[m]) / 2;
        values[to + p + 1] = (b[p + 1] - b[m + 1]) / 2;
        values[to + row + p] = (b[p + 1] + b[m + 1]) / 2;
        values[to + row + p + 1] = (b[m] - b[p]) / 2;
      }
    }
    await turn();
  }
  // Along y in each plane of the map, then along z everywhere.
  for (let z = 0; z < D; ++z) {
    lines(z * plane, row);
    await turn();
  }
  for (let y = 0; y < rows; ++y) {
    lines(y * row, plane);
    await turn();
  }
  // What is left of kx = 0 is the conjugate of what is opposite.
  for (let z = 0; z < rows; ++z)
    for (let y = 0; y < rows; ++y)
      for (let x = 1; x <= margin; ++x) {
        const to = z * plane + y * row + 2 * (margin - x);
        const from = (rows - 1 - z) * plane + (rows - 1 - y) * row + 2 * (margin + x);
        values[to] = values[from];
        values[to + 1] = -values[from + 1];
      }
  return {D, padded: P, interpolation, margin, values};

  /** Transforms the lines of one plane along a stride: D places in, all frequencies out. Eight lines share a cache line. */
  function lines(start: number, stride: number): void {
    const count = 8;
    const block = new Float64Array(2 * count * D);
    const out = new Float64Array(2 * count * rows);
    for (let x = margin; x < columns; x += count) {
      const width = 2 * Math.min(count, columns - x);
      const base = start + 2 * x;
      for (let i = 0; i < D; ++i)
        for (let c = 0; c < width; ++c) block[2 * count * i + c] = values[base + i * stride + c];
      for (let c = 0; c < width; c += 2) {
        a.fill(0);
        for (let i = 0; i < D; ++i) {
          const at = 2 * ((i - D / 2 + P) % P);
          a[at] = block[2 * count * i + c];
          a[at + 1] = block[2 * count * i + c + 1];
        }
        forward(b, a);
        for (let j = 0; j < rows; ++j) {
          const at = 2 * ((j - margin + P / 2) % P); // frequency j - margin - P/2, periodic
          out[2 * count * j + c] = b[at];
          out[2 * count * j + c + 1] = b[at + 1];
        }
      }
      for (let j = 0; j < rows; ++j)
        for (let c = 0; c < width; ++c) values[base + j * stride + c] = out[2 * count * j + c];
    }
  }
}
