import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import type {Awaitable} from "../compute/network.js";
import {errorNorm, stepFactor, type StepControl} from "./stepControl.js";

/** An explicit embedded Runge-Kutta pair with the "first same as last" property (its last row of `a` is its b). */
export interface Tableau {
  order: number;
  embeddedOrder: number;
  c: readonly number[];
  a: readonly (readonly number[])[];
  error: readonly number[];
  /** Weight of each stage's derivative inside a step, as a polynomial of theta = 0..1: factors of theta, theta^2, ... [stages]. */
  dense: readonly (readonly number[])[];
}

/** dy/dt for a batch: t [n], one time a row, y [n, d] -> [n, d], a new array, now or later. */
export type Derivative = (t: Float64Array, y: Float64Array) => Awaitable<Float64Array>;

export interface AdaptiveOptions extends StepControl {
  /** First step, as a part of the whole interval (default 0.05). */
  firstStep?: number;
  /** A trajectory that needs more attempted steps than this throws (default 10,000). */
  maxSteps?: number;
  /** Called with every state that a step reached: row of the batch, time, state [d] (to be copied, not kept). */
  observe?: (row: number, t: number, y: Float64Array) => void;
  /** Times from t0 to t1, in order, at which `visit` is told the state inside the steps (dense output: no further evaluations). */
  stops?: ArrayLike<number>;
  visit?: (row: number, stop: number, y: Float64Array) => void;
}

export interface Integrated {
  /** States at the end [n, d]. */
  y: Float64Array;
  /** Evaluations of the derivative, each row [n]. */
  evaluations: Int32Array;
  /** Rejected steps in all. */
  rejected: number;
}

/**
 * One step of every row from t with the row's own step h, given the derivative k1 there. On return stages[0..s-1] hold all
 * derivatives, the last at the new state (FSAL), and `error` the estimate of the new state's error [n, d].
 */
export async function step(
  tableau: Tableau,
  f: Derivative,
  t: Float64Array,
  h: Float64Array,
  y: Float64Array,
  k1: Float64Array
): Promise<{next: Float64Array; stages: Float64Array[]; error: Float64Array}> {
  const stages = [k1];
  let next = y;
  for (let s = 1; s < tableau.c.length; ++s) {
    next = y.slice();
    addStages(next, tableau.a[s], stages, h);
    const at = new Float64Array(t.length);
    for (let row = 0; row < at.length; ++row) at[row] = t[row] + tableau.c[s] * h[row];
    stages.push(await f(at, next));
  }
  const error = new Float64Array(y.length);
  addStages(error, tableau.error, stages, h);
  return {next, stages, error};
}

/** Adds h times the weighted derivatives, row by row. */
function addStages(
  to: Float64Array,
  weights: readonly number[],
  stages: Float64Array[],
  h: Float64Array
): void {
  const d = to.length / h.length;
  weights.forEach((w, j) => {
    if (w === 0) return;
    const k = stages[j];
    for (let row = 0, i = 0; row < h.length; ++row) {
      const weight = w * h[row];
      for (const end = i + d; i < end; ++i) to[i] += weight * k[i];
    }
  });
}

/**
 * The state of one row inside a step, by dense output, to be written to `out` [d].
 * @param theta part of the step that has passed, 0..1
 */
export function inside(
  {dense}: Tableau,
  stages: Float64Array[],
  y: Float64Array,
  offset: number,
  h: number,
  theta: number,
  out: Float64Array
): void {
  out.set(y.subarray(offset, offset + out.length));
  dense.forEach((powers, j) => {
    const weight = h * powers.reduceRight((sum, p) => (sum + p) * theta, 0);
    if (weight !== 0) for (let i = 0; i < out.length; ++i) out[i] += weight * stages[j][offset + i];
  });
}

/** Steps are refused below this part of the interval: the derivative is no number, or jumps. */
const SMALLEST = 1e-12;

/**
 * Integrates n rows at once from t0 to t1, each row with its own steps; rows that have arrived leave the batch, so that
 * none costs evaluations for another. A row's result doesn't depend on the others.
 * @throws RangeError where a row needs more than maxSteps, or steps too small to go on; the signal's reason when cancelled
 */
