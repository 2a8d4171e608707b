import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {alongFlow, tolerances, type AdaptiveSampling} from "./adaptive.js";
import {dormandPrince} from "./dormandPrince.js";
import {inside, step, stuck, type AdaptiveOptions, type Derivative, type Integrated, type Tableau} from "./rungeKutta.js"; // prettier-ignore
import {asSampler, type Sampler} from "./sampler.js";
import {errorNorm, stepFactor} from "./stepControl.js";

/** How errors of a batch become one number: root mean square over all its numbers, or that of the worst row. */
export type BatchNorm = "rms" | "max";

/**
 * Dormand-Prince 5(4) as a general ODE library runs it on a batch, one step for all trajectories: the error's norm is taken over
 * the whole batch ("rms", as torchdiffeq's dopri5 and SciPy's RK45 do), and so is the first step. The plain controller
 * (safety 0.9, factors 0.2 to 10), unless told. Here to be compared with `adaptive`.
 * @param options rtol and atol default to 1e-3; norm to "rms"; "max" keeps the worst trajectory within the tolerance
 */
export const sharedAdaptive = ({
  norm = "rms",
  ...options
}: AdaptiveSampling & {norm?: BatchNorm} = {}): Sampler =>
  asSampler((input) =>
    alongFlow(input, options, (f, y, span, more) => {
      const given = {...tolerances(options), ...more, norm};
      return integrateShared(dormandPrince, f, y, input.n, span, given, input.context);
    })
  );

/** Integrates n rows at once from t0 to t1 with one step for all. Options as for integrateAdaptive; beta defaults to 0. */
export async function integrateShared(
  tableau: Tableau,
  f: Derivative,
  y0: Float64Array,
  n: number,
  [t0, t1]: readonly [number, number],
  options: AdaptiveOptions & {norm?: BatchNorm},
  context: JobContext = quiet
): Promise<Integrated> {
  const {norm = "rms", maxSteps = 10000, stops = [], visit, observe} = options;
  const control = {beta: 0, ...options};
  const d = y0.length / n;
  const span = Math.abs(t1 - t0);
  const direction = Math.sign(t1 - t0);
  const size = (v: Float64Array, a: Float64Array, b: Float64Array) => {
    if (norm === "rms") return errorNorm(v, a, b, 0, n * d, control);
    let most = 0;
    for (let row = 0; row < n; ++row) {
      const own = errorNorm(v, a, b, row * d, d, control);
      if (!(own <= most)) most = own; // a NaN is kept
    }
    return most;
  };
  const everyRow = (v: number) => new Float64Array(n).fill(v);

  let y: Float64Array = y0.slice();
  if (n === 0 || t0 === t1) return {y, evaluations: new Int32Array(n), rejected: 0};
  let t = t0;
  let k1 = await f(everyRow(t), y);
  let calls = 1;
  let h: number;
  if (options.firstStep === undefined) {
    // Hairer, Nørsett, Wanner, Solving ODEs I, II.4: from the sizes of y, of its derivative, and of how that changes
    const [d0, d1] = [size(y, y, y), size(k1, y, y)];
    const tried = Math.min(span, d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1);
    const ahead = y.map((v, i) => v + direction * tried * k1[i]);
    const k = await f(everyRow(t + direction * tried), ahead);
    ++calls;
    const d2 = size(k.map((v, i) => v - k1[i]), y, y) / tried; // prettier-ignore
    const most = Math.max(d1, d2);
    const wanted =
      most <= 1e-15 ? Math.max(1e-6, tried * 1e-3) : (0.01 / most) ** (1 / (tableau.embeddedOrder + 1));
    h = Math.min(100 * tried, wanted, span);
  } else h = options.firstStep * span;

  let rejected = 0;
  let previous = 1;
  let refused = false;
  let stop = 0;
  const state = new Float64Array(d);
  for (let attempt = 0; ; ++attempt) {
    await context.turn();
    if (attempt >= maxSteps)
      throw new RangeError(`integration: found t = ${t} after ${attempt} steps; expected ${t1}`);
    const signed = direction * h;
    const {next, stages, error} = await step(tableau, f, everyRow(t), everyRow(signed), y, k1);
    calls += tableau.c.length - 1;
    const found = size(error, y, next);
    const factor = stepFactor(found, previous, tableau.embeddedOrder, control);
    if (found <= 1) {
      for (; visit && stop < stops.length; ++stop) {
        const theta = (stops[stop] - t) / signed;
        if (theta > 1 + 1e-12) break;
        for (let row = 0; row < n; ++row) {
          inside(tableau, stages, y, row * d, signed, Math.max(0, theta), state);
          visit(row, stop, state);
        }
      }
      t += signed;
      previous = found;
      y = next;
      k1 = stages[stages.length - 1];
      if (observe) for (let row = 0; row < n; ++row) observe(row, t, y.subarray(row * d, (row + 1) * d));
    } else ++rejected;
    const left = Math.abs(t1 - t);
    context.progress(span - left, span);
    if (left <= 1e-14 * span) {
      for (; visit && stop < stops.length; ++stop)
        for (let row = 0; row < n; ++row) visit(row, stop, y.subarray(row * d, (row + 1) * d));
      break;
    }
    // after a rejection a step does not grow at once (SciPy)
    h = Math.min(h * (refused ? Math.min(1, factor) : factor), left);
    refused = found > 1;
    if (!(h >= 1e-12 * span || left < 1e-12 * span)) throw stuck(t, h);
  }
  return {y, evaluations: new Int32Array(n).fill(calls), rejected: rejected * n};
}
