/** The points of frequency space where images and slices are compared, in cryoDRGN's convention. */
export interface Lattice {
  /** Box, pixels, even. */
  D: number;
  /** Points a side, D + 1: the symmetrised transform's linspace(-0.5, 0.5, D + 1), DC in the middle. */
  side: number;
  /** Number of points inside the mask. */
  pixels: number;
  /** [pixels], flat indices y (D + 1) + x of the points of the circular mask, row-major: p and pixels - 1 - p are k and -k. */
  mask: Int32Array;
  /** [pixels] kx of the masked points, cycles/pixel. */
  maskedX: Float64Array;
  /** [pixels] ky of the masked points, cycles/pixel. */
  maskedY: Float64Array;
}

const made = new Map<string, Lattice>();

/**
 * The lattice of an even box, with the points at most `radius` steps from DC, DC left out (196, 796, 3208 and 12852 points at
 * D = 16, 32, 64, 128 and the radius D/2, which is the default). Kept: do not write into it.
 */
export function lattice(D: number, radius = D / 2): Lattice {
  if (!Number.isInteger(D) || D < 2 || D % 2)
    throw new RangeError(`lattice: box ${D}; expected an even number`);
  const key = `${D} ${radius}`;
  const known = made.get(key);
  if (known) return known;
  const side = D + 1;
  const half = D / 2;
  const mask: number[] = [];
  for (let y = -half; y <= half; ++y)
    for (let x = -half; x <= half; ++x)
      if ((x || y) && x * x + y * y <= radius * radius) mask.push((y + half) * side + x + half);
  const of: Lattice = {
    D,
    side,
    pixels: mask.length,
    mask: Int32Array.from(mask),
    maskedX: Float64Array.from(mask, (i) => ((i % side) - half) / D),
    maskedY: Float64Array.from(mask, (i) => (Math.floor(i / side) - half) / D)
  };
  made.set(key, of);
  return of;
}

/** The masked points turned into the slice of a pose: rows (kx, ky, 0) R, [pixels, 3], in the lattice's units. */
export function slice({pixels, maskedX, maskedY}: Lattice, R: ArrayLike<number>): Float64Array {
  const points = new Float64Array(3 * pixels);
  for (let p = 0; p < pixels; ++p)
    for (let a = 0; a < 3; ++a) points[3 * p + a] = maskedX[p] * R[a] + maskedY[p] * R[3 + a];
  return points;
}
