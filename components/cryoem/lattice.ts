/**
 * cryoDRGN's Fourier lattice of an image of box D: D + 1 points a side, from -0.5 to 0.5 of the sampling frequency, DC at
 * D/2, so that k and -k are both on it.
 */
export interface Lattice {
  /** Box of the images, pixels, even. */
  D: number;
  /** Points a side, D + 1. */
  side: number;
  /** Number of pixels inside the circular mask of radius D/2, without DC. */
  pixels: number;
  /** [pixels] index of each masked pixel in the [side, side] image, row-major: pixel p and pixels - 1 - p are k and -k. */
  mask: Int32Array;
  /** [pixels] frequencies of the masked pixels, 1/pixel, -0.5..0.5. */
  maskedX: Float64Array;
  maskedY: Float64Array;
}

const lattices = new Map<number, Lattice>();

/** The lattice of a box; kept, so it is made once. @throws RangeError if D is odd or not positive */
export function lattice(D: number): Lattice {
  let found = lattices.get(D);
  if (!found) lattices.set(D, (found = makeLattice(D)));
  return found;
}

function makeLattice(D: number): Lattice {
  if (!(Number.isInteger(D) && D > 0 && D % 2 === 0))
    throw new RangeError(`box: found ${D}; expected an even number`);
  const side = D + 1;
  const half = D / 2;
  const mask: number[] = [];
  for (let y = -half; y <= half; ++y)
    for (let x = -half; x <= half; ++x)
      if ((x || y) && x * x + y * y <= half * half) mask.push((y + half) * side + x + half);
  return {
    D,
    side,
    pixels: mask.length,
    mask: Int32Array.from(mask),
    maskedX: Float64Array.from(mask, (i) => ((i % side) - half) / D),
    maskedY: Float64Array.from(mask, (i) => (Math.floor(i / side) - half) / D)
  };
}
