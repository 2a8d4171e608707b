import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {constantSigma, type Denoiser} from "../diffusion/denoiser.js";
import {EDM} from "../diffusion/edm.js";
import {dormandPrince} from "./dormandPrince.js";
import {integrateAdaptive, type AdaptiveOptions, type Derivative} from "./rungeKutta.js";

/** The probability-flow ODE dx/dsigma = (x - D(x; sigma)) / sigma in one choice of time t and state y. */
export interface FlowVariable {
  toTime(sigma: number, sigma_data: number): number;
  toSigma(t: number, sigma_data: number): number;
  /** y = x / scale. */
  scale(sigma: number, sigma_data: number): number;
  /** dy/dt of one component, from x and D. */
  derivative(x: number, D: number, sigma: number, sigma_data: number): number;
}

/**
 * Three forms of the same ODE. `angle` is t = atan(sigma / sigma_data), y = x / sqrt(sigma^2 + sigma_data^2), in which
 * data of deviation sigma_data stand still: dy/dt is the network's own output, -F. It takes the fewest denoiser calls
 * at equal error on standardised data, and is the default.
 */
export const flowVariables = {
  sigma: {
    toTime: (sigma) => sigma,
    toSigma: (t) => t,
    scale: () => 1,
    derivative: (x, D, sigma) => (x - D) / sigma
  },
  logSigma: {
    toTime: (sigma) => Math.log(sigma),
    toSigma: (t) => Math.exp(t),
    scale: () => 1,
    derivative: (x, D) => x - D
  },
  angle: {
    toTime: (sigma, sigma_data) => Math.atan(sigma / sigma_data),
    toSigma: (t, sigma_data) => sigma_data * Math.tan(t),
    scale: (sigma, sigma_data) => Math.hypot(sigma, sigma_data),
    derivative(x, D, sigma, sigma_data) {
      const c2 = sigma * sigma + sigma_data * sigma_data;
      return (Math.sqrt(c2) * ((x * sigma_data * sigma_data) / c2 - D)) / (sigma * sigma_data);
    }
  }
} satisfies Record<string, FlowVariable>;

export interface FlowOptions extends Partial<AdaptiveOptions> {
  /** Time and state to integrate in (default `angle`). */
  variable?: keyof typeof flowVariables;
  /** Deviation of the data (default 1); only `angle` uses it. */
  sigma_data?: number;
}

export interface Flowed {
  /** Points at the last noise level [n, d]. */
  x: Float64Array;
  /** Denoiser calls of each trajectory [n]; their sum is the rows the network saw. */
  evaluations: Int32Array;
  /** Rejected steps in all. */
  rejected: number;
}

/** The right-hand side in one variable, from a denoiser. */
export function flowDerivative(denoiser: Denoiser, form: FlowVariable, sigma_data: number): Derivative {
  return async (t, y) => {
    const d = y.length / t.length;
    const sigma = t.map((ti) => form.toSigma(ti, sigma_data));
    const scale = sigma.map((s) => form.scale(s, sigma_data));
    const x = y.map((v, i) => v * scale[Math.floor(i / d)]);
    const D = await denoiser(x, sigma);
    return D.map((Di, i) => form.derivative(x[i], Di, sigma[Math.floor(i / d)], sigma_data));
  };
}

/**
 * Carries points along the probability-flow ODE from noise level `from` to `to`, in either direction, with adaptive
 * Dormand-Prince 5(4) steps of each trajectory's own.
 * @param x points at level `from` [n, d]
 * @param options rtol and atol default to 1e-3; in `angle` they are relative to sqrt(sigma^2 + sigma_data^2)
 */
export async function flow(
  denoiser: Denoiser,
  x: Float64Array,
  n: number,
  [from, to]: readonly [number, number],
  options: FlowOptions = {},
  context: JobContext = quiet
): Promise<Flowed> {
  const {variable = "angle", sigma_data = 1, rtol = 1e-3, atol = 1e-3, observe} = options;
  if (!(from > 0) || !(to > 0))
    throw new RangeError(`sigma: found ${from} to ${to}; expected levels above 0`);
  const form: FlowVariable = flowVariables[variable];
  const start = form.scale(from, sigma_data);
  const end = form.scale(to, sigma_data);
  const result = await integrateAdaptive(
    dormandPrince,
    flowDerivative(denoiser, form, sigma_data),
    x.map((v) => v / start),
    n,
    [form.toTime(from, sigma_data), form.toTime(to, sigma_data)],
    {
      ...options,
      rtol,
      atol,
      observe:
        observe &&
        ((row, t, y) => {
          const sigma = form.toSigma(t, sigma_data);
          const scale = form.scale(sigma, sigma_data);
          observe(
            row,
            sigma,
            y.map((v) => v * scale)
          );
        })
    },
    context
  );
  return {x: result.y.map((v) => v * end), evaluations: result.evaluations, rejected: result.rejected};
}

/** Levels that decoding starts from and ends at; EDM's unless told. */
export interface Levels {
  sigma_min?: number;
  sigma_max?: number;
}

/**
 * Noise to data: from sigma_max to sigma_min, then one call of the denoiser to 0.
 * @param noise points at sigma_max [n, d], as `encode` returns them or sigma_max N(0, I)
 */
export async function decode(
  denoiser: Denoiser,
  noise: Float64Array,
  n: number,
  options: FlowOptions & Levels = {},
  context: JobContext = quiet
): Promise<Flowed> {
  const {sigma_min = EDM.sigma_min, sigma_max = EDM.sigma_max} = options;
  const result = await flow(denoiser, noise, n, [sigma_max, sigma_min], options, context);
  return {
    ...result,
    x: await denoiser(result.x, constantSigma(n, sigma_min)),
    evaluations: result.evaluations.map((e) => e + 1)
  };
}

/** Data to noise: the points are taken to be at sigma_min and carried up to sigma_max. */
export async function encode(
  denoiser: Denoiser,
  x: Float64Array,
  n: number,
  options: FlowOptions & Levels = {},
  context: JobContext = quiet
): Promise<Flowed> {
  const {sigma_min = EDM.sigma_min, sigma_max = EDM.sigma_max} = options;
  return flow(denoiser, x, n, [sigma_min, sigma_max], options, context);
}
