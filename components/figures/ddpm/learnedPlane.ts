import type {Ddpm} from "../../diffusion/ddpm.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {forwardLaw} from "../../diffusion/ddpmForward.js";
import type {Layer, Plane} from "../lab/plane.js";
import {curve, densityCurve} from "./lawPlane.js";
import {REACH} from "./timePlane.js";

const POINTS = 121;
const SIDE = 15;
const WIDE = 2.8;

/** Places to ask a model at [n, d]: a line in one dimension, a grid in two. */
export function placesOfPlane(d: number): Float64Array {
  if (d === 1) return Float64Array.from({length: POINTS}, (_, i) => REACH * ((2 * i) / (POINTS - 1) - 1));
  const x = new Float64Array(2 * SIDE * SIDE);
  const at = (i: number) => WIDE * ((2 * i) / (SIDE - 1) - 1);
  for (let row = 0, k = 0; row < SIDE; ++row)
    for (let column = 0; column < SIDE; ++column) {
      x[k++] = at(column);
      x[k++] = at(row);
    }
  return x;
}

/** eps_theta(x, t) of any denoiser, which may answer later. */
export async function epsAt(
  {alphaBar, noise}: Ddpm,
  denoiser: Denoiser,
  d: number,
  t: number,
  x: Float64Array
) {
  const s = Math.sqrt(alphaBar[t - 1]);
  const sigma = Math.sqrt(noise[t - 1]) / s;
  const y = x.map((v) => v / s);
  const D = await denoiser(y, new Float64Array(x.length / d).fill(sigma));
  return y.map((v, i) => (v - D[i]) / sigma);
}

export interface LearnedPicture {
  chain: Ddpm;
  law: GaussianMixture;
  t: number;
  x: Float64Array;
  exact: Float64Array;
  /** Undefined before anything was trained. */
  learned?: Float64Array;
}

/** eps_theta(x, t) over x: the exact one wide and grey, the learned one thin. In 2-D, arrows. */
export function learnedEpsPlane({chain, law, t, x, exact, learned}: LearnedPicture): Plane {
  const d = law.dimension;
  const layers: Layer[] = [];
  const label = `The exact noise prediction${learned ? " and the learned one" : ""} over x at t = ${t}`;
  if (d === 1) {
    const {x: grid, density} = densityCurve(forwardLaw(chain, law, t));
    const top = Math.max(...density);
    layers.push({kind: "curve", xy: curve(grid, density.map((v) => (2 * v) / top - REACH)), color: "--theme-foreground-faint", width: 1}); // prettier-ignore
    layers.push({kind: "curve", xy: curve(x, exact), color: "--series-encodings", width: 6, opacity: 0.5});
    if (learned) layers.push({kind: "curve", xy: curve(x, learned), color: "--series-live", width: 1.8});
    return {
      x: {domain: [-REACH, REACH], label: "xₜ"},
      y: {domain: [-REACH, REACH], label: "ε_θ(xₜ, t)"},
      layers,
      label
    };
  }
  const arrows = (eps: Float64Array, color: string, opacity: number): Layer => ({
    kind: "arrows",
    xy: Float32Array.from(x),
    uv: Float32Array.from(eps, (v) => (-v * WIDE) / SIDE),
    color,
    opacity
  });
  layers.push(arrows(exact, "--series-encodings", 0.9));
  if (learned) layers.push(arrows(learned, "--series-live", 0.9));
  return {
    x: {domain: [-REACH, REACH], label: "xₜ, first coordinate"},
    y: {domain: [-REACH, REACH], label: "second coordinate"},
    layers,
    label
  };
}
