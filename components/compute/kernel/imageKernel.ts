import {image as binary} from "./binary.js";

/** The functions of assembly/image.ts; pointers are byte offsets in the kernel's memory. */
interface ImageKernelExports {
  project(
    positions: number, weights: number, n: number, matrix: number, origin: number, stride: number, D: number,
    reach: number, half: number, fall: number, scratch: number, room: number
  ): void;
  forwardRows(
    plane: number, stride: number, D: number, spectrum: number, row: number, part: number,
    a: number, b: number, twiddles: number
  ): void;
  filterColumns(
    spectrum: number, row: number, part: number, gain: number, D: number, phase: number,
    a: number, b: number, twiddles: number
  ): void;
  inverseRows(
    spectrum: number, row: number, part: number, D: number, image: number,
    a: number, b: number, twiddles: number
  ): void;
  heapBase(): number;
} // prettier-ignore

/** A wave sin(phase) over the frequencies of a box, phase = p[0] + p[1] kx^2 + p[2] ky^2 + p[3] kx ky + p[4] (kx^2 + ky^2)^2. */
export type PhasePolynomial = readonly [number, number, number, number, number];

/** Images [D, D] of Gaussian scatterers, filtered in Fourier space: projections with a CTF, in float32. */
export interface ImageKernel {
  /** Sets what the wave is multiplied by from now on at each frequency of [D, D/2 + 1], 0 first. 1 at first. */
  envelope(values: Float64Array): void;
  /**
   * Overwrites `out` [D, D] with the projection of scatterers, filtered.
   * @param positions [n, 3], n up to the kernel's
   * @param weights [n]
   * @param matrix what takes a position to a pixel: x = m[0] px + m[1] py + m[2] pz + m[6], y = m[3] px + m[4] py + m[5] pz + m[7]
   * @param phase over steps of the box's frequencies
   */
  make(
    out: Float32Array,
    positions: Float64Array,
    weights: Float64Array,
    matrix: ArrayLike<number>,
    phase: PhasePolynomial
  ): void;
}

export interface ImageKernelOptions {
  /** Box, pixels: a power of two, at least 8. */
  D: number;
  /** Most scatterers. */
  n: number;
  /** Standard deviation of each, pixels, at least 0.7. */
  sigma: number;
  /** Where a Gaussian is cut off, pixels. */
  reach: number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * Opens a kernel for one kind of image; undefined where there is no WebAssembly, for a box that is no power of two, and for
 * Gaussians so narrow that the kernel's exponential would not be exact.
 */
export function imageKernel({D, n, sigma, reach}: ImageKernelOptions): ImageKernel | undefined {
  if (typeof WebAssembly === "undefined" || D < 8 || (D & (D - 1)) !== 0 || sigma < 0.7) return undefined;
  const memory = new WebAssembly.Memory({initial: 1, maximum: 65536});
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (c) => c.charCodeAt(0)));
  const {exports} = new WebAssembly.Instance(compiled, {env: {memory}});
  const run = exports as unknown as ImageKernelExports;

  let top = Math.ceil(run.heapBase() / 64) * 64;
  const allocate = (bytes: number) => {
    const at = top;
    top += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const margin = Math.ceil(2 * reach) + 16;
  const room = 2 * margin + 32;
  const stride = 4 * spread(2 * (D + 2 * margin));
  const row = 4 * spread(D / 2 + 4);
  const part = row * D;
  const at = {
    positions: allocate(24 * n),
    weights: allocate(8 * n),
    matrix: allocate(64),
    phase: allocate(40),
    scratch: allocate(16 * room),
    plane: allocate(stride * (D + 2 * margin)),
    spectrum: allocate(2 * part),
    gain: allocate(part),
    twiddles: allocate(8 * D),
    a: allocate(32 * D),
    b: allocate(64 * D),
    image: allocate(4 * D * D)
  };
  memory.grow(Math.max(0, Math.ceil(top / 65536) - memory.buffer.byteLength / 65536));

  const doubles = (from: number, count: number) => new Float64Array(memory.buffer, from, count);
  const floats = (from: number, count: number) => new Float32Array(memory.buffer, from, count);
  const view = {
    positions: doubles(at.positions, 3 * n),
    weights: doubles(at.weights, n),
    matrix: doubles(at.matrix, 8),
    phase: doubles(at.phase, 5),
    plane: new Uint8Array(memory.buffer, at.plane, stride * (D + 2 * margin)), // bytes, which are the fastest to fill
    image: floats(at.image, D * D)
  };
  const twiddles = floats(at.twiddles, 2 * D);
  for (let k = 0; k < D; ++k) {
    twiddles[k] = Math.cos((2 * Math.PI * k) / D);
    twiddles[D + k] = Math.sin((2 * Math.PI * k) / D);
  }
  const columns = D / 2 + 1;
  const gain = floats(at.gain, part / 4);
  function envelope(values: Float64Array): void {
    for (let y = 0; y < D; ++y)
      for (let x = 0; x < columns; ++x) gain[(y * row) / 4 + x] = values[y * columns + x] / (D * D);
  }
  envelope(new Float64Array(D * columns).fill(1));

  const origin = at.plane + margin * stride + 8 * margin;
  const half = 0.5 / sigma ** 2;
  const norm = half / Math.PI; // of both rows of a Gaussian
  return {
    envelope,
    make(out, positions, weights, matrix, phase) {
      view.positions.set(positions);
      for (let i = 0; i < weights.length; ++i) view.weights[i] = norm * weights[i];
      view.matrix.set(matrix);
      view.phase.set(phase);
      view.plane.fill(0);
      const lines = [at.a, at.b, at.twiddles] as const;
      run.project(
        at.positions, at.weights, weights.length, at.matrix, origin, stride, D, reach, half, Math.exp(-half), at.scratch, room
      ); // prettier-ignore
      run.forwardRows(origin, stride, D, at.spectrum, row, part, ...lines);
      run.filterColumns(at.spectrum, row, part, at.gain, D, at.phase, ...lines);
      run.inverseRows(at.spectrum, row, part, D, at.image, ...lines);
      out.set(view.image);
    }
  };
}

/** The least odd multiple of 16 floats, one cache line, that holds a row: columns then do not share cache sets. */
const spread = (floats: number): number => 16 * (2 * Math.ceil((Math.ceil(floats / 16) - 1) / 2) + 1);
