/** The law's denoiser and another one in one picture: fields in the plane, or curves over x. */
import type {Layer, Plane} from "../lab/plane.js";
import {
  answerLayers,
  arrowsOf,
  fieldOf,
  fieldPlaces,
  fieldScale,
  HALF,
  planeAxes,
  pointLayers,
  zoomOf,
  type NoisyView
} from "./noisyPlane.js";

/** Colours of the law's denoiser, and of the other. */
export const [LAW, OTHER] = ["--series-encodings", "--series-live"];

/** Points of a curve over x: enough for the steps between data points. */
const POINTS = 401;

/** Where both are asked [n, d]: a grid, or a line in one dimension; the point that is dragged is the last of them. */
export function placesOf(view: NoisyView): Float64Array {
  const z = zoomOf(view);
  const places =
    view.law.dimension === 2
      ? fieldPlaces(z)
      : Float64Array.from({length: POINTS}, (_, i) => (-HALF + (2 * HALF * i) / (POINTS - 1)) / z);
  return Float64Array.of(...places, ...Array.from(view.point));
}

export interface TwoAnswers {
  places: Float64Array;
  /** Answers at the places [n, d]. */
  ofLaw: Float64Array;
  ofOther: Float64Array;
  /** Names the other one: `that of 16 data points`. */
  name: string;
  /** What lies below the arrows or curves. */
  below: readonly Layer[];
}

export function twoAnswers(view: NoisyView, {places, ofLaw, ofOther, name, below}: TwoAnswers): Plane {
  const {sigma, zoom = false} = view;
  const d = view.law.dimension;
  const z = zoomOf(view);
  const last = places.length - d;
  const [x, a, b] = [places, ofLaw, ofOther].map((v) => Array.from(v.subarray(last)));
  const label = `At σ = ${sigma} and x = (${digits(x)}): the law's denoiser answers (${digits(a)}), ${name} (${digits(b)}).`;
  if (d === 1)
    return {
      x: planeAxes(1, zoom).x,
      y: {domain: [-HALF, HALF], label: "D(x; σ)"},
      label,
      layers: [
        {kind: "rule", x: x[0] * z, color: "--theme-foreground-faint", dash: [3, 3]},
        ...below,
        curve(places, ofLaw, z, LAW),
        curve(places, ofOther, z, OTHER),
        {kind: "points", xy: Float32Array.of(x[0] * z, a[0]), color: LAW, radius: 5},
        {kind: "points", xy: Float32Array.of(x[0] * z, b[0]), color: OTHER, radius: 5}
      ]
    };
  const [lawField, otherField] = [ofLaw, ofOther].map((D) => fieldOf(places.subarray(0, last), D, z));
  const scale = fieldScale(lawField, otherField);
  const shown = (v: number[]) => [v[0] * z, v[1] * z] as const;
  return {
    ...planeAxes(2, zoom),
    label,
    layers: [
      ...below,
      arrowsOf(lawField, scale, LAW, 0.5),
      arrowsOf(otherField, scale, OTHER, 0.7),
      ...answerLayers(shown(x), shown(a), LAW),
      ...answerLayers(shown(x), shown(b), OTHER),
      ...pointLayers(shown(x))
    ]
  };
}

const digits = (v: number[]) => v.map((c) => Number(c.toPrecision(3))).join(", ");

function curve(places: Float64Array, D: Float64Array, z: number, color: string): Layer {
  const n = places.length - 1;
  const xy = new Float32Array(2 * n);
  for (let i = 0; i < n; ++i) {
    xy[2 * i] = places[i] * z;
    xy[2 * i + 1] = D[i];
  }
  return {kind: "curve", xy, color, width: 2};
}
