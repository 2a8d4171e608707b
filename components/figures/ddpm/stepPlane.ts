import type {Ddpm} from "../../diffusion/ddpm.js";
import {logNormal, reverseLaw} from "../../diffusion/ddpmPosterior.js";
import {marginalMixture} from "../../diffusion/derivedMixture.js";
import {logDensity, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Layer, Plane} from "../lab/plane.js";
import {curve} from "./lawPlane.js";

export interface StepPicture {
  chain: Ddpm;
  law: GaussianMixture;
  /** The step from t to t - 1. */
  t: number;
  /** x_t of the particle [d]. */
  xt: Float64Array;
  /** p_theta(x_(t-1) | x_t), first coordinate: mu_theta and sigma_t^2. */
  mean: number;
  variance: number;
  /** Where it was drawn, first coordinate. */
  next?: number;
}

const POINTS = 401;

/** One step back of one particle: the Gaussian that it is drawn from, and the exact law of x_(t-1) given x_t. */
export function stepPlane({chain, law, t, xt, mean, variance, next}: StepPicture): Plane {
  const exact = marginalMixture(reverseLaw(chain, law, t, xt), 0);
  const deviation = Math.sqrt(variance);
  // Wide enough for both laws and for where the particle comes from.
  let [low, high] = [Math.min(mean - 4.5 * deviation, xt[0]), Math.max(mean + 4.5 * deviation, xt[0])];
  exact.means.forEach((m, k) => {
    if (exact.weights[k] < 1e-3) return;
    const far = 4 * Math.sqrt(exact.variances[k]);
    [low, high] = [Math.min(low, m - far), Math.max(high, m + far)];
  });
  const pad = 0.04 * (high - low) || 0.1;
  [low, high] = [low - pad, high + pad];
  const grid = Float64Array.from({length: POINTS}, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  const model = grid.map((x) => (variance > 0 ? Math.exp(logNormal(x, mean, variance)) : 0));
  // Variances of 0 (t = 1 of a single point) have no density.
  const spread = exact.variances.some((v) => v > 0);
  const truth = spread
    ? logDensity(exact, grid, new Float64Array(POINTS)).map(Math.exp)
    : new Float64Array(POINTS);
  const top = 1.15 * Math.max(...model, ...truth, 1e-9);
  const layers: Layer[] = [
    {kind: "rule", x: xt[0], color: "--series-prior", dash: [2, 3]},
    {kind: "text", x: xt[0], y: 0.93 * top, words: " xₜ", color: "--series-prior"},
    {kind: "curve", xy: curve(grid, truth), color: "--series-gaussian", width: 6, opacity: 0.6},
    {kind: "curve", xy: curve(grid, model), color: "--series-live", width: 1.8}
  ];
  if (next !== undefined)
    layers.push({kind: "points", xy: Float32Array.of(next, 0.02 * top), color: "--series-live", radius: 5});
  return {
    x: {domain: [low, high], label: "xₜ₋₁, first coordinate"},
    y: {domain: [0, top], label: "density"},
    layers,
    label: `The step from t = ${t} to ${t - 1} of one particle: a normal density of mean ${mean.toFixed(3)} and deviation ${deviation.toPrecision(3)}, and the exact law of x_(t-1) given x_t`
  };
}
