import type {Schedule} from "../diffusion/schedule.js";
import {adaptive} from "./adaptive.js";
import {ddim} from "./ddim.js";
import {dpmSolver} from "./dpmSolver.js";
import {euler} from "./euler.js";
import {eulerMaruyama} from "./eulerMaruyama.js";
import {heun} from "./heun.js";
import {annealedLangevin, predictorCorrector} from "./langevin.js";
import {shapedLangevin, type StrengthShape} from "./langevinStrength.js";
import {reverseChain} from "./reverseChain.js";
import type {Sampler} from "./sampler.js";
import {sharedAdaptive} from "./sharedAdaptive.js";
import {stochastic} from "./stochastic.js";

/** A number that a sampler depends on, and where a slider may take it. */
export interface SamplerParameter {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
}

type Values = Record<string, number>;

/** What a sampler is made for, besides its parameters. */
export interface SamplerSetting {
  /** Steps it will take. */
  steps: number;
  /** How beta(t) of regularised sampling goes with time. Default constant. */
  shape?: StrengthShape;
}

/** A sampler with named parameters. A new one is a few lines here, and is then on every page. */
export interface SamplerKind {
  label: string;
  parameters: Record<string, SamplerParameter>;
  /**
   * Solves the probability-flow ODE: from the same noise, with ever more steps, it ends at the same points as every other one. Those
   * that draw noise on their way agree with it in law alone.
   */
  solvesOde(p: Values): boolean;
  /** Denoiser calls of so many steps; undefined where it chooses its steps itself. */
  calls?(steps: number, p: Values): number;
  make(p: Values, setting: SamplerSetting): Sampler;
  /** Why it doesn't suit a schedule, in a sentence; undefined where it does. */
  unsuited?(schedule: Schedule): string | undefined;
}

const corrections = {label: "corrections", value: 1, min: 0, max: 10, step: 1};
const tolerance = {label: "log₁₀ tolerance", value: -3, min: -8, max: -1, step: 0.25};
const always = () => true;
const never = () => false;
const oneCall = (steps: number) => steps;

export const samplerKinds = {
  euler: {
    label: "Euler (ODE)",
    parameters: {},
    solvesOde: always,
    calls: oneCall,
    make: () => euler
  },
  ddim: {
    label: "DDIM",
    parameters: {eta: {label: "η", value: 0, min: 0, max: 1, step: 0.05}},
    solvesOde: ({eta}) => eta === 0,
    calls: oneCall,
    make: ({eta}) => ddim(eta)
  },
  heun: {
    label: "Heun (EDM, Algorithm 1)",
    parameters: {},
    solvesOde: always,
    calls: (steps) => 2 * steps,
    make: () => heun
  },
  dpmSolver: {
    label: "DPM-Solver++(2M)",
    parameters: {},
    solvesOde: always,
    calls: oneCall,
    make: () => dpmSolver
  },
  adaptive: {
    label: "adaptive Dormand–Prince, each its own steps",
    parameters: {tolerance},
    solvesOde: always,
    make: (p) => adaptive({rtol: 10 ** p.tolerance, atol: 10 ** p.tolerance})
  },
  sharedAdaptive: {
    label: "adaptive Dormand–Prince, one step for all",
    parameters: {tolerance},
    solvesOde: always,
    make: (p) => sharedAdaptive({rtol: 10 ** p.tolerance, atol: 10 ** p.tolerance})
  },
  ancestral: {
    label: "DDPM, ancestral",
    parameters: {},
    solvesOde: never,
    calls: oneCall,
    make: () => reverseChain
  },
  eulerMaruyama: {
    label: "Euler–Maruyama (reverse SDE)",
    parameters: {},
    solvesOde: never,
    calls: oneCall,
    make: () => eulerMaruyama
  },
  stochastic: {
    label: "EDM, stochastic (Algorithm 2)",
    parameters: {
      S_churn: {label: "S_churn", value: 20, min: 0, max: 80, step: 1},
      S_tmin: {label: "S_tmin", value: 0.05, min: 0, max: 1, step: 0.01},
      S_tmax: {label: "S_tmax", value: 50, min: 0.1, max: 100, step: 0.1},
      S_noise: {label: "S_noise", value: 1, min: 0.95, max: 1.05, step: 0.001}
    },
    solvesOde: ({S_churn}) => S_churn === 0,
    calls: (steps) => 2 * steps,
    make: ({S_churn, S_tmin, S_tmax, S_noise}, {steps}) =>
      stochastic({S_churn, S_tmin, S_tmax, S_noise, steps})
  },
  regularised: {
    label: "regularised (ODE and Langevin term)",
    parameters: {b: {label: "b, strength of β(t)", value: 0.3, min: 0, max: 10, step: 0.01}},
    solvesOde: ({b}) => b === 0,
    calls: oneCall,
    make: ({b}, {shape = {kind: "constant"}}) => shapedLangevin(shape, b)
  },
  predictorCorrector: {
    label: "predictor and corrector",
    parameters: {corrections, step: {label: "step / σ²", value: 0.1, min: 0, max: 1, step: 0.01}},
    solvesOde: (p) => p.corrections === 0 || p.step === 0,
    calls: (steps, p) => steps * (1 + p.corrections),
    make: (p) => predictorCorrector({corrections: p.corrections, step: p.step})
  },
  annealedLangevin: {
    label: "annealed Langevin (SMLD)",
    parameters: {
      corrections: {label: "steps a level", value: 5, min: 1, max: 20, step: 1},
      step: {label: "step / σ²", value: 0.2, min: 0.01, max: 1, step: 0.01}
    },
    solvesOde: never,
    calls: (steps, p) => steps * p.corrections,
    make: (p) => annealedLangevin({corrections: p.corrections, step: p.step}),
    unsuited: ({s, t_min, t_max}) =>
      s(t_min) === 1 && s(t_max) === 1
        ? undefined
        : "Annealed Langevin was made for schedules without scaling, s = 1 (VE, EDM): here it works on x/s."
  }
} satisfies Record<string, SamplerKind>;

export type SamplerKindName = keyof typeof samplerKinds;

/** A sampler as a reader has set it: plain data. */
export interface SamplerSpec {
  kind: SamplerKindName;
  parameters: Values;
  shape?: StrengthShape;
}

const kinds: Record<string, SamplerKind> = samplerKinds;

/** The kind of a name. @throws RangeError where there is none */
export function samplerKind(name: string): SamplerKind {
  if (!Object.hasOwn(kinds, name))
    throw new RangeError(`sampler: found ${name}; expected one of ${Object.keys(kinds).join(", ")}`);
  return kinds[name];
}

/** Parameters of a kind that are not given, at their defaults. */
export const samplerDefaults = (name: string, given: Values = {}): Values => ({
  ...Object.fromEntries(Object.entries(samplerKind(name).parameters).map(([key, {value}]) => [key, value])),
  ...given
});

/** The sampler of a specification, for so many steps. */
export const samplerOf = ({kind, parameters, shape}: SamplerSpec, steps: number): Sampler =>
  samplerKind(kind).make(samplerDefaults(kind, parameters), {steps, shape});
