/** Functions of x at one or several noise levels: along a horizontal line through the point, in two dimensions. */
import {constantSigma} from "../../diffusion/denoiser.js";
import {logDensity, mixtureDenoiser, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {fromDenoised} from "../../diffusion/parameterisation.js";
import {preconditionings} from "../../diffusion/preconditioning.js";
import type {Lines, Series} from "../lab/lines.js";

/** Points of a curve. */
const POINTS = 241;

/** The levels that are drawn beside the slider's. */
export const FEW_LEVELS = [0.05, 0.2, 0.5, 1, 3] as const;

const fewColors = ["--series-gaussian", "--map-true", "--series-encodings", "--series-live", "--theme-foreground-muted"]; // prettier-ignore

export interface CurveView {
  law: GaussianMixture;
  sigma: number;
  /** The line goes through it [d]. */
  point: ArrayLike<number>;
}

/** Points [POINTS, d] on a line through `point`, along the first axis. */
function along({law, point}: CurveView, half: number): {x: Float64Array; places: Float64Array} {
  const d = law.dimension;
  const x = Float64Array.from({length: POINTS}, (_, i) => -half + (2 * half * i) / (POINTS - 1));
  const places = new Float64Array(POINTS * d);
  for (let i = 0; i < POINTS; ++i) {
    places[i * d] = x[i];
    for (let j = 1; j < d; ++j) places[i * d + j] = point[j];
  }
  return {x, places};
}

const first = (values: Float64Array, d: number) => (d === 1 ? values : values.filter((_, i) => i % d === 0));

const nameOf = (d: number) => (d === 1 ? "x" : "x₁");

/** D(x; sigma) against x: from the nearest peak, at little noise, to the mean of all data, at much. */
export function denoiserCurves(view: CurveView): Lines {
  const {law, sigma, point} = view;
  const d = law.dimension;
  const {x, places} = along(view, 3);
  const denoiser = mixtureDenoiser(law);
  const at = (level: number) => first(denoiser(places, constantSigma(POINTS, level)), d);
  const few = FEW_LEVELS.map((level, i): Series => ({
    name: `σ = ${level}`,
    color: fewColors[i],
    x,
    y: at(level),
    width: 1.3
  }));
  return {
    x: {domain: [-3, 3], label: nameOf(d)},
    y: {domain: [-2.2, 2.2], label: d === 1 ? "D(x; σ)" : "D₁(x; σ)"},
    series: [
      {name: "D = x", color: "--theme-foreground-faint", x, y: x, dash: "3,4", width: 1},
      ...few,
      {name: `σ = ${sigma}, the slider's`, color: "--series-prior", x, y: at(sigma), width: 3}
    ],
    rules: [{x: point[0], dash: "2,3"}],
    label: `The exact denoiser's answer against x at noise levels ${[...FEW_LEVELS, sigma].join(", ")}.`
  };
}

/** Curves are drawn where the density is above this part of its highest on the line: elsewhere no training sample comes by. */
const SEEN = Math.log(1e-4);

export const predictionColors = {
  x_0: "--series-prior",
  eps: "--series-encodings",
  v: "--map-true",
  F: "--series-live",
  score: "--series-gaussian"
} as const;

/** What networks of each parameterisation have to answer at one noise level, as functions of x; s = 1. */
export function predictionCurves({sigma_data, ...view}: CurveView & {sigma_data: number}): Lines {
  const {law, sigma, point} = view;
  const d = law.dimension;
  const half = 3 * Math.sqrt(1 + sigma * sigma);
  const {x, places} = along(view, half);
  const D = first(mixtureDenoiser(law)(places, constantSigma(POINTS, sigma)), d);
  const log = logDensity(law, places, constantSigma(POINTS, sigma));
  const top = log.reduce((a, b) => Math.max(a, b), -Infinity);
  const {c_skip, c_out} = preconditionings.F(sigma, sigma_data);
  const level = {s: 1, sigma};
  const curve = (f: (D: number, x: number) => number) =>
    x.map((v, i) => (log[i] - top > SEEN ? f(D[i], v) : NaN));
  const series: Series[] = [
    {name: "x₀, which is D", color: predictionColors.x_0, x, y: curve((D) => D)},
    {name: "ε", color: predictionColors.eps, x, y: curve((D, x) => fromDenoised("eps", D, x, level))},
    {name: "v", color: predictionColors.v, x, y: curve((D, x) => fromDenoised("v", D, x, level))},
    {name: "F of EDM", color: predictionColors.F, x, y: curve((D, x) => (D - c_skip * x) / c_out), dash: "7,3"}, // prettier-ignore
    {name: "σ · score", color: predictionColors.score, x, y: curve((D, x) => sigma * fromDenoised("score", D, x, level)), dash: "2,3"} // prettier-ignore
  ];
  return {
    x: {domain: [-half, half], label: nameOf(d)},
    y: {domain: [-4, 4], label: "what is predicted"},
    series,
    rules: Math.abs(point[0]) <= half ? [{x: point[0], dash: "2,3"}] : [],
    label: `x₀, ε, v, F and σ times the score against x at σ = ${sigma}.`
  };
}
