import {logDensity, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {cellsOf} from "../lab/heat.js";
import type {Layer, Plane} from "../lab/plane.js";
import {REACH} from "./timePlane.js";

const BINS = 36;
const POINTS = 321;
const CELLS = 90;
const BUDGET = 4e5;

export interface LawPicture {
  /** The exact law at this time, in one or two dimensions. */
  law: GaussianMixture;
  /** Particles [n, d]. */
  x: Float64Array;
  color?: string;
  /** A particle to mark. */
  particle?: number;
  /** What is seen: `x_t at t = 20`. */
  name: string;
}

/** Particles beside the exact density: a histogram in one dimension, points over the density in two. */
export const lawPlane = (picture: LawPicture): Plane =>
  picture.law.dimension === 1 ? histogramPlane(picture) : cloudPlane(picture);

/** Density [count] on an even grid from -REACH to REACH. */
export function densityCurve(law: GaussianMixture, count = POINTS): {x: Float64Array; density: Float64Array} {
  const x = Float64Array.from({length: count}, (_, i) => REACH * ((2 * i) / (count - 1) - 1));
  return {x, density: logDensity(law, x, new Float64Array(count)).map(Math.exp)};
}

/** The part of the particles in each of `bins` equal intervals from -REACH to REACH, as a density. */
export function histogram(x: Float64Array, bins = BINS): Float64Array {
  const width = (2 * REACH) / bins;
  const found = new Float64Array(bins);
  for (const v of x) {
    const bin = Math.floor((v + REACH) / width);
    if (bin >= 0 && bin < bins) found[bin] += 1 / (x.length * width);
  }
  return found;
}

export function curve(x: ArrayLike<number>, y: ArrayLike<number>): Float32Array {
  const xy = new Float32Array(2 * x.length);
  for (let i = 0; i < x.length; ++i) {
    xy[2 * i] = x[i];
    xy[2 * i + 1] = y[i];
  }
  return xy;
}

function histogramPlane({law, x, color = "--series-encodings", particle, name}: LawPicture): Plane {
  const {x: grid, density} = densityCurve(law);
  const bars = histogram(x);
  const steps = new Float32Array(4 * BINS + 4);
  const width = (2 * REACH) / BINS;
  steps.set([-REACH, 0]);
  bars.forEach((v, i) => {
    const left = -REACH + i * width;
    steps.set([left, v, left + width, v], 2 + 4 * i);
  });
  steps.set([REACH, 0], 2 + 4 * BINS);
  // Room for the bars of few particles, which scatter about the density; a lone peak goes beyond the frame.
  const top = Math.max(
    0.45,
    1.15 * Math.max(...density),
    Math.min(1.05 * Math.max(...bars), 2 * Math.max(...density))
  );
  const layers: Layer[] = [
    {kind: "curve", xy: steps, color, width: 1.4},
    {kind: "curve", xy: curve(grid, density), color: "--theme-foreground", width: 1.8, dash: [6, 3]}
  ];
  if (particle !== undefined)
    layers.push({
      kind: "points",
      xy: Float32Array.of(x[particle], 0.02 * top),
      color: "--series-live",
      radius: 5
    });
  return {
    x: {domain: [-REACH, REACH], label: "x"},
    y: {domain: [0, top], label: "density"},
    layers,
    label: `Histogram of ${x.length} particles, ${name}, with the exact density`
  };
}

function cloudPlane({law, x, color = "--series-encodings", particle, name}: LawPicture): Plane {
  const side = Math.max(20, Math.min(CELLS, Math.floor(Math.sqrt(BUDGET / law.weights.length))));
  const places = cellsOf(side, REACH);
  const values = logDensity(law, places, new Float64Array(side * side)).map(Math.exp);
  const layers: Layer[] = [
    {kind: "heat", values, nx: side, ny: side, color: "--series-gaussian"},
    {kind: "points", xy: Float32Array.from(x), color, radius: 1.5, opacity: 0.8}
  ];
  if (particle !== undefined)
    layers.push({
      kind: "points",
      xy: Float32Array.of(x[2 * particle], x[2 * particle + 1]),
      color: "--series-live",
      radius: 5
    });
  return {
    x: {domain: [-REACH, REACH], label: "x, first coordinate"},
    y: {domain: [-REACH, REACH], label: "second coordinate"},
    layers,
    label: `${x.length / 2} particles, ${name}, over the exact density`
  };
}
