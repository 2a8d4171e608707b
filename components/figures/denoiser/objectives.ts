/** Objectives side by side: which noise levels they draw, how they weigh them, and what is left to lose at each. */
import type {EdmConstants} from "../../diffusion/edm.js";
import type {LevelErrors} from "../../diffusion/leastLoss.js";
import {objectiveOf, type Objective} from "../../diffusion/objective.js";
import {scheduleLevels} from "../../diffusion/objectiveLevels.js";
import type {ObjectiveSpec} from "../../diffusion/objectiveSpec.js";
import type {Schedule} from "../../diffusion/schedule.js";
import type {Lines, Series} from "../lab/lines.js";

export interface ObjectiveSettings {
  edm: EdmConstants;
  /** Steps of the DDPM chain, linear beta_t. */
  T: number;
  /** The page's; without one, there is no objective that draws t from it. */
  schedule: Schedule | undefined;
}

interface NamedObjective {
  name: string;
  color: string;
  /** Where its curve lies on another one's. */
  dash?: string;
  spec(settings: ObjectiveSettings): ObjectiveSpec | undefined;
}

/** The objectives to choose from. A new one is an entry here. */
export const namedObjectives = {
  edm: {name: "EDM", color: "--series-live", spec: () => ({kind: "edm"})},
  simple: {
    name: "L_simple",
    color: "--series-encodings",
    dash: "7,5",
    spec: ({T}) => ({kind: "simple", chain: {kind: "linear", T}})
  },
  variational: {
    name: "variational, weighted ε loss",
    color: "--series-prior",
    spec: ({T}) => ({kind: "variational", chain: {kind: "linear", T}, variance: "beta"})
  },
  schedule: {
    name: "t uniform on the page's schedule, λ = 1/σ²",
    color: "--map-true",
    spec: ({schedule}) =>
      schedule && {
        kind: "scoreMatching",
        levels: scheduleLevels(schedule),
        lambda: {kind: "power", exponent: -2}
      }
  },
  plain: {
    name: "ln σ uniform, λ = 1",
    color: "--series-gaussian",
    spec: ({edm: {sigma_min, sigma_max}}) => ({
      kind: "scoreMatching",
      levels: {kind: "logUniform", sigma_min, sigma_max},
      lambda: {kind: "power", exponent: 0}
    })
  }
} satisfies Record<string, NamedObjective>;

export type ObjectiveName = keyof typeof namedObjectives;

export const objectiveNames = Object.keys(namedObjectives) as ObjectiveName[];

/** An objective ready to be drawn. */
export interface ShownObjective {
  key: ObjectiveName;
  name: string;
  color: string;
  dash?: string;
  spec: ObjectiveSpec;
  objective: Objective;
}

/** The objectives that these settings give: all, or those of some names. */
export function objectivesOf(
  settings: ObjectiveSettings,
  names: readonly ObjectiveName[] = objectiveNames
): ShownObjective[] {
  return names.flatMap((key) => {
    const {name, color, dash, spec: make}: NamedObjective = namedObjectives[key];
    const spec = make(settings);
    return spec ? [{key, name, color, dash, spec, objective: objectiveOf(spec, settings.edm)}] : [];
  });
}

export interface ObjectiveView {
  objectives: readonly ShownObjective[];
  /** Levels, and the exact denoiser's error at them. */
  least: LevelErrors;
  /** The one that stands out. */
  chosen: ObjectiveName;
  /** The slider's level. */
  sigma: number;
}

/** One curve an objective, over levels; NaN where it draws none. */
function curves(
  {objectives, chosen}: ObjectiveView,
  levels: Float64Array,
  f: (objective: Objective, sigma: number, i: number) => number
): Series[] {
  // Dashed ones over the others, the chosen one over all.
  const order = (one: ShownObjective) => (one.key === chosen ? 2 : one.dash ? 1 : 0);
  return [...objectives]
    .sort((a, b) => order(a) - order(b))
    .map(({key, name, color, dash, objective}) => ({
      name,
      color,
      dash,
      x: levels,
      y: levels.map((sigma, i) => (objective.levels.density(sigma) > 0 ? f(objective, sigma, i) : NaN)),
      width: key === chosen ? 3 : 1.5
    }));
}

