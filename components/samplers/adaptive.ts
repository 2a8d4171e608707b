import {constantSigma, type Denoiser} from "../diffusion/denoiser.js";
import {EDM} from "../diffusion/edm.js";
import {timeOf, type Schedule} from "../diffusion/schedule.js";
import {dormandPrince} from "./dormandPrince.js";
import {integrateAdaptive, type AdaptiveOptions, type Derivative, type Integrated} from "./rungeKutta.js";
import {asSampler, type Sampled, type Sampler, type SamplerInput} from "./sampler.js";

export interface AdaptiveSampling extends Partial<Omit<AdaptiveOptions, "observe" | "stops" | "visit">> {
  /** Deviation of the data (default 1): tolerances are relative to the width of the law, s sqrt(sigma^2 + sigma_data^2). */
  sigma_data?: number;
  /**
   * Where the noise is to end at 0 (or begins there), the ODE, which is singular at 0, is left at this level, and one denoiser
   * call does the rest. Default EDM's sigma_min, 0.002.
   */
  sigma_end?: number;
}

/**
 * Adaptive Dormand-Prince 5(4) on the probability-flow ODE, in the schedule's own time from the first of `times` to the last,
 * in either direction, each trajectory with its own steps (PI control). The times between are not steps: the observer is told
 * the states there by dense output, once all have arrived, and `observePath` each trajectory's own steps.
 * @param options rtol and atol default to 1e-3, firstStep to what suits the schedule, see below
 */
export const adaptive = (options: AdaptiveSampling = {}): Sampler =>
  asSampler((input) =>
    alongFlow(input, options, (f, y, span, more) => {
      const tolerance = tolerances(options);
      const firstStep = cautiousStep(
        input.schedule,
        span,
        Math.max(tolerance.rtol, tolerance.atol),
        options.sigma_data
      );
      const given = {firstStep, ...tolerance, ...more};
      return integrateAdaptive(dormandPrince, f, y, input.n, span, given, input.context);
    })
  );

/**
 * A first step, as a part of the span: 0.05, but no further than 0.05 of the way in atan(sigma / sigma_data). At little noise the flow
 * hardly moves, and a step that leaps over all that is to come would look exact to the error estimate. Below a tolerance of 1e-3
 * it shrinks with its fifth root, the order of the method: the same first step at every tolerance left errors that no tolerance
 * removed, in the few trajectories that magnify them.
 */
function cautiousStep(
  schedule: Schedule,
  [t0, t1]: readonly [number, number],
  tolerance: number,
  sigma_data = 1
): number {
  const most = 0.05 * Math.min(1, (tolerance / 1e-3) ** (1 / dormandPrince.order));
  const angle = (t: number) => Math.atan(schedule.sigma(t) / sigma_data);
  const reached = timeOf(schedule, sigma_data * Math.tan(angle(t0) + most * (angle(t1) - angle(t0))));
  const part = (reached - t0) / (t1 - t0);
  return part > 0 ? Math.min(most, part) : most;
}

/** Options with the defaults of their tolerances. */
export const tolerances = <T extends AdaptiveSampling>(options: T): T & {rtol: number; atol: number} => ({
  ...options,
  rtol: options.rtol ?? 1e-3,
  atol: options.atol ?? 1e-3
});

/** What differs between adaptive samplers: how they integrate n rows from one time to another. */
export type Integrate = (
  f: Derivative,
  y: Float64Array,
  span: readonly [number, number],
  more: Pick<AdaptiveOptions, "stops" | "visit" | "observe">
) => Promise<Integrated>;

/**
 * A sampler of an integrator. Integrates y = x / (s c), c = sqrt(sigma^2 + sigma_data^2), which keeps its width at every level:
 * dy/dt = sigma'/(sigma c) (y sigma_data^2 / c - D(c y; sigma)).
 */
