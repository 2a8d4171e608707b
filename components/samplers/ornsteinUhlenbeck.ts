import {random} from "../compute/random.js";

/**
 * One step of the walk of the base Gaussian, dz = -z/2 dt + dw: z' = keep z + kick n, n of N(0, I). Two ways to take it differ in these two
 * numbers alone.
 */
export interface WalkStep {
  keep: number;
  kick: number;
}

/**
 * `euler` is the talk's, z' = z - z dt/2 + sqrt(dt) n (Euler and Maruyama), whose law widens with dt; `exact` is the solution of the
 * equation, z' = e^(-dt/2) z + sqrt(1 - e^(-dt)) n (Uhlenbeck and Ornstein 1930), which leaves N(0, I) as it is at every dt.
 */
export const walkSteps = {
  euler: (dt: number): WalkStep => ({keep: 1 - dt / 2, kick: Math.sqrt(dt)}),
  exact: (dt: number): WalkStep => ({keep: Math.exp(-dt / 2), kick: Math.sqrt(-Math.expm1(-dt))})
};

export type WalkKind = keyof typeof walkSteps;

/**
 * Variance that a walk settles at: 1 for `exact`, 1/(1 - dt/4) for `euler`, which grows without end from dt = 4 on: Infinity.
 */
export function stationaryVariance(kind: WalkKind, dt: number): number {
  if (kind === "exact") return 1;
  return dt < 4 ? 1 / (1 - dt / 4) : Infinity;
}

/** Correlation of z with itself `lag` steps later: keep^lag, for `exact` exp(-lag dt/2). */
export const walkCorrelation = (kind: WalkKind, dt: number, lag: number): number =>
  walkSteps[kind](dt).keep ** lag;

/** Walkers at a step: all that is needed to go on. */
export interface WalkState {
  /** Steps taken so far. */
  step: number;
  /** Where the walkers are, in units of the base Gaussian [walkers, d]. */
  z: Float64Array;
}

export interface WalkOptions {
  /** Time step, above 0. */
  dt: number;
  /** Default `exact`. */
  kind?: WalkKind;
  seed: number;
  walkers: number;
  d: number;
}

const START = 0x4f5530; // "OU0"
const STEP = 0x4f5531;

/** Walkers that start in equilibrium, from N(0, I). */
export function walkStart({seed, walkers, d}: WalkOptions): WalkState {
  const z = new Float64Array(walkers * d);
  for (let w = 0; w < walkers; ++w) random(seed, START, w).fillNormal(z.subarray(w * d, (w + 1) * d));
  return {step: 0, z};
}

/**
 * n steps of every walker. The noise of a step is a stream of its own, named by walker and step: the same walk comes out in one go, in
 * parts, and whatever the number of walkers.
 * @returns where they were after each step [n, walkers, d], and the state to go on from
 * @throws RangeError for a step that isn't above 0, or a state of other walkers
 */
export function walk(from: WalkState, n: number, options: WalkOptions): {z: Float64Array; state: WalkState} {
  const {dt, kind = "exact", seed, walkers, d} = options;
  if (!(dt > 0 && dt < Infinity)) throw new RangeError(`dt: found ${dt}; expected above 0`);
  const size = walkers * d;
  if (from.z.length !== size)
    throw new RangeError(`state: found ${from.z.length} numbers; expected ${walkers} walkers of ${d}`);
  const {keep, kick} = walkSteps[kind](dt);
  const z = new Float64Array(n * size);
  const noise = new Float64Array(d);
  const rng = random(seed, STEP);
  let now = from.z;
  for (let s = 0; s < n; ++s) {
    const next = z.subarray(s * size, (s + 1) * size);
    for (let w = 0; w < walkers; ++w) {
      rng.restart(seed, STEP, w, from.step + s).fillNormal(noise);
      for (let c = 0, i = w * d; c < d; ++c, ++i) next[i] = keep * now[i] + kick * noise[c];
    }
    now = next;
  }
  return {z, state: {step: from.step + n, z: now.slice()}};
}

/** One walker's places [n, d] out of those of all [n, walkers, d]. */
export function walkerPath(z: Float64Array, walkers: number, d: number, walker: number): Float64Array {
  const n = z.length / (walkers * d);
  const out = new Float64Array(n * d);
  for (let s = 0; s < n; ++s) {
    const at = (s * walkers + walker) * d;
    for (let c = 0; c < d; ++c) out[s * d + c] = z[at + c];
  }
  return out;
}