const axis = (levels: Float64Array) =>
  ({label: "σ", log: true, domain: [levels[0], levels[levels.length - 1]]}) as const;

/** Points of a density: more than the floor has, since a chain's goes up and down in steps. */
const fine = (levels: Float64Array, n = 241) =>
  Float64Array.from(
    {length: n},
    (_, i) => levels[0] * (levels[levels.length - 1] / levels[0]) ** (i / (n - 1))
  );

/** p(sigma): the density of ln sigma. */
export function levelDensities(view: ObjectiveView): Lines {
  const levels = fine(view.least.sigma);
  const series = curves(view, levels, (objective, sigma) => objective.levels.density(sigma));
  const top = Math.max(0.1, ...series.flatMap(({y}) => Array.from(y).filter((v) => !Number.isNaN(v))));
  return {
    x: axis(levels),
    y: {label: "p(σ), density of ln σ", domain: [0, 1.06 * Math.min(top, 3)]},
    series,
    rules: [{x: view.sigma, dash: "2,3"}],
    label: "The densities of ln σ that the objectives draw noise levels from."
  };
}

/** lambda(sigma), the weight of |D - x_0|^2. */
export const weightCurves = (view: ObjectiveView): Lines => ({
  x: axis(view.least.sigma),
  y: {label: "λ(σ)", log: true, domain: [1e-3, 1e5]},
  series: curves(view, view.least.sigma, ({lambda}, sigma) => lambda(sigma)),
  rules: [{x: view.sigma, dash: "2,3"}],
  label: "The weights λ(σ) of the objectives."
});

/** lambda(sigma) E|D - x_0|^2 of the exact denoiser, a dimension: no network's loss is below it. */
export const floorCurves = (view: ObjectiveView): Lines => ({
  x: axis(view.least.sigma),
  y: {label: "λ(σ) · least |D − x₀|²", log: true, domain: [1e-3, 10]},
  series: [
    {
      name: "least |D − x₀|² itself",
      color: "--theme-foreground-muted",
      x: view.least.sigma,
      y: view.least.mean,
      dash: "2,3"
    },
    ...curves(view, view.least.sigma, ({lambda}, sigma, i) => lambda(sigma) * view.least.mean[i])
  ],
  rules: [{x: view.sigma, dash: "2,3"}],
  label: "The least possible loss at each noise level, by objective."
});

/** Mean density of ln sigma within a step about a level: a chain has few low levels, and its density there goes in steps. */
function meanDensity({levels}: Objective, sigma: number, step: number): number {
  const parts = 9;
  let sum = 0;
  for (let k = 0; k < parts; ++k) sum += levels.density(sigma * Math.exp(((k + 0.5) / parts - 0.5) * step));
  return sum / parts;
}

/** p(sigma) lambda(sigma) E|D - x_0|^2, of area 1 over ln sigma: where the loss of a trained network comes from. */
export function effortCurves(view: ObjectiveView): Lines {
  const {sigma: levels, mean} = view.least;
  const step = Math.log(levels[1] / levels[0]);
  const series = curves(
    view,
    levels,
    (one, sigma, i) => meanDensity(one, sigma, step) * one.lambda(sigma) * mean[i]
  ).map((one) => {
    const area = Array.from(one.y).reduce((sum, v) => sum + (v > 0 ? v * step : 0), 0);
    return {...one, y: Float64Array.from(one.y, (v) => (area > 0 ? v / area : NaN))};
  });
  const top = Math.max(0.1, ...series.flatMap(({y}) => Array.from(y).filter((v) => !Number.isNaN(v))));
  return {
    x: axis(levels),
    y: {label: "share of the loss, a unit of ln σ", domain: [0, 1.06 * Math.min(top, 2)]},
    series,
    rules: [{x: view.sigma, dash: "2,3"}],
    label: "Where the loss of a perfectly trained network comes from, by objective."
  };
}
