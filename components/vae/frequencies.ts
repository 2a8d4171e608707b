import type {VaeConfig} from "./config.js";

/**
 * The frequencies a map is decoded at, numbered 0 .. n - 1 along x, then y, then z. Only where the rows along x begin is kept (12 bytes
 * for each of at most box^2): a box of 256 has up to 16.8 million frequencies, which are made as they are needed.
 */
export interface FrequencyGrid {
  box: number;
  /** D of the model. */
  modelBox: number;
  /** Whether the decoder gives complex coefficients, whose other half is their mirror image. */
  complex: boolean;
  n: number;
  /** [rows], number of a row's first frequency. */
  starts: Float64Array;
  /** [rows], where that one stands in the centred grid [box, box, box]. */
  cells: Int32Array;
}

/**
 * The grid's frequencies, as cryoDRGN chooses them: for domain `fourier` those with |k| <= 1/2 (box/2 cycles per box), of
 * which the half with k_z <= 0 is enough; for domain `hartley` the whole cube.
 * @throws RangeError if box is odd, too small or larger than the model's
 */
export function frequencyGrid(
  {boxSize, domain}: Pick<VaeConfig, "boxSize" | "domain">,
  box: number
): FrequencyGrid {
  if (!(Number.isInteger(box) && box >= 4 && box % 2 === 0 && box <= boxSize))
    throw new RangeError(`box: found ${box}; expected an even number from 4 to ${boxSize}`);
  const half = box / 2;
  const complex = domain === "fourier";
  const starts: number[] = [];
  const cells: number[] = [];
  let n = 0;
  for (let z = -half; z < half && !(complex && z > 0); ++z)
    for (let y = -half; y < half && !(complex && z === 0 && y > 0); ++y) {
      const left = half * half - y * y - z * z;
      if (complex && left < 0) continue;
      const reach = complex ? Math.floor(Math.sqrt(left)) : half;
      const last = complex && z === 0 && y === 0 ? 0 : Math.min(reach, half - 1);
      starts.push(n);
      cells.push(((z + half) * box + y + half) * box + half - reach);
      n += last + reach + 1;
    }
  return {
    box,
    modelBox: boxSize,
    complex,
    n,
    starts: Float64Array.from(starts),
    cells: Int32Array.from(cells)
  };
}

/** Calls `visit` with the place of each of `count` frequencies from number `first`: x, y, z from -box/2 to box/2 - 1. */
function walk(
  {box, n, starts, cells}: FrequencyGrid,
  first: number,
  count: number,
  visit: (i: number, x: number, y: number, z: number) => void
): void {
  if (!(first >= 0 && count >= 0 && first + count <= n))
    throw new RangeError(`frequencies: found ${first} to ${first + count}; expected 0 to ${n}`);
  const half = box / 2;
  let [row, above] = [0, starts.length];
  while (above - row > 1) {
    const middle = (row + above) >> 1;
    if (starts[middle] <= first) row = middle;
    else above = middle;
  }
  for (let i = 0; i < count; ++row) {
    const skipped = first + i - starts[row];
    const end = Math.min(count, (starts[row + 1] ?? n) - first);
    const y = (Math.floor(cells[row] / box) % box) - half;
    const z = Math.floor(cells[row] / (box * box)) - half;
    for (let x = (cells[row] % box) - half + skipped; i < end; ++i, ++x) visit(i, x, y, z);
  }
}

/** Frequencies from number `first` [count, 3], fractions of the model's box frequency range, -0.5..0.5. */
export function frequencyPoints(grid: FrequencyGrid, first: number, count: number): Float32Array {
  const points = new Float32Array(count * 3);
  walk(grid, first, count, (i, x, y, z) => {
    points[3 * i] = x / grid.modelBox;
    points[3 * i + 1] = y / grid.modelBox;
    points[3 * i + 2] = z / grid.modelBox;
  });
  return points;
}

/**
 * Puts decoded values in their places in a centred Hartley transform [box, box, box]: F [count, 2] at k and at -k, or H [count].
 * @param first number of the frequency that the first value is of
 */
export function placeValues(
  grid: FrequencyGrid,
  first: number,
  values: Float32Array,
  transform: Float32Array
): void {
  const {box, complex} = grid;
  const half = box / 2;
  const at = (x: number, y: number, z: number) => ((z + half) * box + y + half) * box + x + half;
  if (!complex) {
    walk(grid, first, values.length, (i, x, y, z) => (transform[at(x, y, z)] = values[i]));
    return;
  }
  walk(grid, first, values.length / 2, (i, x, y, z) => {
    const [re, im] = [values[2 * i], values[2 * i + 1]];
    transform[at(x, y, z)] = re - im;
    // At k = 0 there is one value; what lies opposite the grid's first planes is off the grid.
    if ((x || y || z) && x > -half && y > -half && z > -half) transform[at(-x, -y, -z)] = re + im;
  });
}
