import {normalCdf} from "../compute/normalCdf.js";
import {random} from "../compute/random.js";
import {sampleMixture, type GaussianMixture} from "../diffusion/gaussianMixture.js";

export interface DistanceOptions {
  /** Directions (default 24; 1 in one dimension): evenly turned in the plane, random in more dimensions. */
  projections?: number;
  /** Seed of random directions (default 0). */
  seed?: number;
}

/**
 * Sliced 2-Wasserstein distance between n points and a Gaussian mixture itself, not a sample of it: in each direction, sorted
 * points against the quantiles (i + 1/2) / n of the projected mixture, which are known. What is left for points of the law is
 * their own chance, see `lawFloor`.
 * @returns the distance of points [n, d], in their units
 * @throws RangeError for other than n points
 */
export function distanceToLaw(
  m: GaussianMixture,
  n: number,
  options: DistanceOptions = {}
): (x: Float64Array) => number {
  const d = m.dimension;
  const slices = directions(d, options).map((direction) => ({
    direction,
    quantiles: quantiles(m, direction, n)
  }));
  const line = new Float64Array(n);
  return (x) => {
    if (x.length !== n * d) throw new RangeError(`points: found ${x.length / d}; expected ${n}`);
    let total = 0;
    for (const {direction, quantiles} of slices) {
      for (let i = 0, at = 0; i < n; ++i) {
        let dot = 0;
        for (let c = 0; c < d; ++c, ++at) dot += x[at] * direction[c];
        line[i] = dot;
      }
      line.sort();
      for (let i = 0; i < n; ++i) total += (line[i] - quantiles[i]) ** 2;
    }
    return Math.sqrt(total / (slices.length * n));
  };
}

/** The distance of n points that do follow the law: mean and deviation over some draws. */
export function lawFloor(
  m: GaussianMixture,
  n: number,
  distance: (x: Float64Array) => number,
  {draws = 8, seed = 0} = {}
): {mean: number; deviation: number} {
  const found = Array.from({length: draws}, (_, draw) =>
    distance(sampleMixture(m, n, random(seed, 0x464c4f52, draw)))
  );
  const mean = found.reduce((sum, v) => sum + v, 0) / draws;
  const square = found.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return {mean, deviation: Math.sqrt(square / Math.max(1, draws - 1))};
}

function directions(d: number, {projections = d === 1 ? 1 : 24, seed = 0}: DistanceOptions): Float64Array[] {
  if (d === 1) return [Float64Array.of(1)];
  if (d === 2)
    return Array.from({length: projections}, (_, k) => {
      const angle = (Math.PI * (k + 0.5)) / projections;
      return Float64Array.of(Math.cos(angle), Math.sin(angle));
    });
  const rng = random(seed, 0x44495253);
  return Array.from({length: projections}, () => {
    const direction = rng.fillNormal(new Float64Array(d));
    const norm = Math.hypot(...direction);
    return direction.map((v) => v / norm);
  });
}

/** Places where the distribution function is tabled: its inverse is then good to the square of their distance. */
const TABLE = 2048;

/** Deviations of a component beyond which nothing of it is. */
const REACH = 6;

/** Quantiles (i + 1/2) / n of u.x under the mixture, ascending. */
function quantiles(
  {dimension: d, weights, means, variances, axes}: GaussianMixture,
  u: Float64Array,
  n: number
): Float64Array {
  const K = weights.length;
  const center = new Float64Array(K);
  const width = new Float64Array(K);
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < K; ++k) {
    let variance = 0;
    for (let j = 0; j < d; ++j) {
      center[k] += means[k * d + j] * u[j];
      let along = u[j];
      if (axes) {
        along = 0;
        for (let i = 0; i < d; ++i) along += axes[(k * d + j) * d + i] * u[i];
      }
      variance += variances[k * d + j] * along * along;
    }
    width[k] = Math.sqrt(variance);
    low = Math.min(low, center[k] - REACH * width[k]);
    high = Math.max(high, center[k] + REACH * width[k]);
  }
  const gap = (high - low) / (TABLE - 1);
  const below = new Float64Array(TABLE);
  for (let k = 0; k < K; ++k) {
    for (let i = 0; i < TABLE; ++i) {
      const z = (low + i * gap - center[k]) / width[k];
      if (z >= REACH) below[i] += weights[k];
      else if (z > -REACH) below[i] += weights[k] * normalCdf(z);
    }
  }
  const out = new Float64Array(n);
  for (let i = 0, at = 0; i < n; ++i) {
    const p = (i + 0.5) / n;
    while (at < TABLE - 2 && below[at + 1] < p) ++at;
    const rise = below[at + 1] - below[at];
    out[i] = low + gap * (at + (rise > 0 ? Math.min(1, Math.max(0, (p - below[at]) / rise)) : 0.5));
  }
  return out;
}
