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
 * One step of every row from t with the row's own step h, given the derivative k1 there. Works in `stages`: on return
 * stages[0..s-1] hold all derivatives, the last at the new state (FSAL).
 */
async function step(
  tableau: Tableau,
  f: Derivative,
  t: Float64Array,
  h: Float64Array,
  y: Float64Array,
  k1: Float64Array
): Promise<{next: Float64Array; stages: Float64Array[]}> {
  const d = y.length / t.length;
  const stages = [k1];
  let next = y;
  for (let s = 1; s < tableau.c.length; ++s) {
    next = y.slice();
    tableau.a[s].forEach((a, j) => {
      if (a === 0) return;
      const k = stages[j];
      for (let i = 0; i < y.length; ++i) next[i] += h[Math.floor(i / d)] * a * k[i];
    });
    stages.push(
      await f(
        t.map((ti, row) => ti + tableau.c[s] * h[row]),
        next
      )
    );
  }
  return {next, stages};
}

/**
 * Integrates n rows at once from t0 to t1, each row with its own steps; rows that have arrived leave the batch, so that
 * none costs evaluations for another. A row's result doesn't depend on the others.
 * @throws RangeError where a row needs more than maxSteps; the signal's reason when cancelled
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
  const d = y0.length / n;
  const direction = Math.sign(t1 - t0);
  const out = {y: y0.slice(), evaluations: new Int32Array(n), rejected: 0};
  if (n === 0 || t0 === t1) return out;

  let rows = Int32Array.from({length: n}, (_, i) => i);
  let t = new Float64Array(n).fill(t0);
  let h = new Float64Array(n).fill((options.firstStep ?? 0.05) * (t1 - t0));
  let previous = new Float64Array(n).fill(1);
  let y: Float64Array = y0.slice();
  let k1 = await f(t, y);
  out.evaluations.fill(1);

  for (let attempt = 0; rows.length > 0; ++attempt) {
    await context.turn();
    if (attempt >= (options.maxSteps ?? 10000)) {
      throw new RangeError(`integration: found ${rows.length} rows short of the end after ${attempt} steps`);
    }
    const {next, stages} = await step(tableau, f, t, h, y, k1);
    const arrived = stages[stages.length - 1];
    const error = combination(tableau.error, stages);
    for (let i = 0; i < error.length; ++i) error[i] *= h[Math.floor(i / d)];

    const going: number[] = [];
    rows.forEach((row, r) => {
      out.evaluations[row] += tableau.c.length - 1;
      const size = errorNorm(error, y, next, r * d, d, options);
      const factor = stepFactor(size, previous[r], tableau.embeddedOrder, options);
      if (size <= 1) {
        t[r] += h[r];
        previous[r] = size;
        y.set(next.subarray(r * d, (r + 1) * d), r * d);
        k1.set(arrived.subarray(r * d, (r + 1) * d), r * d);
        options.observe?.(row, t[r], y.subarray(r * d, (r + 1) * d));
      } else ++out.rejected;
      const left = t1 - t[r];
      if (direction * left <= 1e-14 * Math.abs(t1 - t0)) out.y.set(y.subarray(r * d, (r + 1) * d), row * d);
      else {
        h[r] = direction * Math.min(Math.abs(h[r]) * factor, Math.abs(left));
        going.push(r);
      }
    });
    if (going.length < rows.length) {
      rows = Int32Array.from(going, (r) => rows[r]);
      [t, h, previous] = [t, h, previous].map((a) => Float64Array.from(going, (r) => a[r]));
      [y, k1] = [y, k1].map((a) => gather(a, d, going));
      context.progress(n - rows.length, n);
    }
  }
  return out;
}

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

function combination(weights: readonly number[], terms: Float64Array[]): Float64Array {
  const sum = new Float64Array(terms[0].length);
  weights.forEach((w, j) => {
    if (w !== 0) for (let i = 0; i < sum.length; ++i) sum[i] += w * terms[j][i];
  });
  return sum;
}

function gather(a: Float64Array, d: number, rows: readonly number[]): Float64Array {
  const out = new Float64Array(rows.length * d);
  rows.forEach((r, i) => out.set(a.subarray(r * d, (r + 1) * d), i * d));
  return out;
}
