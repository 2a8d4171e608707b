import FFT from "fft.js";

/**
 * A complex transform of length n on interleaved [re, im, re, im, ...] arrays: F_k = sum_x f_x exp(-2 pi i k x / n).
 * `out` and `data` must differ. The inverse divides by n.
 */
export interface Fft {
  readonly n: number;
  forward(out: Float64Array, data: Float64Array): void;
  inverse(out: Float64Array, data: Float64Array): void;
}

const plans = new Map<number, Fft>();

/** The plan for length n (kept, as plans are costly): fft.js for powers of two, Bluestein's chirp for the rest. */
export function fft(n: number): Fft {
  let plan = plans.get(n);
  if (!plan) {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`fft: length ${n}; expected a positive integer`);
    plan = n === 1 ? copying() : (n & (n - 1)) === 0 ? powerOfTwo(n) : bluestein(n);
    plans.set(n, plan);
  }
  return plan;
}

const copying = (): Fft => ({
  n: 1,
  forward: (out, data) => out.set(data),
  inverse: (out, data) => out.set(data)
});

function powerOfTwo(n: number): Fft {
  const plan = new FFT(n);
  return {
    n,
    forward: (out, data) => plan.transform(out, data),
    inverse: (out, data) => plan.inverseTransform(out, data)
  };
}

/** k x = (k^2 + x^2 - (k - x)^2) / 2 turns a transform of any length into a convolution of length m >= 2n - 1. */
function bluestein(n: number): Fft {
  let m = 1;
  while (m < 2 * n - 1) m *= 2;
  const plan = fft(m);
  const chirp = new Float64Array(2 * n); // exp(-i pi x^2 / n)
  for (let x = 0; x < n; ++x) {
    const angle = (Math.PI * ((x * x) % (2 * n))) / n;
    chirp[2 * x] = Math.cos(angle);
    chirp[2 * x + 1] = -Math.sin(angle);
  }
  const kernel = new Float64Array(2 * m);
  for (let x = 0; x < n; ++x)
    for (const at of [x, (m - x) % m]) {
      kernel[2 * at] = chirp[2 * x];
      kernel[2 * at + 1] = -chirp[2 * x + 1];
    }
  const kernelF = new Float64Array(2 * m);
  plan.forward(kernelF, kernel);
  const a = new Float64Array(2 * m);
  const b = new Float64Array(2 * m);
  // sign = -1 conjugates the input and the output, which makes the forward transform the inverse one.
  function run(out: Float64Array, data: Float64Array, sign: 1 | -1, scale: number): void {
    a.fill(0);
    for (let x = 0; x < n; ++x) {
      const re = data[2 * x];
      const im = sign * data[2 * x + 1];
      a[2 * x] = re * chirp[2 * x] - im * chirp[2 * x + 1];
      a[2 * x + 1] = re * chirp[2 * x + 1] + im * chirp[2 * x];
    }
    plan.forward(b, a);
    for (let k = 0; k < m; ++k) {
      const re = b[2 * k];
      const im = b[2 * k + 1];
      b[2 * k] = re * kernelF[2 * k] - im * kernelF[2 * k + 1];
      b[2 * k + 1] = re * kernelF[2 * k + 1] + im * kernelF[2 * k];
    }
    plan.inverse(a, b);
    for (let k = 0; k < n; ++k) {
      out[2 * k] = scale * (a[2 * k] * chirp[2 * k] - a[2 * k + 1] * chirp[2 * k + 1]);
      out[2 * k + 1] = sign * scale * (a[2 * k] * chirp[2 * k + 1] + a[2 * k + 1] * chirp[2 * k]);
    }
  }
  return {n, forward: (out, data) => run(out, data, 1, 1), inverse: (out, data) => run(out, data, -1, 1 / n)};
}

/** Real images [D, D] (D even) to half spectra [D, D/2 + 1], interleaved complex, frequency 0 first; and back. */
export interface RealFft2 {
  readonly D: number;
  /** Number of columns held, D/2 + 1. */
  readonly columns: number;
  /** Transforms; only columns 0..`kept` - 1 are made (all by default). */
  forward(spectrum: Float64Array, image: Float64Array | Float32Array, kept?: number): void;
  /** Back to the image, divided by D^2; destroys the spectrum. */
  inverse(image: Float64Array | Float32Array, spectrum: Float64Array): void;
}

