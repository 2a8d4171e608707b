import {fft3, realFft2, type RealFft2} from "../compute/fft.js";

/**
 * The centred Hartley transform of images: Re - Im of fftshift(fft(fftshift(image))), no scaling; the origin of image and of
 * transform is pixel (D/2, D/2).
 * @param image [D, D], D even
 * @returns [D, D]
 */
export function hartley2(image: ArrayLike<number>, D: number): Float64Array {
  const {columns, forward} = realFft2(D);
  const spectrum = new Float64Array(2 * D * columns);
  forward(spectrum, Float64Array.from(image));
  const out = new Float64Array(D * D);
  for (let y = 0; y < D; ++y)
    for (let x = 0; x < D; ++x) out[y * D + x] = hartleyValue(spectrum, D, x - D / 2, y - D / 2);
  return out;
}

/** The image of a centred Hartley transform [D, D]: the same transform over D^2. */
export const inverseHartley2 = (transform: ArrayLike<number>, D: number): Float64Array =>
  hartley2(transform, D).map((v) => v / (D * D));

/**
 * The value at the frequency (kx, ky), steps from DC, of a half spectrum as realFft2 makes it. The shift of the origin to
 * the centre is a factor (-1)^(kx + ky); negative kx are the conjugates of their opposites.
 */
function hartleyValue(spectrum: Float64Array, D: number, kx: number, ky: number): number {
  const {at, imSign, sign} = place(D, kx, ky);
  return sign * (spectrum[at] + imSign * spectrum[at + 1]);
}

function place(D: number, kx: number, ky: number): {at: number; imSign: number; sign: number} {
  const flip = kx < 0 ? -1 : 1;
  const row = (flip * ky + D) % D;
  return {
    at: 2 * (row * (D / 2 + 1) + flip * kx),
    imSign: -flip,
    sign: (kx + ky) % 2 === 0 ? 1 : -1
  };
}

/**
 * Where each point of a (crop + 1)^2 symmetrised lattice is in the half spectrum of a D x D image: the last row and column
 * repeat the first, as in cryoDRGN. Points are given as flat indices into that lattice.
 */
export function hartleyGather(D: number, crop: number, points: ArrayLike<number>) {
  const n = points.length;
  const at = new Int32Array(n);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let p = 0; p < n; ++p) {
    const x = points[p] % (crop + 1);
    const y = Math.floor(points[p] / (crop + 1));
    const found = place(D, (x === crop ? 0 : x) - crop / 2, (y === crop ? 0 : y) - crop / 2);
    at[p] = found.at;
    re[p] = found.sign;
    im[p] = found.sign * found.imSign;
  }
  return (spectrum: Float64Array, out: Float32Array): Float32Array => {
    for (let p = 0; p < n; ++p) out[p] = re[p] * spectrum[at[p]] + im[p] * spectrum[at[p] + 1];
    return out;
  };
}

const plans = new Map<number, {fourier: RealFft2; spectrum: Float64Array}>();

/** A transform plan and its scratch for a box, shared by callers that run one after another. */
export function sharedFourier(D: number): {fourier: RealFft2; spectrum: Float64Array} {
  let plan = plans.get(D);
  if (!plan) {
    const fourier = realFft2(D);
    plan = {fourier, spectrum: new Float64Array(2 * D * fourier.columns)};
    plans.set(D, plan);
  }
  return plan;
}

/**
 * The symmetrised Hartley transform of an image, cropped to the frequencies of a smaller box.
 * @param image [D, D]
 * @param crop even box to crop to; D by default
 * @returns [crop + 1, crop + 1]
 */
export function hartleyImage(image: Float32Array | Float64Array, D: number, {crop = D} = {}): Float32Array {
  const {fourier, spectrum} = sharedFourier(D);
  fourier.forward(spectrum, image, crop / 2 + 1);
  const side = crop + 1;
  const all = Int32Array.from({length: side * side}, (_, i) => i);
  return hartleyGather(D, crop, all)(spectrum, new Float32Array(side * side));
}

/** [D, D] to [D + 1, D + 1]: the first row and column repeated at the end. */
export function symmetrise(transform: ArrayLike<number>, D: number): Float64Array {
  const side = D + 1;
  return Float64Array.from(
    {length: side * side},
    (_, i) => transform[(Math.floor(i / side) % D) * D + ((i % side) % D)]
  );
}

/**
 * Moves an image by t = (tx, ty) pixels in its symmetrised transform [D + 1, D + 1]:
 * H'(k) = cos(2 pi k.t) H(k) + sin(2 pi k.t) H(-k). Content moves by +t: x to the right, y to higher rows.
 */
export function translateHartley(
  transform: ArrayLike<number>,
  D: number,
  tx: number,
  ty: number
): Float64Array {
  const side = D + 1;
  const n = side * side;
  return Float64Array.from({length: n}, (_, i) => {
    const phase = (2 * Math.PI * (((i % side) - D / 2) * tx + (Math.floor(i / side) - D / 2) * ty)) / D;
    return Math.cos(phase) * transform[i] + Math.sin(phase) * transform[n - 1 - i];
  });
}

/** The centred Hartley transform of a cube [D, D, D] (z, y, x), no scaling. */
export function hartley3(volume: ArrayLike<number>, D: number): Float64Array {
  const n = D ** 3;
  const data = new Float64Array(2 * n);
  for (let i = 0; i < n; ++i) data[2 * i] = volume[i];
  fft3(data, D, "forward");
  const out = new Float64Array(n);
  for (let z = 0, i = 0; z < D; ++z)
    for (let y = 0; y < D; ++y)
      for (let x = 0; x < D; ++x, ++i) {
        const from = 2 * ((((z + D / 2) % D) * D + ((y + D / 2) % D)) * D + ((x + D / 2) % D));
        const sign = (x + y + z + (3 * D) / 2) % 2 ? -1 : 1;
        out[i] = sign * (data[from] - data[from + 1]);
      }
  return out;
}

/** The cube of a centred Hartley transform [D, D, D]: the same transform over D^3. */
export const inverseHartley3 = (transform: ArrayLike<number>, D: number): Float64Array =>
  hartley3(transform, D).map((v) => v / D ** 3);
