import {hartleyGather, sharedFourier} from "./hartley.js";
import {lattice} from "./lattice.js";

export interface MaskedHartleyOptions {
  /** Multiply by cryoDRGN's soft circular window before the transform. Default false. */
  window?: boolean;
  /** Radii where the window begins to fall and where it is 0, fractions of half the box. Default 0.85 and 0.99. */
  radii?: [inner: number, outer: number];
}

/**
 * From an image to what cryoDRGN's encoder reads: windowed if asked for, transformed, cropped, symmetrised, masked.
 * @param D box of the images, pixels
 * @param crop even box to crop to
 * @returns a function that fills `out` [pixels of the cropped lattice] from an image [D, D]
 */
export function maskedHartley(
  D: number,
  crop: number,
  {window = false, radii = [0.85, 0.99]}: MaskedHartleyOptions = {}
): (image: Float32Array | Float64Array, out: Float32Array) => Float32Array {
  if (crop > D || crop % 2) throw new RangeError(`crop ${crop}; expected an even number up to ${D}`);
  const {fourier, spectrum} = sharedFourier(D);
  const gather = hartleyGather(D, crop, lattice(crop).mask);
  const soft = window ? windowMask(D, ...radii) : undefined;
  const windowed = new Float64Array(D * D);
  return (image, out) => {
    if (soft) for (let p = 0; p < windowed.length; ++p) windowed[p] = soft[p] * image[p];
    fourier.forward(spectrum, soft ? windowed : image, crop / 2 + 1);
    return gather(spectrum, out);
  };
}

/** cryoDRGN's window: 1 inside `inner`, 0 outside `outer` (fractions of D/2), linear in between. [D, D] */
export function windowMask(D: number, inner = 0.85, outer = 0.99): Float64Array {
  return Float64Array.from({length: D * D}, (_, i) => {
    const r = Math.hypot((i % D) - D / 2, Math.floor(i / D) - D / 2) / (D / 2);
    return Math.min(1, Math.max(0, 1 - (r - inner) / (outer - inner)));
  });
}

/**
 * Moves an image by (tx, ty) pixels of its own box in the masked transform, in place: the phase of translateHartley, with
 * the partners k and -k, which are p and pixels - 1 - p, done together.
 * @param image [pixels of lattice(D)]
 */
export function translateMasked<T extends Float32Array | Float64Array>(
  image: T,
  D: number,
  tx: number,
  ty: number
): T {
  const {pixels, maskedX, maskedY} = lattice(D);
  for (let p = 0, q = pixels - 1; p < q; ++p, --q) {
    const phase = 2 * Math.PI * (maskedX[p] * tx + maskedY[p] * ty);
    const c = Math.cos(phase);
    const s = Math.sin(phase);
    const a = image[p];
    const b = image[q];
    image[p] = c * a + s * b;
    image[q] = c * b - s * a;
  }
  return image;
}
