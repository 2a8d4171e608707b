import type {Ddpm} from "../../diffusion/ddpm.js";
import {forwardLaw} from "../../diffusion/ddpmForward.js";
import {marginalMixture} from "../../diffusion/derivedMixture.js";
import {logDensity, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Layer, Plane} from "../lab/plane.js";

/** Half the height of the planes, in units of data of variance 1. */
export const REACH = 3.6;

/** Cells of a heat at most, and evaluations of a Gaussian that it may cost. */
const CELLS = 120;
const BUDGET = 4e5;

/** Paths drawn; all particles are drawn as points. */
const PATHS = 60;

/** q(x_t) against t, the first coordinate: one column for each t where there is room. */
export function heatOfChain(chain: Ddpm, law: GaussianMixture, color = "--series-gaussian"): Layer {
  const first = marginalMixture(law, 0);
  const side = Math.max(20, Math.min(CELLS, Math.floor(Math.sqrt(BUDGET / law.weights.length))));
  const nx = Math.min(chain.T + 1, side);
  const ny = side;
  const values = new Float32Array(nx * ny);
  const x = new Float64Array(ny);
  for (let row = 0; row < ny; ++row) x[row] = REACH * ((2 * (row + 0.5)) / ny - 1);
  const clean = new Float64Array(ny);
  for (let column = 0; column < nx; ++column) {
    const t = nx === chain.T + 1 ? column : Math.round(((column + 0.5) / nx) * (chain.T + 1) - 0.5);
    const logs = logDensity(forwardLaw(chain, first, t), x, clean);
    for (let row = 0; row < ny; ++row) values[row * nx + column] = Math.exp(logs[row]);
  }
  return {kind: "heat", values, nx, ny, color, power: 0.5};
}

/** The frame of time and the first coordinate. */
const frame = (T: number) => ({
  x: {domain: [-0.5, T + 0.5] as const, label: "t"},
  y: {domain: [-REACH, REACH] as const, label: "x, first coordinate"}
});

/** Paths of some particles between two steps, first coordinate: n x m x 2. */
export function pathsOf(
  at: (t: number) => Float64Array,
  [from, to]: [number, number],
  d: number,
  particles: readonly number[]
) {
  const [n, m] = [particles.length, to - from + 1];
  const xy = new Float32Array(2 * n * m);
  for (let t = from; t <= to; ++t) {
    const x = at(t);
    for (let i = 0; i < n; ++i) {
      xy[2 * (i * m + t - from)] = t;
      xy[2 * (i * m + t - from) + 1] = x[particles[i] * d];
    }
  }
  return {xy, n, m};
}

/** All particles at one t. */
function pointsAt(x: Float64Array, t: number, d: number): Float32Array {
  const xy = new Float32Array((2 * x.length) / d);
  for (let i = 0; i < x.length / d; ++i) {
    xy[2 * i] = t;
    xy[2 * i + 1] = x[i * d];
  }
  return xy;
}

const firstOnes = (x: Float64Array, d: number) =>
  Array.from({length: Math.min(PATHS, x.length / d)}, (_, i) => i);

export interface ForwardPicture {
  chain: Ddpm;
  /** Of x_0. */
  law: GaussianMixture;
  /** x_0 .. x_T, each [n, d]. */
  forward: readonly Float64Array[];
  t: number;
}

/** The forward chain as far as t: particles over the exact marginal. */
export function forwardPlane({chain, law, forward, t}: ForwardPicture): Plane {
  const d = law.dimension;
  const color = "--series-encodings";
  return {
    ...frame(chain.T),
    layers: [
      heatOfChain(chain, law),
      {kind: "rule", x: t, color: "--theme-foreground-muted", dash: [3, 3]},
      {
        kind: "paths",
        ...pathsOf((s) => forward[s], [0, t], d, firstOnes(forward[0], d)),
        color,
        opacity: 0.45
      },
      {kind: "points", xy: pointsAt(forward[t], t, d), color, radius: 1.5, opacity: 0.8}
    ],
    label: `${forward[0].length / d} particles of the forward chain from t = 0 to t = ${t} of ${chain.T}, over the density of x_t`
  };
}

export interface ReversePicture {
  chain: Ddpm;
  law: GaussianMixture;
  /** x_T .. x_0, each [n, d]. */
  reverse: readonly Float64Array[];
  /** Where the chain has come to. */
  t: number;
  /** The particle that is followed. */
  particle: number;
  /** p_theta(x_(t-1) | x_t) of this particle, first coordinate, drawn at t - 1. */
  step?: {t: number; mean: number; variance: number};
}

/** The reverse chain from T down to t: particles, one of them marked, with the law that its next place is drawn from. */
export function reversePlane({chain, law, reverse, t, particle, step}: ReversePicture): Plane {
  const d = law.dimension;
  const {T} = chain;
  const at = (s: number) => reverse[T - s];
  const mark = "--series-live";
  const layers: Layer[] = [
    heatOfChain(chain, law),
    {kind: "rule", x: t, color: "--theme-foreground-muted", dash: [3, 3]},
    {kind: "paths", ...pathsOf(at, [t, T], d, firstOnes(at(T), d)), color: "--series-prior", opacity: 0.4},
    {kind: "points", xy: pointsAt(at(t), t, d), color: "--series-prior", radius: 1.5, opacity: 0.8},
    {kind: "paths", ...pathsOf(at, [t, T], d, [particle]), color: mark, width: 2.4}
  ];
  if (step) layers.push(sideways(step, T, mark));
  layers.push({kind: "points", xy: Float32Array.of(t, at(t)[particle * d]), color: mark, radius: 4});
  return {
    ...frame(T),
    layers,
    label: `${at(T).length / d} particles of the reverse chain from t = ${T} down to t = ${t}, over the density of x_t; one is marked`
  };
}

/** A normal density upright at its t, growing to the left, an eighth of the plane wide. */
function sideways(
  {t, mean, variance}: {t: number; mean: number; variance: number},
  T: number,
  color: string
): Layer {
  const deviation = Math.sqrt(variance);
  const points = 81;
  const xy = new Float32Array(2 * points);
  for (let i = 0; i < points; ++i) {
    const z = (8 * i) / (points - 1) - 4;
    xy[2 * i] = t - ((T + 1) / 8) * Math.exp((-z * z) / 2);
    xy[2 * i + 1] = mean + z * deviation;
  }
  return {kind: "curve", xy, color, width: 1.8};
}
