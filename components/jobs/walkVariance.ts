import type {JobContext} from "../compute/job.js";
import {stationaryVariance, walk, walkStart, type WalkKind} from "../samplers/ornsteinUhlenbeck.js";
import {varianceError} from "../samplers/walkStatistics.js";

export interface WalkVarianceInput {
  kinds: WalkKind[];
  dts: number[];
  /** Numbers that each variance is taken from: walkers times steps times dimensions. */
  numbers: number;
  seed: number;
}

export interface MeasuredVariance {
  kind: WalkKind;
  dt: number;
  variance: number;
  /** Its standard error, which allows for steps that hang together. */
  error: number;
}

/** Walkers of one dimension, and the time that they walk before they are looked at, in which a wrong start is forgotten. */
const [WALKERS, BEFORE] = [64, 16];

/** The variance that walks settle at, measured, at some steps dt. */
export async function walkVariance(
  {kinds, dts, numbers, seed}: WalkVarianceInput,
  context: JobContext
): Promise<MeasuredVariance[]> {
  const measured: MeasuredVariance[] = [];
  for (const kind of kinds)
    for (const dt of dts) {
      await context.turn();
      const options = {kind, dt, seed, walkers: WALKERS, d: 1};
      // What is left of the start after m steps is keep^(2 m): e^-BEFORE where the walk is slow.
      const keep = Math.abs(kind === "exact" ? Math.exp(-dt / 2) : 1 - dt / 2);
      const before = keep > 0 ? Math.ceil(BEFORE / 2 / -Math.log(keep)) : 1;
      const settled = walk(walkStart(options), before, options).state;
      const n = Math.ceil(numbers / WALKERS);
      const {z} = walk(settled, n, options);
      let variance = 0;
      for (const v of z) variance += (v * v) / z.length;
      const error = varianceError(kind, dt, z.length, stationaryVariance(kind, dt));
      measured.push({kind, dt, variance, error});
    }
  return measured;
}
