/** The law with noise, what its exact denoiser answers everywhere, and what is left of the law once a noisy point is known. */
import {constantSigma} from "../../diffusion/denoiser.js";
import {logDensity, mixtureDenoiser, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {posteriorMixture} from "../../diffusion/posterior.js";
import {cellsOf} from "../lab/heat.js";
import type {Layer, Plane} from "../lab/plane.js";

export interface NoisyView {
  law: GaussianMixture;
  sigma: number;
  /** The noisy point x [d]. */
  point: ArrayLike<number>;
  /** Scales the plane with the noise, x / sqrt(1 + sigma^2). Default: not. */
  zoom?: boolean;
}

/** Half the side of the plane, in units of the data or of `zoom`. */
export const HALF = 3;

/** Cells of a density's picture along each side, and arrows of a field. */
const CELLS = 84;
const ARROWS = 17;

/** Arrows are at most this many of their spacings long. */
const LONGEST = 1.6;

/** How much smaller than life the plane shows things. */
export const zoomOf = ({sigma, zoom = false}: {sigma: number; zoom?: boolean}): number =>
  zoom ? 1 / Math.sqrt(1 + sigma * sigma) : 1;

export const planeAxes = (d: number, zoom: boolean): {x: Plane["x"]; y: Plane["y"]} => ({
  x: {domain: [-HALF, HALF], label: `${d === 1 ? "x" : "x₁"}${zoom ? " / √(1 + σ²)" : ""}`},
  y: {domain: [-HALF, HALF], label: `x₂${zoom ? " / √(1 + σ²)" : ""}`}
});

/** p(x; sigma) over the plane. */
export function densityLayer(view: Omit<NoisyView, "point">, color = "--theme-foreground-muted"): Layer {
  const z = zoomOf(view);
  const log = logDensity(view.law, cellsOf(CELLS, HALF / z), constantSigma(CELLS * CELLS, view.sigma));
  return {kind: "heat", values: log.map(Math.exp), nx: CELLS, ny: CELLS, color};
}

export interface Field {
  /** Places in the plane [n, 2], and how far each is moved [n, 2], both as shown. */
  xy: Float32Array;
  uv: Float32Array;
}

/** Answers of a denoiser at places on a grid as moves D - x, in the units of the plane; D [n, d] comes from `fieldPlaces`. */
export function fieldOf(places: Float64Array, D: Float64Array, z: number): Field {
  const xy = new Float32Array(places.length);
  const uv = new Float32Array(places.length);
  for (let i = 0; i < places.length; ++i) {
    xy[i] = places[i] * z;
    uv[i] = (D[i] - places[i]) * z;
  }
  return {xy, uv};
}

/** Where a field is asked for [n, 2]. */
export const fieldPlaces = (z: number): Float64Array => cellsOf(ARROWS, HALF / z);

/** The factor at which some fields are drawn together, so that their arrows don't cover each other. */
export function fieldScale(...fields: Field[]): number {
  let longest = 0;
  for (const {uv} of fields)
    for (let i = 0; i < uv.length; i += 2) longest = Math.max(longest, Math.hypot(uv[i], uv[i + 1]));
  return Math.min(1, (LONGEST * 2 * HALF) / ARROWS / (longest || 1));
}

export const arrowsOf = ({xy, uv}: Field, scale: number, color: string, opacity = 0.8): Layer => ({
  kind: "arrows",
  xy,
  uv: uv.map((v) => v * scale),
  color,
  opacity
});

/** Height of the plane in one dimension, whose axis runs over densities, as a part of that in two: words stand as near. */
const FLAT = 1.42 / (2 * HALF);

/**
 * An arrow from a noisy point to where a denoiser takes it, with a name, where given, beyond its end.
 * @param unit what a unit of height in two dimensions is here
 */
export function answerLayers(
  from: readonly [number, number],
  to: readonly [number, number],
  color: string,
  name?: string,
  unit = 1
): Layer[] {
  const right = to[0] >= from[0];
  const layers: Layer[] = [
    {
      kind: "arrows",
      xy: Float32Array.from(from),
      uv: Float32Array.of(to[0] - from[0], to[1] - from[1]),
      color
    },
    {kind: "points", xy: Float32Array.from(to), color, radius: 5}
  ];
  if (name !== undefined)
    layers.push({
      kind: "text",
      x: to[0] + (right ? 0.14 : -0.14),
      y: to[1] + unit * (to[1] >= from[1] ? 0.16 : -0.24),
      words: name,
      color,
      anchor: right ? "left" : "right"
    });
  return layers;
}

export const pointLayers = (at: readonly [number, number], unit = 1): Layer[] => [
  {kind: "points", xy: Float32Array.from(at), color: "--theme-foreground", radius: 6},
  {
    kind: "text",
    x: at[0] - 0.12,
    y: at[1] - 0.24 * unit,
    words: "x",
    color: "--theme-foreground",
    anchor: "right"
  }
];

/** The picture, and how far its arrows are drawn, as a part of D - x. */
export interface NoisyPlane extends Plane {
  arrowPart: number;
}

/** The picture in two dimensions, or of densities over x in one. */
export function noisyPlane(view: NoisyView): NoisyPlane {
  return view.law.dimension === 1 ? inOne(view) : inTwo(view);
}

function inTwo(view: NoisyView): NoisyPlane {
  const {law, sigma, point, zoom = false} = view;
  const z = zoomOf(view);
  const denoiser = mixtureDenoiser(law);
  const places = fieldPlaces(z);
  const field = fieldOf(places, denoiser(places, constantSigma(places.length / 2, sigma)), z);
  const scale = fieldScale(field);
  const x = Float64Array.from(point);
  const D = denoiser(x, Float64Array.of(sigma));
  return {
    arrowPart: scale,
    ...planeAxes(2, zoom),
    label: `The density p(x; σ) at σ = ${sigma}, with arrows from x towards D(x; σ), and the posterior of x₀ at x = (${x[0]}, ${x[1]}): D = (${D[0].toPrecision(3)}, ${D[1].toPrecision(3)}).`,
    layers: [
      densityLayer(view),
      arrowsOf(field, scale, "--series-encodings", 0.55),
      ...ellipses(posteriorMixture(law, point, sigma), z),
      ...answerLayers([x[0] * z, x[1] * z], [D[0] * z, D[1] * z], "--series-prior", "D(x; σ)"),
      ...pointLayers([x[0] * z, x[1] * z])
    ]
  };
}

/** Components of a mixture that carry weight, as ellipses of one deviation: the heavier, the stronger. */
function ellipses({weights, means, variances, axes}: GaussianMixture, z: number): Layer[] {
  const top = weights.reduce((a, b) => Math.max(a, b), 0);
  return Array.from(weights).flatMap((weight, k): Layer[] => {
    if (weight < 0.01 * top) return [];
    const xy = new Float32Array(2 * 33);
    for (let i = 0; i < 33; ++i) {
      const angle = (2 * Math.PI * i) / 32;
      const along = [Math.cos(angle), Math.sin(angle)].map((c, j) => c * Math.sqrt(variances[2 * k + j]));
      for (let i2 = 0; i2 < 2; ++i2) {
        const own = axes ? along[0] * axes[4 * k + i2] + along[1] * axes[4 * k + 2 + i2] : along[i2];
        xy[2 * i + i2] = z * (means[2 * k + i2] + own);
      }
    }
    const opacity = 0.15 + 0.85 * (weight / top);
    const centre = Float32Array.of(z * means[2 * k], z * means[2 * k + 1]);
    return [
      {kind: "curve", xy, color: "--series-live", opacity, width: 1.6},
      {kind: "points", xy: centre, color: "--series-live", opacity, radius: 1 + 3 * Math.sqrt(weight)}
    ];
  });
}

/** Points of a curve over x. */
const POINTS = 301;

function inOne(view: NoisyView): NoisyPlane {
  const {law, sigma, point, zoom = false} = view;
  const z = zoomOf(view);
  const x = Float64Array.from({length: POINTS}, (_, i) => (-HALF + (2 * HALF * i) / (POINTS - 1)) / z);
  const denoiser = mixtureDenoiser(law);
  const D = denoiser(Float64Array.from(point), Float64Array.of(sigma))[0];
  const few = Float64Array.from({length: 25}, (_, i) => (-HALF + (2 * HALF * (i + 0.5)) / 25) / z);
  const moved = denoiser(few, constantSigma(25, sigma));
  const still = constantSigma(POINTS, 0);
  return {
    arrowPart: 1,
    x: planeAxes(1, zoom).x,
    y: {domain: [-0.32, 1.1], label: "densities, each to its own height"},
    label: `The density p(x; σ) at σ = ${sigma}, the posterior of x₀ at x = ${point[0]}, whose mean is D = ${D.toPrecision(3)}, and arrows from x to D(x; σ).`,
    layers: [
      {kind: "rule", y: 0, color: "--theme-foreground-fainter"},
      heightCurve(x, logDensity(law, x, constantSigma(POINTS, sigma)), z, "--theme-foreground-muted"),
      heightCurve(x, logDensity(posteriorMixture(law, point, sigma), x, still), z, "--series-live"),
      {
        kind: "arrows",
        // one below the other, so that they can be told apart
        xy: Float32Array.from(Array.from(few).flatMap((v, i) => [v * z, -0.1 - 0.028 * (i % 6)])),
        uv: Float32Array.from(Array.from(few).flatMap((v, i) => [(moved[i] - v) * z, 0])),
        color: "--series-encodings",
        opacity: 0.7
      },
      {kind: "rule", x: D * z, color: "--series-prior", dash: [4, 3]},
      ...answerLayers([point[0] * z, 0], [D * z, 0], "--series-prior", "D(x; σ)", FLAT),
      ...pointLayers([point[0] * z, 0], FLAT)
    ]
  };
}

/** A density over x from its logarithm, its highest point at 1. */
function heightCurve(x: Float64Array, log: Float64Array, z: number, color: string): Layer {
  const top = log.reduce((a, b) => Math.max(a, b), -Infinity);
  const xy = new Float32Array(2 * x.length);
  for (let i = 0; i < x.length; ++i) {
    xy[2 * i] = x[i] * z;
    xy[2 * i + 1] = Math.exp(log[i] - top);
  }
  return {kind: "curve", xy, color, width: 2};
}
