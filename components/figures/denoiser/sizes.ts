/** How large the numbers are that a network is fed and asked for, against the noise level. */
import type {LevelErrors} from "../../diffusion/leastLoss.js";
import {preconditionings, type Parameterisation} from "../../diffusion/preconditioning.js";
import {learnableSquare, targetSquare} from "../../diffusion/trainingTarget.js";
import type {Lines, Series} from "../lab/lines.js";
import {predictionColors} from "./curves.js";

export const parameterisationNames: Record<Parameterisation, string> = {
  F: "F, EDM's",
  x_0: "x₀",
  eps: "ε",
  v: "v"
};

export interface SizesView {
  /** Levels, and the exact denoiser's error at them. */
  least: LevelErrors;
  /** E|x_0|^2 / d. */
  second: number;
  sigma_data: number;
  parameterisation: Parameterisation;
  /** The slider's level. */
  sigma: number;
}

/**
 * Root mean square of the chosen training target and of the score, and of each target the part that can be learned: the exact
 * answer's own size.
 */
export function targetSizes({least, second, sigma_data, parameterisation, sigma}: SizesView): Lines {
  const levels = least.sigma;
  const of = (kind: Parameterisation) => (level: number) => preconditionings[kind](level, sigma_data);
  const target = (c: (level: number) => {c_skip: number; c_out: number}) =>
    levels.map((level) => Math.sqrt(targetSquare(c(level), level, second)));
  const kinds = Object.keys(preconditionings) as Parameterisation[];
  return {
    x: {label: "σ", log: true, domain: [levels[0], levels[levels.length - 1]]},
    y: {label: "root mean square", log: true, domain: [0.05, 10]},
    series: [
      {
        name: `the target ${parameterisationNames[parameterisation]}`,
        color: "--theme-foreground",
        x: levels,
        y: target(of(parameterisation)),
        width: 2.5
      },
      {
        name: "the score",
        color: predictionColors.score,
        x: levels,
        y: target((level) => ({c_skip: 1, c_out: level * level})),
        dash: "2,3"
      },
      ...kinds.map((kind): Series => ({
        name: `of ${parameterisationNames[kind]}, what can be learned`,
        color: predictionColors[kind],
        x: levels,
        y: levels.map((level, i) =>
          Math.sqrt(learnableSquare(of(kind)(level), level, {second, least: least.mean[i]}))
        ),
        dash: kind === "v" ? "6,4" : undefined,
        width: kind === parameterisation ? 2.5 : 1.5
      }))
    ],
    rules: [{x: sigma, dash: "2,3"}],
    label:
      "Sizes of the training target and of what can be learned of x₀, ε, v and F, against the noise level."
  };
}

/**
 * The error of a network's output that makes D as wrong as the exact denoiser is anyway: sqrt(E|D - x_0|^2 / d) / |c_out|. Where it is
 * small, the network must be exact to that part of its output.
 */
export function precisionCurves({
  least,
  sigma_data,
  parameterisation,
  sigma
}: Omit<SizesView, "second">): Lines {
  const levels = least.sigma;
  const kinds = Object.keys(preconditionings) as Parameterisation[];
  return {
    x: {label: "σ", log: true, domain: [levels[0], levels[levels.length - 1]]},
    y: {label: "error that it may have", log: true, domain: [0.005, 5]},
    series: kinds.map((kind) => ({
      name: parameterisationNames[kind],
      color: predictionColors[kind],
      x: levels,
      y: levels.map(
        (level, i) => Math.sqrt(least.mean[i]) / Math.abs(preconditionings[kind](level, sigma_data).c_out)
      ),
      dash: kind === "v" ? "6,4" : undefined,
      width: kind === parameterisation ? 3 : 1.5
    })),
    rules: [{x: sigma, dash: "2,3"}],
    label: "How exact a network must be at each noise level, by what it predicts."
  };
}

const coefficients = [
  ["c_skip", "--series-encodings"],
  ["c_out", "--series-prior"],
  ["c_in", "--map-true"],
  ["c_noise", "--series-gaussian"]
] as const;

const subscript: Record<string, string> = {
  c_skip: "c_skip",
  c_out: "c_out",
  c_in: "c_in",
  c_noise: "c_noise = ¼ ln σ"
};

/** c_skip, c_out, c_in and c_noise of a parameterisation against the noise level. */
export function coefficientCurves(view: Omit<SizesView, "least" | "second"> & {levels: Float64Array}): Lines {
  const {levels, sigma_data, parameterisation, sigma} = view;
  const all = Array.from(levels, (level) => preconditionings[parameterisation](level, sigma_data));
  return {
    x: {label: "σ", log: true, domain: [levels[0], levels[levels.length - 1]]},
    y: {label: "coefficient", domain: [-2, 2]},
    series: coefficients.map(([name, color]) => ({
      name: subscript[name],
      color,
      x: levels,
      y: Float64Array.from(all, (c) => c[name]),
      dash: name === "c_noise" ? "2,3" : undefined
    })),
    rules: [{x: sigma, dash: "2,3"}],
    label: `c_skip, c_out, c_in and c_noise of ${parameterisationNames[parameterisation]} against the noise level.`
  };
}
