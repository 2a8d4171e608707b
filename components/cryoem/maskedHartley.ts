import {realFft2} from "../compute/fft.js";
import {lattice} from "./lattice.js";

/** Where cryoDRGN's window begins to fall and where it is 0, in fractions of D/2. */
const WINDOW = [0.85, 0.99];

/** cryoDRGN's soft circular window [D, D]: 1 up to 0.85 D/2, falling linearly to 0 at 0.99 D/2. */
export function softWindow(D: number): Float32Array {
  const [inner, outer] = WINDOW;
  return Float32Array.from({length: D * D}, (_, i) => {
    const r = Math.hypot((i % D) - D / 2, Math.floor(i / D) - D / 2) / (D / 2);
    return Math.min(1, Math.max(0, 1 - (r - inner) / (outer - inner)));
  });
}

/**
 * From images [D, D] to what a VAE is trained on: windowed, Fourier-cropped to `box`, Hartley-transformed, and of that
 * the masked pixels of the lattice of `box`. Only the kept columns of the half spectrum are computed.
 * @param D box of the images
 * @param box box to crop to, even, at most D
 * @returns a function that fills out [lattice(box).pixels] from an image [D, D]
 */
export function maskedHartley(D: number, box: number, {window = true} = {}) {
  const {pixels, maskedX, maskedY} = lattice(box);
  if (box > D) throw new RangeError(`box: found ${box}; expected at most ${D}`);
  const fourier = realFft2(D);
  const weights = window ? softWindow(D) : undefined;
  const windowed = new Float32Array(D * D);
  const spectrum = new Float64Array(2 * D * fourier.columns);
  // k_x < 0 is read at -k, whose coefficient is the conjugate; the centre of the box is the origin: a factor (-1)^(kx + ky).
  const at = new Int32Array(pixels);
  const parity = new Float32Array(pixels);
  const conjugate = new Float32Array(pixels);
  for (let p = 0; p < pixels; ++p) {
    const kx = Math.round(maskedX[p] * box);
    const ky = Math.round(maskedY[p] * box);
    const sign = kx < 0 ? -1 : 1;
    at[p] = 2 * (((sign * ky + D) % D) * fourier.columns + sign * kx);
    conjugate[p] = sign;
    parity[p] = (kx + ky) % 2 ? -1 : 1;
  }
  return function transform(image: Float32Array, out: Float32Array): Float32Array {
    for (let i = 0; i < windowed.length; ++i) windowed[i] = weights ? weights[i] * image[i] : image[i];
    fourier.forward(spectrum, windowed, box / 2 + 1);
    for (let p = 0; p < pixels; ++p)
      out[p] = parity[p] * (spectrum[at[p]] - conjugate[p] * spectrum[at[p] + 1]);
    return out;
  };
}

/**
 * Moves the content of a masked Hartley image by (tx, ty) pixels of its box: H'(k) = cos(2 pi k t) H(k) + sin(2 pi k t)
 * H(-k). In place.
 */
export function translateMasked(H: Float32Array, box: number, tx: number, ty: number): Float32Array {
  const {pixels, maskedX, maskedY} = lattice(box);
  for (let p = 0; p < pixels / 2; ++p) {
    const phase = 2 * Math.PI * (maskedX[p] * tx + maskedY[p] * ty);
    const c = Math.cos(phase);
    const s = Math.sin(phase);
    const [a, b] = [H[p], H[pixels - 1 - p]];
    H[p] = c * a + s * b;
    H[pixels - 1 - p] = c * b - s * a;
  }
  return H;
}
