/**
 * Derivative of a function on an uneven grid: central differences through three points, exact for parabolas; at the ends through the
 * three points there.
 * @param y rising [m], m of at least 3
 * @param f values [m]
 * @throws RangeError where y doesn't rise
 */
export function slopes(y: ArrayLike<number>, f: ArrayLike<number>): Float64Array {
  const m = y.length;
  if (m < 3 || f.length !== m) throw new RangeError(`f: found ${f.length} values for ${m} of y; expected as many, 3 or more`); // prettier-ignore
  for (let i = 1; i < m; ++i)
    if (!(y[i] > y[i - 1]))
      throw new RangeError(`y: found ${y[i - 1]} and then ${y[i]}; expected rising values`);
  const out = new Float64Array(m);
  for (let i = 0; i < m; ++i) {
    const c = Math.min(Math.max(i, 1), m - 2); // the parabola's middle point
    const [before, after] = [y[c] - y[c - 1], y[c + 1] - y[c]];
    const [left, right] = [(f[c] - f[c - 1]) / before, (f[c + 1] - f[c]) / after];
    const second = (right - left) / (before + after);
    out[i] = left + second * (before + 2 * (y[i] - y[c]));
  }
  return out;
}

/**
 * Smoothing by local lines: at each y the value of the straight line that fits best, each point weighted by a Gaussian of its distance in y
 * (Fan 1992). A straight line is left as it is, up to its ends.
 * @param bandwidth deviation of the Gaussian, in units of y; 0 leaves the values as they are
 */
export function smoothed(y: ArrayLike<number>, f: ArrayLike<number>, bandwidth: number): Float64Array {
  if (!(bandwidth >= 0)) throw new RangeError(`bandwidth: found ${bandwidth}; expected 0 or more`);
  const out = Float64Array.from(f);
  if (bandwidth === 0) return out;
  for (let i = 0; i < out.length; ++i) {
    let [w0, w1, w2, f0, f1] = [0, 0, 0, 0, 0];
    for (let j = 0; j < out.length; ++j) {
      const u = y[j] - y[i];
      const w = Math.exp(-(u * u) / (2 * bandwidth * bandwidth));
      w0 += w;
      w1 += w * u;
      w2 += w * u * u;
      f0 += w * f[j];
      f1 += w * u * f[j];
    }
    const determinant = w0 * w2 - w1 * w1;
    // where only the point itself is within reach there is no line to fit
    if (determinant > 1e-12 * w0 * w2) out[i] = (w2 * f0 - w1 * f1) / determinant;
  }
  return out;
}
