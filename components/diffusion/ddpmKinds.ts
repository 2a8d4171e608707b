import {cosineBetas, ddpm, discretised, linearBetas, sigmoidBetas, type Ddpm} from "./ddpm.js";
import {drawnCurve, type ControlPoint} from "./drawnCurve.js";
import {alphaBar, type Schedule} from "./schedule.js";
import type {ScheduleParameter} from "./scheduleKinds.js";

/** A family of beta_t for any T, with named parameters. A new kind is a few lines here. */
export interface ChainKind {
  label: string;
  parameters: Record<string, ScheduleParameter>;
  betas(T: number, p: Record<string, number>): Float64Array;
}

export const chainKinds = {
  // Ho et al. 2020 took 1e-4 to 0.02 for T = 1000: T beta_t from 0.1 to 20.
  linear: {
    label: "linear",
    parameters: {
      beta_0: {label: "Tβ at t = 1", value: 0.1, min: 0, max: 10, step: 0.1},
      beta_1: {label: "Tβ at t = T", value: 20, min: 0, max: 40, step: 0.5}
    },
    betas: (T, {beta_0, beta_1}) => linearBetas(T, beta_0 / 1000, beta_1 / 1000)
  },
  cosine: {
    label: "cosine ᾱ",
    parameters: {c: {label: "c", value: 0.008, min: 0.001, max: 0.2, step: 0.001}},
    betas: (T, {c}) => cosineBetas(T, c)
  },
  sigmoid: {
    label: "sigmoid ᾱ",
    parameters: {
      start: {label: "from", value: -3, min: -8, max: 2, step: 0.5},
      end: {label: "to", value: 3, min: -2, max: 8, step: 0.5}
    },
    betas: (T, {start, end}) => sigmoidBetas(T, start, end)
  }
} satisfies Record<string, ChainKind>;

export type ChainKindName = keyof typeof chainKinds;

/** A chain as a reader has set it. */
export type ChainSketch = {T: number} & (
  | {kind: ChainKindName; parameters: Record<string, number>}
  /** T beta_t against t/T through points. */
  | {kind: "drawn"; points: readonly ControlPoint[]}
  /** The chain with the alpha-bar of a continuous schedule, at T even times. */
  | {kind: "schedule"; schedule: Schedule}
);

/** Below this, numbers that are divided by the square root of alpha-bar run out of range. */
const LEAST = 1e-250;

/** The chain, or, in a sentence for its reader, why there is none. */
export function chainOfSketch(
  sketch: ChainSketch
): {chain: Ddpm; fault?: undefined} | {chain?: undefined; fault: string} {
  try {
    const betas = betasOf(sketch);
    const bad = betas.findIndex((b) => !(b >= 0 && b < 1));
    if (bad >= 0)
      return {fault: `β at t = ${bad + 1} is ${betas[bad]}; it must be a number from 0 to below 1.`};
    if (betas.every((b) => b === 0))
      return {
        fault:
          "β is 0 at every step: no noise is added, and there is nothing to be learned or taken back. Make it larger than 0 somewhere."
      };
    const chain = ddpm(betas);
    const lost = chain.alphaBar.findIndex((bar) => bar < LEAST);
    return lost < 0
      ? {chain}
      : {
          fault: `ᾱ is below 10⁻²⁵⁰ from t = ${lost + 1} on: nothing of the data is left long before the end. Make β smaller.`
        };
  } catch (error) {
    return {fault: (error as Error).message};
  }
}

function betasOf(sketch: ChainSketch): Float64Array {
  const {T} = sketch;
  switch (sketch.kind) {
    case "drawn":
      return discretised(drawnCurve(sketch.points).value, T);
    case "schedule":
      return scheduleBetas(sketch.schedule, T);
    default: {
      const kind: ChainKind = chainKinds[sketch.kind];
      return kind.betas(T, sketch.parameters);
    }
  }
}

/**
 * beta_t of the chain that has a schedule's signal-to-noise ratio at T even times: 1 - alpha-bar(t) / alpha-bar(t - 1), alpha-bar(0)
 * = 1, at most 0.999.
 */
export function scheduleBetas(schedule: Schedule, T: number): Float64Array {
  const {t_min, t_max} = schedule;
  const bar = (t: number) => (t === 0 ? 1 : alphaBar(schedule, t_min + ((t_max - t_min) * t) / T));
  return Float64Array.from({length: T}, (_, i) => Math.min(0.999, Math.max(0, 1 - bar(i + 1) / bar(i))));
}
