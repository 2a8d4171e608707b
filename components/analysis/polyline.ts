/**
 * Length of a piecewise linear path from its first point to each of its points.
 * @param points [m, d]
 * @returns [m], the first 0, in the points' units
 */
export function arcLength(points: Float64Array, d: number): Float64Array {
  const length = new Float64Array(points.length / d);
  for (let i = 1; i < length.length; ++i) {
    let q = 0;
    for (let c = 0; c < d; ++c) q += (points[i * d + c] - points[(i - 1) * d + c]) ** 2;
    length[i] = length[i - 1] + Math.sqrt(q);
  }
  return length;
}

/**
 * Points of a piecewise linear path at parts y of its length.
 * @param points corners of the path [m, d], m of at least 1
 * @param y parts of the whole length, 0..1
 * @returns [y.length, d]
 */
export function alongPolyline(points: Float64Array, d: number, y: ArrayLike<number>): Float64Array {
  const length = arcLength(points, d);
  const last = length.length - 1;
  const out = new Float64Array(y.length * d);
  for (let i = 0; i < y.length; ++i) {
    if (!(y[i] >= 0 && y[i] <= 1)) throw new RangeError(`y: found ${y[i]}; expected 0 to 1`);
    const target = y[i] * length[last];
    let [low, high] = [0, last]; // the piece that ends at `high` holds the target
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (length[middle] < target) low = middle;
      else high = middle;
    }
    const piece = length[high] - length[low];
    const part = piece > 0 ? Math.min(1, (target - length[low]) / piece) : 0;
    for (let c = 0; c < d; ++c)
      out[i * d + c] = (1 - part) * points[low * d + c] + part * points[high * d + c];
  }
  return out;
}

/** A path resampled at m points that are evenly apart along it, its ends among them [m, d]. */
export const evenlyAlong = (points: Float64Array, d: number, m: number): Float64Array =>
  alongPolyline(points, d, evenParts(m));

/**
 * The m values of y at which a path that was computed at some y comes evenly along its length, its ends among them: where a path jumps,
 * they lie close together. Computed anew there, it has points all along the jump.
 * @param points of the path [y.length, d]
 * @param y of each point, rising
 */
export function evenByLength(points: Float64Array, d: number, y: ArrayLike<number>, m: number): Float64Array {
  const length = arcLength(points, d);
  const last = length.length - 1;
  if (last < 1) throw new RangeError(`points: found ${length.length}; expected 2 or more`);
  const out = evenParts(m);
  for (let i = 0, high = 1; i < m; ++i) {
    const target = out[i] * length[last];
    while (high < last && length[high] < target) ++high;
    const piece = length[high] - length[high - 1];
    const part = piece > 0 ? Math.min(1, (target - length[high - 1]) / piece) : out[i];
    out[i] = y[high - 1] + part * (y[high] - y[high - 1]);
  }
  return out;
}

/** m numbers from 0 to 1 in equal steps. @throws RangeError for fewer than 2 */
export function evenParts(m: number): Float64Array {
  if (!Number.isInteger(m) || m < 2) throw new RangeError(`points: found ${m}; expected 2 or more`);
  const y = new Float64Array(m);
  for (let i = 0; i < m; ++i) y[i] = i / (m - 1);
  return y;
}
