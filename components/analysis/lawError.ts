import type {GaussianMixture} from "../diffusion/gaussianMixture.js";
import {distanceToLaw, lawFloor} from "./distanceToLaw.js";
import {mmdToLaw} from "./mmdToLaw.js";

/** What points of the law itself come to, on average: nothing finite is nearer. */
export interface ErrorFloor {
  w2: number;
  /** Deviation of `w2` between draws. */
  w2Deviation: number;
  mmd2: number;
}

export interface LawError {
  /** Sliced W2 of points [n, d] to the law, and MMD^2 of the first of them. */
  of(x: Float64Array): {w2: number; mmd2: number};
  floor: ErrorFloor;
}

/** Points that MMD^2 is taken from, at most: its cost grows with their square. */
const MMD_POINTS = 4000;

/** Both distances of n points to a mixture, made ready once for many sets of points. */
export function lawError(m: GaussianMixture, n: number, {seed = 0, most = MMD_POINTS} = {}): LawError {
  const w2 = distanceToLaw(m, n);
  const mmd = mmdToLaw(m);
  const used = Math.min(n, most);
  const floor = lawFloor(m, n, w2, {seed});
  return {
    of: (x) => ({w2: w2(x), mmd2: mmd.squared(x.subarray(0, used * m.dimension))}),
    floor: {w2: floor.mean, w2Deviation: floor.deviation, mmd2: mmd.floor(used)}
  };
}
