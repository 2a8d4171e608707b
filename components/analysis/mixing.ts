/**
 * Mixtures of two points a and b [d] at parts y of the way, [y.length, d]. The mixture of two independent standard normal
 * codes on a straight line has norm 0.707 of theirs half way, where hardly any code is; on an arc it keeps the norm.
 */
export type Mix = (a: ArrayLike<number>, b: ArrayLike<number>, y: ArrayLike<number>) => Float64Array;

/** Angles below this are lost in rounding: there is no plane to turn in. */
const FLAT = 1e-7;

/** (1 - y) a + y b. */
export const mixLinear: Mix = (a, b, y) => combine(a, b, y, (t) => [1 - t, t]);

/**
 * Along the arc: the direction turns evenly from a to b, and the norm changes evenly from |a| to |b| (slerp, Shoemake 1985, for points
 * that need not lie on one sphere). Parallel points are joined by a straight line, and so is 0, which has no direction, with any
 * other. Opposite ones have no plane of their own: the way turns through the axis that a has the least of.
 */
export const mixSpherical: Mix = (a, b, y) => {
  const [normA, normB] = [norm(a), norm(b)];
  if (normA === 0 || normB === 0) return mixLinear(a, b, y);
  const u = Float64Array.from(a, (v) => v / normA);
  const v = Float64Array.from(b, (w) => w / normB);
  const angle = angleBetween(u, v);
  if (angle < FLAT || a.length === 1) return mixLinear(a, b, y);
  let w = acrossTo(v, u);
  if (Math.PI - angle < FLAT) {
    const least = u.reduce((k, c, i) => (Math.abs(c) < Math.abs(u[k]) ? i : k), 0);
    w = acrossTo(
      u.map((_, i) => (i === least ? 1 : 0)),
      u
    );
  }
  return combine(u, w, y, (t) => {
    const length = (1 - t) * normA + t * normB;
    return [length * Math.cos(t * angle), length * Math.sin(t * angle)];
  });
};

/** The direction of the part of v that is at right angles to the unit vector u. */
function acrossTo(v: Float64Array, u: Float64Array): Float64Array {
  const along = v.reduce((sum, c, i) => sum + c * u[i], 0);
  const across = v.map((c, i) => c - along * u[i]);
  const length = norm(across);
  return across.map((c) => c / length);
}

function combine(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: (t: number) => readonly [number, number]
): Float64Array {
  const d = a.length;
  if (b.length !== d) throw new RangeError(`b: found ${b.length} numbers; expected ${d}, as many as a`);
  const out = new Float64Array(y.length * d);
  for (let i = 0; i < y.length; ++i) {
    const [wa, wb] = weights(y[i]);
    for (let c = 0; c < d; ++c) out[i * d + c] = wa * a[c] + wb * b[c];
  }
  return out;
}

const norm = (a: ArrayLike<number>): number => Math.hypot(...Array.from(a));

/** 2 atan2(|u - v|, |u + v|) of unit vectors (Kahan): as exact near 0 and pi as between. */
function angleBetween(u: Float64Array, v: Float64Array): number {
  let [minus, plus] = [0, 0];
  for (let c = 0; c < u.length; ++c) {
    minus += (u[c] - v[c]) ** 2;
    plus += (u[c] + v[c]) ** 2;
  }
  return 2 * Math.atan2(Math.sqrt(minus), Math.sqrt(plus));
}
