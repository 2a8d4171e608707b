import type {Ddpm} from "../../diffusion/ddpm.js";
import {threeLosses, type EpsErrors, type WeightedLoss} from "../../diffusion/ddpmLosses.js";
import type {StepVariance} from "../../diffusion/elbo.js";
import type {Lines, Series} from "../lab/lines.js";
import {dotsOf, stepsOf, timeAxis} from "./chainCurves.js";

/** The three losses by name, with their colours. */
export const lossNames = {
  bound: {name: "Lₜ₋₁, the bound", color: "--series-prior"},
  simple: {name: "L_simple", color: "--series-encodings"},
  denoising: {name: "|D − x₀|²", color: "--map-true"}
} as const;
type LossName = keyof typeof lossNames;
const all = Object.keys(lossNames) as LossName[];

export interface ModelErrors {
  name: string;
  color: string;
  errors: EpsErrors;
}

export interface LossPicture {
  chain: Ddpm;
  variance: StepVariance;
  /** The model that the losses are of, and the exact one where it is another. */
  models: readonly ModelErrors[];
  t: number;
}

const perLoss = (
  {chain, variance, models, t}: LossPicture,
  of: (loss: WeightedLoss) => Float64Array,
  y: Lines["y"],
  what: string
): Lines => {
  const losses = threeLosses(chain, models[0].errors.mean, variance);
  return {
    x: timeAxis(chain.T),
    y,
    series: all.map((name) => ({
      ...lossNames[name],
      x: stepsOf(chain),
      y: of(losses[name]),
      dots: dotsOf(chain.T)
    })),
    rules: [{x: t, dash: "3,3"}],
    label: `${what} of three losses for t = 1 to ${chain.T}`
  };
};

/** Weights of |eps - eps_theta|^2, logarithmic. */
export const weightLines = (picture: LossPicture): Lines =>
  perLoss(picture, ({weight}) => weight, {label: "weight of |ε − ε_θ|²", log: true}, "Weights");

/** Weight times error, logarithmic. */
export const productLines = (picture: LossPicture): Lines =>
  perLoss(picture, ({value}) => value, {label: "weight × |ε − ε_θ|²", log: true}, "Values");

/** The part of each loss that a step has, T times: 1 everywhere where all steps count the same. */
export const shareOfLossLines = (picture: LossPicture): Lines => ({
  ...perLoss(
    picture,
    ({value, total}) => value.map((v) => (total > 0 ? (v * picture.chain.T) / total : 0)),
    {label: "share of the loss × T"},
    "Shares"
  ),
  rules: [
    {x: picture.t, dash: "3,3"},
    {y: 1, dash: "2,3"}
  ]
});

/** E|eps - eps_theta|^2 of each model, with a standard error up and down. */
export function epsErrorLines({chain, models, t}: LossPicture): Lines {
  const x = stepsOf(chain);
  const series: Series[] = models.flatMap(({name, color, errors: {mean, error}}) => [
    {name: `|ε − ε_θ|², ${name}`, color, x, y: mean, dots: dotsOf(chain.T)},
    ...[-1, 1].map((sign) => ({
      name: "",
      color,
      x,
      y: mean.map((v, i) => v + sign * error[i]),
      dash: "2,2",
      width: 0.9
    }))
  ]);
  return {
    x: timeAxis(chain.T),
    y: {label: "mean square error of ε_θ"},
    series,
    rules: [{x: t, dash: "3,3"}],
    label: `Mean square error of the predicted noise for t = 1 to ${chain.T}`
  };
}
