import {bayesCheck, logNormal, type BayesCheck} from "../../diffusion/ddpmPosterior.js";
import type {Ddpm} from "../../diffusion/ddpm.js";
import type {Layer, Plane} from "../lab/plane.js";
import {curve} from "./lawPlane.js";
import {REACH} from "./timePlane.js";

export interface PosteriorPicture {
  chain: Ddpm;
  t: number;
  x0: number;
  xt: number;
  /** Each curve scaled to a height of 1. */
  scaled: boolean;
}

/** Colours of the four curves, for the legend too. */
export const posteriorColors = {
  prior: "--series-encodings",
  likelihood: "--map-true",
  product: "--series-gaussian",
  exact: "--series-prior"
} as const;

const POINTS = 481;
const CLOSE = 161;

/** Bayes' rule as densities over x_(t-1): the two factors, their product computed on a grid, and the closed form. */
export function posteriorPlane({chain, t, x0, xt, scaled}: PosteriorPicture, check?: BayesCheck): Plane {
  const found = check ?? bayesCheck(chain, t, x0, xt);
  const {exact} = found;
  const grid = gridAround(exact.mean, Math.sqrt(exact.variance));
  const product = (x: number) => found.prior(x) + found.likelihood(x) - found.logMass;
  const closed = (x: number) => logNormal(x, exact.mean, exact.variance);
  // Heights by the tops in closed form: those of the narrow curves lie between the points of any grid.
  const tops = {
    prior: found.prior(Math.sqrt(chain.alphaBar[t - 2]) * x0),
    likelihood: found.likelihood(xt / Math.sqrt(chain.alpha[t - 1])),
    exact: closed(exact.mean)
  };
  const height = (log: (x: number) => number, top: number) =>
    grid.map((x) => Math.exp(log(x) - (scaled ? top : 0)));
  const [low, high] = [0, scaled ? 1.12 : 1.1 * Math.exp(Math.max(tops.prior, tops.likelihood, tops.exact))];
  const line = (name: keyof typeof posteriorColors, y: Float64Array, more: object = {}): Layer => ({
    kind: "curve",
    xy: curve(grid, y),
    color: posteriorColors[name],
    ...more
  });
  const tick = (x: number, words: string, color: string): Layer[] => [
    {kind: "rule", x, color, dash: [2, 3]},
    {kind: "text", x, y: 0.94 * high, words, color, anchor: x > 0.8 * REACH ? "right" : "left"}
  ];
  return {
    x: {domain: [-REACH, REACH], label: "xₜ₋₁"},
    y: {domain: [low, high], label: scaled ? "density, scaled to height 1" : "density"},
    layers: [
      ...tick(x0, " x₀", posteriorColors.prior),
      ...tick(xt, " xₜ", posteriorColors.likelihood),
      line("prior", height(found.prior, tops.prior)),
      line("likelihood", height(found.likelihood, tops.likelihood)),
      line("product", height(product, tops.exact), {width: 6, opacity: 0.6}),
      line("exact", height(closed, tops.exact), {width: 1.8})
    ],
    label: `Densities over x_(t-1) at t = ${t}: q(x_(t-1) | x_0), q(x_t | x_(t-1)), their product, and the normal density of mean ${exact.mean.toFixed(3)} and variance ${exact.variance.toPrecision(3)}`
  };
}

/** An even grid over the plane, finer around a narrow peak. */
function gridAround(mean: number, deviation: number): Float64Array {
  const even = Array.from({length: POINTS}, (_, i) => REACH * ((2 * i) / (POINTS - 1) - 1));
  const close = Array.from({length: CLOSE}, (_, i) => mean + 5 * deviation * ((2 * i) / (CLOSE - 1) - 1));
  return Float64Array.from([...even, ...close]).sort();
}
