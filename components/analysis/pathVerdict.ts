import {quantile} from "./quantiles.js";

/** A decoded map of a path: where it is, and its correlation with the nearest true map. */
export interface MapAlong {
  y: number;
  correlation: number;
  /** State of that map. */
  state: number;
  /** Whether the path is off the data there. */
  off: boolean;
}

/** What the maps along a path say of it, beside those of encodings. */
export interface MapsVerdict {
  maps: number;
  /** The encodings' correlation below which a map counts as worse, a quantile of theirs. */
  limit: number;
  /** Maps below it, and the part of y in which they lie, linear between maps. */
  worse: number;
  worsePart: number;
  /** The worst map. */
  lowest: {y: number; correlation: number};
  /** Medians of the maps where the path is on the data and where it is off; NaN where there are none. */
  medianOn: number;
  medianOff: number;
  /** Different states among the nearest true maps. */
  states: number;
}

/**
 * Judges the maps along a path by those of encodings.
 * @param maps in order of y, one or more
 * @param encodings correlations of encodings' maps with their nearest true maps
 * @param q the quantile of these that is the limit (default 0.05): of encodings' own maps this part is below it
 */
export function mapsVerdict(maps: readonly MapAlong[], encodings: ArrayLike<number>, q = 0.05): MapsVerdict {
  if (maps.length === 0) throw new RangeError("maps: found none; expected one or more");
  const limit = quantile(Float64Array.from(encodings).sort(), q);
  const lowest = maps.reduce((least, map) => (map.correlation < least.correlation ? map : least));
  let worsePart = 0;
  for (let i = 1; i < maps.length; ++i) {
    const [left, right] = [maps[i - 1].correlation - limit, maps[i].correlation - limit];
    const part = left < 0 && right < 0 ? 1 : left >= 0 && right >= 0 ? 0 : Math.min(left, right) / (Math.min(left, right) - Math.max(left, right)); // prettier-ignore
    worsePart += part * (maps[i].y - maps[i - 1].y);
  }
  return {
    maps: maps.length,
    limit,
    worse: maps.filter((map) => map.correlation < limit).length,
    worsePart,
    lowest: {y: lowest.y, correlation: lowest.correlation},
    medianOn: medianOf(maps.filter((map) => !map.off)),
    medianOff: medianOf(maps.filter((map) => map.off)),
    states: new Set(maps.map((map) => map.state)).size
  };
}

const medianOf = (maps: readonly MapAlong[]): number =>
  maps.length > 0 ? quantile(Float64Array.from(maps, (map) => map.correlation).sort(), 0.5) : NaN;

/**
 * The largest step of a coordinate from one point of a path to the next, as a part of its change from end to end: small where the path visits
 * what lies between, near 1 where it leaps over it. Infinity for a path that ends where it began but moves.
 */
export function largestStep(values: ArrayLike<number>): {step: number; part: number} {
  let step = 0;
  for (let i = 1; i < values.length; ++i) step = Math.max(step, Math.abs(values[i] - values[i - 1]));
  return {step, part: step === 0 ? 0 : step / Math.abs(values[values.length - 1] - values[0])};
}
