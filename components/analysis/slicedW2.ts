import {random} from "../compute/random.js";

/** Options of the sliced Wasserstein distance. */
export interface SlicedOptions {
  /** Random directions (default 200): more of them narrow the Monte Carlo error as 1/sqrt. */
  projections?: number;
  /** Seed of the directions (default 0): the same directions for a statistic and its floor. */
  seed?: number;
}

/**
 * Sliced 2-Wasserstein distance (Bonneel et al. 2015): sqrt(mean over unit directions of W2^2 of the projections). W2 in
 * one dimension is exact: sorted against sorted.
 * @param x [n, d]
 * @param y [n, d]
 * @returns distance in the units of x; for a shift by v of the same cloud it is about |v| / sqrt(d)
 * @throws RangeError where x and y don't have as many rows
 */
export function slicedW2(x: Float64Array, y: Float64Array, d: number, options: SlicedOptions = {}): number {
  const {projections = 200, seed = 0} = options;
  if (x.length !== y.length) throw new RangeError(`sliced W2: found ${x.length / d} and ${y.length / d} rows; expected as many`); // prettier-ignore
  const rng = random(seed, 0x5357);
  const direction = new Float64Array(d);
  let total = 0;
  for (let p = 0; p < projections; ++p) {
    const norm = Math.hypot(...rng.fillNormal(direction));
    for (let c = 0; c < d; ++c) direction[c] /= norm;
    total += w2Squared(project(x, direction).sort(), project(y, direction).sort());
  }
  return Math.sqrt(total / projections);
}

/** W2^2 of two sorted samples of as many numbers. */
export function w2Squared(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}

function project(x: Float64Array, direction: Float64Array): Float64Array {
  const d = direction.length;
  const out = new Float64Array(x.length / d);
  for (let i = 0; i < out.length; ++i) {
    for (let c = 0; c < d; ++c) out[i] += x[i * d + c] * direction[c];
  }
  return out;
}