export async function alongFlow(
  {denoiser, schedule, times, x, n, observe, observePath}: SamplerInput,
  {sigma_data = 1, sigma_end = EDM.sigma_min}: AdaptiveSampling,
  integrate: Integrate
): Promise<Sampled & {calls: Int32Array}> {
  const d = x.length / n;
  const end = times.length - 1;
  const [first, last] = [times[0], times[end]];
  const clean = (t: number) => schedule.sigma(t) === 0;
  const width = (t: number) => schedule.s(t) * Math.hypot(schedule.sigma(t), sigma_data);
  /** Where the ODE is entered or left for one end: there, or if there is no noise, where there is some (but not beyond the other end). */
  const near = (t: number, other: number) => {
    if (!clean(t)) return t;
    const level = timeOf(schedule, sigma_end);
    return !clean(other) && schedule.sigma(other) <= schedule.sigma(level) ? other : level;
  };
  const [t0, t1] = [near(first, last), near(last, first)];
  const rescaled = (y: Float64Array, by: number) => y.map((v) => v * by);
  const eachRow = (y: Float64Array, tell: (row: number, state: Float64Array) => void) => {
    for (let row = 0; row < n; ++row) tell(row, y.subarray(row * d, (row + 1) * d));
  };

  // clean points are taken for slightly noisy ones: x/s is what noise is added to
  const start = rescaled(x, schedule.s(t0) / schedule.s(first) / width(t0));
  const between = Array.from({length: Math.max(0, end - 1)}, (_, i) => times[i + 1]);
  const seen = observe && between.map(() => start.slice());
  if (observePath) eachRow(x, (row, state) => observePath(row, first, state));
  const {y, evaluations: calls} = await integrate(
    flowDerivative(denoiser, schedule, sigma_data),
    start,
    [t0, t1],
    {
      stops: between.map((t) => Math.min(Math.max(t, Math.min(t0, t1)), Math.max(t0, t1))),
      visit: seen && ((row, stop, state) => seen[stop].set(state, row * d)),
      observe: observePath && ((row, t, state) => observePath(row, t, rescaled(state, width(t))))
    }
  );
  let made = rescaled(y, width(t1));
  if (clean(last)) {
    const D = await denoiser(rescaled(made, 1 / schedule.s(t1)), constantSigma(n, schedule.sigma(t1)));
    made = rescaled(D, schedule.s(last));
    calls.forEach((count, row) => (calls[row] = count + 1));
    if (observePath) eachRow(made, (row, state) => observePath(row, last, state));
  }
  observe?.(0, first, x);
  seen?.forEach((states, k) => observe?.(k + 1, between[k], rescaled(states, width(between[k]))));
  if (end > 0) observe?.(end, last, made);
  return {x: made, evaluations: calls.reduce((a, b) => a + b, 0) / n, calls};
}

/** dy/dt of the flow in a schedule's own time, of rows that may be at times of their own. */
function flowDerivative(
  denoiser: Denoiser,
  {sigma: level, dsigma}: Schedule,
  sigma_data: number
): Derivative {
  return async (t, y) => {
    const n = t.length;
    const d = y.length / n;
    const sigma = new Float64Array(n);
    const width = new Float64Array(n);
    const x = new Float64Array(y.length);
    for (let row = 0, i = 0; row < n; ++row) {
      sigma[row] = row > 0 && t[row] === t[row - 1] ? sigma[row - 1] : level(t[row]);
      width[row] = Math.sqrt(sigma[row] ** 2 + sigma_data ** 2);
      for (const end = i + d; i < end; ++i) x[i] = width[row] * y[i];
    }
    const D = await denoiser(x, sigma);
    const slope = new Float64Array(y.length);
    let rise = 0;
    for (let row = 0, i = 0; row < n; ++row) {
      if (row === 0 || t[row] !== t[row - 1]) rise = dsigma(t[row]);
      const own = sigma_data ** 2 / width[row];
      const factor = rise / (sigma[row] * width[row]);
      for (const end = i + d; i < end; ++i) slope[i] = factor * (own * y[i] - D[i]);
    }
    return slope;
  };
}