export async function integrateAdaptive(
  tableau: Tableau,
  f: Derivative,
  y0: Float64Array,
  n: number,
  [t0, t1]: readonly [number, number],
  options: AdaptiveOptions,
  context: JobContext = quiet
): Promise<Integrated> {
  const {firstStep = 0.05, maxSteps = 10000, stops = [], visit, observe} = options;
  const d = y0.length / n;
  const span = Math.abs(t1 - t0);
  const direction = Math.sign(t1 - t0);
  const out = {y: y0.slice(), evaluations: new Int32Array(n), rejected: 0};
  if (n === 0 || t0 === t1) return out;

  let rows = Int32Array.from({length: n}, (_, i) => i);
  let t = new Float64Array(n).fill(t0);
  let h = new Float64Array(n).fill(firstStep * (t1 - t0));
  let previous = new Float64Array(n).fill(1);
  let y: Float64Array = y0.slice();
  let k1 = await f(t, y);
  out.evaluations.fill(1);
  const stop = new Int32Array(n); // the next one to visit, of each row of the batch
  const state = new Float64Array(d);

  for (let attempt = 0; rows.length > 0; ++attempt) {
    await context.turn();
    if (attempt >= maxSteps) {
      throw new RangeError(`integration: found ${rows.length} rows short of the end after ${attempt} steps`);
    }
    const {next, stages, error} = await step(tableau, f, t, h, y, k1);
    const arrived = stages[stages.length - 1];

    const going: number[] = [];
    for (let r = 0; r < rows.length; ++r) {
      const row = rows[r];
      const at = r * d;
      out.evaluations[row] += tableau.c.length - 1;
      const size = errorNorm(error, y, next, at, d, options);
      const factor = stepFactor(size, previous[r], tableau.embeddedOrder, options);
      if (size <= 1) {
        for (; visit && stop[row] < stops.length; ++stop[row]) {
          const theta = (stops[stop[row]] - t[r]) / h[r];
          if (theta > 1 + 1e-12) break;
          inside(tableau, stages, y, at, h[r], Math.max(0, theta), state);
          visit(row, stop[row], state);
        }
        t[r] += h[r];
        previous[r] = size;
        for (let i = at; i < at + d; ++i) {
          y[i] = next[i];
          k1[i] = arrived[i];
        }
        observe?.(row, t[r], y.subarray(at, at + d));
      } else ++out.rejected;
      const left = Math.abs(t1 - t[r]);
      if (left <= 1e-14 * span) {
        for (let i = 0; i < d; ++i) out.y[row * d + i] = y[at + i];
        // a stop at the end itself may lie beyond the last step by rounding
        for (; visit && stop[row] < stops.length; ++stop[row]) visit(row, stop[row], y.subarray(at, at + d));
        continue;
      }
      h[r] = direction * Math.min(Math.abs(h[r]) * factor, left);
      if (Math.abs(h[r]) < SMALLEST * span && left > SMALLEST * span) throw stuck(t[r], h[r]);
      going.push(r);
    }
    if (going.length < rows.length) {
      rows = Int32Array.from(going, (r) => rows[r]);
      [t, h, previous] = [t, h, previous].map((a) => Float64Array.from(going, (r) => a[r]));
      [y, k1] = [y, k1].map((a) => gather(a, d, going));
      context.progress(n - rows.length, n);
    }
  }
  return out;
}

/** What is wrong where steps shrink to nothing. */
export const stuck = (t: number, h: number): RangeError =>
  new RangeError(
    `integration: found steps of ${Math.abs(h).toExponential(1)} at t = ${Number(t.toPrecision(4))}; expected a derivative that is finite and smooth there`
  );

/** The same scheme with `steps` equal steps and no error control, for tests of order and for figures. States at the end [n, d]. */
export async function integrateFixed(
  tableau: Tableau,
  f: Derivative,
  y0: Float64Array,
  n: number,
  [t0, t1]: readonly [number, number],
  steps: number
): Promise<Integrated> {
  const h = new Float64Array(n).fill((t1 - t0) / steps);
  let y = y0;
  let k1 = await f(new Float64Array(n).fill(t0), y);
  for (let s = 0; s < steps; ++s) {
    const taken = await step(tableau, f, new Float64Array(n).fill(t0 + s * h[0]), h, y, k1);
    y = taken.next;
    k1 = taken.stages[taken.stages.length - 1];
  }
  return {y, evaluations: new Int32Array(n).fill(1 + steps * (tableau.c.length - 1)), rejected: 0};
}

function gather(a: Float64Array, d: number, rows: readonly number[]): Float64Array {
  const out = new Float64Array(rows.length * d);
  rows.forEach((r, i) => out.set(a.subarray(r * d, (r + 1) * d), i * d));
  return out;
}
