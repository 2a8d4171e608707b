import {drawnRate, drawnSchedule, type ControlPoint} from "./drawnCurve.js";
import {
  constantRate,
  cosineRate,
  edmSchedule,
  faultOf,
  linearRate,
  subVariancePreserving,
  varianceExploding,
  variancePreserving,
  type Rate,
  type Schedule
} from "./schedule.js";

/** A number that a kind of schedule depends on, and where a slider may take it: also beyond what makes sense, which is then explained. */
export interface ScheduleParameter {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
}

/** A family of schedules with named parameters. A new kind is a few lines here, and is then on every page. */
export interface ScheduleKind {
  label: string;
  /** The curve that stands for it, and that a reader drags: the rate beta(t), or the noise level sigma(t). */
  draws: "beta" | "sigma";
  parameters: Record<string, ScheduleParameter>;
  make(p: Record<string, number>): Schedule;
  /** The curve's value at t, from the same parameters. */
  curve(p: Record<string, number>): (t: number) => number;
}

const beta_0 = {label: "β(0)", value: 0.1, min: 0, max: 10, step: 0.1};
const beta_1 = {label: "β(1)", value: 20, min: 0, max: 40, step: 0.5};

/** A kind that is a rate, made into a schedule one way or another. */
const ofRate = (
  label: string,
  parameters: Record<string, ScheduleParameter>,
  rate: (p: Record<string, number>) => Rate,
  family = variancePreserving
): ScheduleKind => ({
  label,
  draws: "beta",
  parameters,
  make: (p) => family(rate(p), {name: label}),
  curve: (p) => rate(p).beta
});

/** A kind whose parameters are its lowest and highest noise level. */
const ofLevels = (
  label: string,
  [low, high]: [number, number],
  make: (p: {sigma_min: number; sigma_max: number}) => Schedule
): ScheduleKind => ({
  label,
  draws: "sigma",
  parameters: {
    sigma_min: {label: "σ_min", value: low, min: 0.001, max: 2, step: 0.001},
    sigma_max: {label: "σ_max", value: high, min: 0.5, max: 100, step: 0.5}
  },
  make: (p) => ({...make(p as {sigma_min: number; sigma_max: number}), name: label}),
  curve: (p) => make(p as {sigma_min: number; sigma_max: number}).sigma
});

export const scheduleKinds = {
  vp: ofRate("VP, linear β", {beta_0, beta_1}, (p) => linearRate(p.beta_0, p.beta_1)),
  cosine: ofRate("VP, cosine ᾱ", {c: {label: "c", value: 0.008, min: 0.001, max: 0.2, step: 0.001}}, (p) =>
    cosineRate(p.c)
  ),
  constant: ofRate("VP, constant β", {beta: {label: "β", value: 8, min: 0, max: 40, step: 0.5}}, (p) =>
    constantRate(p.beta)
  ),
  subvp: ofRate(
    "sub-VP, linear β",
    {beta_0, beta_1},
    (p) => linearRate(p.beta_0, p.beta_1),
    subVariancePreserving
  ),
  ve: ofLevels("VE (SMLD)", [0.01, 50], varianceExploding),
  edm: ofLevels("EDM, σ(t) = t", [0.002, 80], edmSchedule)
} satisfies Record<string, ScheduleKind>;

export type ScheduleKindName = keyof typeof scheduleKinds;

/** A schedule as a reader has set it: a kind with its parameters, or a curve drawn through points. */
export type ScheduleSpec =
  | {kind: ScheduleKindName; parameters: Record<string, number>}
  | {kind: "drawnBeta" | "drawnSigma"; points: ControlPoint[]};

/** The schedule, or, in a sentence for its reader, why there is none. */
export function scheduleOf(
  spec: ScheduleSpec
): {schedule: Schedule; fault?: undefined} | {schedule?: undefined; fault: string} {
  try {
    const schedule = made(spec);
    const fault = faultOf(schedule);
    return fault === undefined ? {schedule} : {fault};
  } catch (error) {
    return {fault: (error as Error).message};
  }
}

function made(spec: ScheduleSpec): Schedule {
  switch (spec.kind) {
    case "drawnBeta":
      return variancePreserving(drawnRate(spec.points), {name: "VP, β drawn by hand"});
    case "drawnSigma": {
      const times = spec.points.map(({t}) => t);
      return {
        ...drawnSchedule(spec.points, {t_min: Math.min(0, ...times), t_max: Math.max(1, ...times)}),
        name: "σ drawn by hand"
      };
    }
    default:
      return scheduleKinds[spec.kind].make(spec.parameters);
  }
}
