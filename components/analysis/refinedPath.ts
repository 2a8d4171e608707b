/** A path that was computed point by point. */
export interface SeenPath {
  /** Parts of the way, 0..1, rising [m]. */
  y: Float64Array;
  /** Points [m, d], and what each was made from [m, d]. */
  z: Float64Array;
  encoding: Float64Array;
}

export interface RefineOptions {
  /** Longest step between two points, in parts of the path's length (default 1/60). */
  step?: number;
  /** Points at most (default 400). */
  most?: number;
  /** Steps of y that are not divided further (default 1e-6): finer than the ODE's solver tells apart. */
  least?: number;
}

/**
 * A path seen in all its parts: where two points that follow each other are far apart, one half way in y is computed between them, again and again. A path that
 * goes through the encoding of a law with separate modes may do most of its way within a thousandth of y, which no even grid sees.
 * @param at points and what they are made from at some y
 * @param y to begin with, rising, 2 or more
 */
export async function refinedPath(
  at: (y: Float64Array) => Promise<{z: Float64Array; encoding: Float64Array}>,
  d: number,
  y: Float64Array,
  {step = 1 / 60, most = 400, least = 1e-6}: RefineOptions = {}
): Promise<SeenPath> {
  const row = (values: Float64Array, i: number) => values.subarray(i * d, (i + 1) * d);
  const seen = async (parts: Float64Array) => {
    const {z, encoding} = await at(parts);
    return Array.from(parts, (y, i) => ({y, z: row(z, i), encoding: row(encoding, i)}));
  };
  let points = await seen(y);
  while (points.length < most) {
    const steps = points.slice(1).map(({z}, i) => Math.hypot(...z.map((v, c) => v - points[i].z[c])));
    const longest = step * steps.reduce((sum, v) => sum + v, 0);
    const between = steps
      .map((length, i) => ({length, from: points[i].y, to: points[i + 1].y}))
      .filter(({length, from, to}) => length > longest && to - from > least)
      .sort((p, q) => q.length - p.length)
      .slice(0, most - points.length);
    if (between.length === 0) break;
    const more = await seen(Float64Array.from(between, ({from, to}) => (from + to) / 2).sort());
    points = [...points, ...more].sort((p, q) => p.y - q.y);
  }
  const flat = (name: "z" | "encoding") => {
    const out = new Float64Array(points.length * d);
    points.forEach((p, i) => out.set(p[name], i * d));
    return out;
  };
  return {y: Float64Array.from(points, (p) => p.y), z: flat("z"), encoding: flat("encoding")};
}