/** A plan with its own scratch: not to be shared between interleaved callers. Two real rows ride in one complex transform. */
export function realFft2(D: number): RealFft2 {
  if (D % 2 || D < 2) throw new RangeError(`realFft2: box ${D}; expected an even number`);
  const {forward, inverse} = fft(D);
  const columns = D / 2 + 1;
  const a = new Float64Array(2 * D);
  const b = new Float64Array(2 * D);
  return {
    D,
    columns,
    forward(spectrum, image, kept = columns) {
      for (let y = 0; y < D; y += 2) {
        const row = y * D;
        const first = 2 * y * columns;
        const second = first + 2 * columns;
        let empty = true;
        for (let x = 0; x < D; ++x) {
          a[2 * x] = image[row + x];
          a[2 * x + 1] = image[row + D + x];
          if (a[2 * x] !== 0 || a[2 * x + 1] !== 0) empty = false;
        }
        if (empty) {
          spectrum.fill(0, first, second + 2 * columns); // a projection leaves most rows empty
          continue;
        }
        forward(b, a);
        for (let k = 0; k < kept; ++k) {
          const m = k === 0 ? 0 : D - k;
          const re = b[2 * k];
          const im = b[2 * k + 1];
          const reM = b[2 * m];
          const imM = b[2 * m + 1];
          spectrum[first + 2 * k] = (re + reM) / 2;
          spectrum[first + 2 * k + 1] = (im - imM) / 2;
          spectrum[second + 2 * k] = (im + imM) / 2;
          spectrum[second + 2 * k + 1] = (reM - re) / 2;
        }
      }
      alongColumns(spectrum, forward, kept);
    },
    inverse(image, spectrum) {
      alongColumns(spectrum, inverse, columns);
      for (let y = 0; y < D; y += 2) {
        const first = 2 * y * columns;
        const second = first + 2 * columns;
        for (let k = 0; k < columns; ++k) {
          const re1 = spectrum[first + 2 * k];
          const im1 = k === 0 || k === D / 2 ? 0 : spectrum[first + 2 * k + 1];
          const re2 = spectrum[second + 2 * k];
          const im2 = k === 0 || k === D / 2 ? 0 : spectrum[second + 2 * k + 1];
          a[2 * k] = re1 - im2;
          a[2 * k + 1] = im1 + re2;
          if (k > 0 && k < D / 2) {
            a[2 * (D - k)] = re1 + im2;
            a[2 * (D - k) + 1] = re2 - im1;
          }
        }
        inverse(b, a);
        const row = y * D;
        for (let x = 0; x < D; ++x) {
          image[row + x] = b[2 * x];
          image[row + D + x] = b[2 * x + 1];
        }
      }
    }
  };

  function alongColumns(spectrum: Float64Array, transform: Fft["forward"], kept: number): void {
    const stride = 2 * columns;
    for (let k = 0; k < kept; ++k) {
      for (let y = 0, at = 2 * k; y < D; ++y, at += stride) {
        a[2 * y] = spectrum[at];
        a[2 * y + 1] = spectrum[at + 1];
      }
      transform(b, a);
      for (let y = 0, at = 2 * k; y < D; ++y, at += stride) {
        spectrum[at] = b[2 * y];
        spectrum[at + 1] = b[2 * y + 1];
      }
    }
  }
}

/**
 * Complex transform in place of a cube [n, n, n] (interleaved, x fastest), frequency 0 first; the inverse divides by n^3.
 */
export function fft3(data: Float64Array, n: number, direction: "forward" | "inverse"): Float64Array {
  if (data.length !== 2 * n ** 3)
    throw new RangeError(`fft3: ${data.length} numbers; expected ${2 * n ** 3}`);
  const transform = fft(n)[direction];
  const a = new Float64Array(2 * n);
  const b = new Float64Array(2 * n);
  for (const stride of [1, n, n * n])
    for (let line = 0; line < n * n; ++line) {
      const start = Math.floor(line / stride) * stride * n + (line % stride);
      for (let i = 0, at = 2 * start; i < n; ++i, at += 2 * stride) {
        a[2 * i] = data[at];
        a[2 * i + 1] = data[at + 1];
      }
      transform(b, a);
      for (let i = 0, at = 2 * start; i < n; ++i, at += 2 * stride) {
        data[at] = b[2 * i];
        data[at + 1] = b[2 * i + 1];
      }
    }
  return data;
}
