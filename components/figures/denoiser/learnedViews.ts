/** What is seen of a network while it learns, as pictures of plain values. */
import {random} from "../../compute/random.js";
import {constantSigma, type Denoiser} from "../../diffusion/denoiser.js";
import {
  logDensity,
  mixtureDenoiser,
  sampleMixture,
  type GaussianMixture
} from "../../diffusion/gaussianMixture.js";
import type {LevelErrors} from "../../diffusion/leastLoss.js";
import type {LevelLoss} from "../../diffusion/levelLosses.js";
import type {Objective} from "../../diffusion/objective.js";
import type {PriorLoss} from "../../diffusion/priorState.js";
import {thinned, type LossPoint} from "../lossPlot.js";
import type {Lines} from "../lab/lines.js";
import type {Plane} from "../lab/plane.js";
import {densityLayer, HALF, planeAxes, type NoisyView} from "./noisyPlane.js";
import {LAW, OTHER, placesOf, twoAnswers} from "./twoAnswers.js";

export interface LossView {
  steps: number;
  points: readonly LossPoint[];
  losses: readonly PriorLoss[];
  /** The objective's value for the exact denoiser. */
  floor: number | undefined;
}

/** Loss against step, over the least that there is. */
export function lossCurves({steps, points, losses, floor}: LossView): Lines {
  const few = thinned(points, 400);
  // The fall at the beginning may leave the frame, once there is something after it.
  const late = few.filter(({step}) => step >= Math.max(200, 0.05 * steps));
  const seen = [
    ...(late.length > 3 ? late : few).map(({loss}) => loss),
    ...losses.slice(late.length > 3 ? 1 : 0).map(({heldOut}) => heldOut),
    floor ?? NaN
  ].filter(Number.isFinite);
  const [low, high] = seen.length ? [Math.min(...seen), Math.max(...seen)] : [0, 1];
  const pad = 0.06 * (high - low) || 0.1 * Math.abs(high) || 1;
  return {
    x: {label: "step", domain: [0, steps]},
    y: {label: "loss", domain: [low - pad, high + pad]},
    series: [
      {
        name: "training",
        color: "--theme-foreground-muted",
        x: few.map(({step}) => step),
        y: few.map(({loss}) => loss),
        width: 1
      },
      {
        name: "held out",
        color: OTHER,
        x: losses.map(({step}) => step),
        y: losses.map(({heldOut}) => heldOut),
        dots: losses.length < 40,
        width: 2
      },
      {name: "the exact denoiser's, the least", color: LAW, x: [0, steps], y: [floor ?? NaN, floor ?? NaN], dash: "6,4"} // prettier-ignore
    ],
    label: losses.length
      ? `Loss against step; the last held-out loss is ${losses[losses.length - 1].heldOut.toPrecision(3)}.`
      : "Loss against step: nothing is trained yet."
  };
}

export interface LevelView {
  levels: readonly LevelLoss[];
  objective: Objective;
  least: LevelErrors;
}

/** The losses of the last training batches by noise level, over the floor. */
export const levelLossCurves = ({levels, objective, least}: LevelView): Lines => ({
  x: {label: "σ", log: true, domain: [least.sigma[0], least.sigma[least.sigma.length - 1]]},
  y: {label: "λ(σ) |D − x₀|², a dimension", log: true},
  series: [
    {
      name: "the exact denoiser's, the least",
      color: LAW,
      x: least.sigma,
      y: least.mean.map((v, i) =>
        objective.levels.density(least.sigma[i]) > 0 ? v * objective.lambda(least.sigma[i]) : NaN
      ),
      width: 2
    },
    {
      name: "the network's, last batches",
      color: OTHER,
      x: levels.map(({sigma}) => sigma),
      y: levels.map(({loss}) => loss),
      dots: "only"
    }
  ],
  label: "The loss of the last training batches by noise level, over that of the exact denoiser."
});

/** Rows that the difference to the exact denoiser is averaged over, at each level. */
const ROWS = 128;

export interface Differences {
  sigma: Float64Array;
  /** Root mean square of D_theta - D over noisy points, a dimension. */
  difference: Float64Array;
}

/** How far a learned denoiser is from the exact one at some levels, on noisy points of the law. */
export async function differencesOf(
  learned: Denoiser,
  law: GaussianMixture,
  sigma: Float64Array
): Promise<Differences> {
  const d = law.dimension;
  const rng = random(5);
  const n = ROWS * sigma.length;
  const levels = new Float64Array(n);
  for (let row = 0; row < n; ++row) levels[row] = sigma[Math.floor(row / ROWS)];
  const x = sampleMixture(law, n, rng);
  for (let i = 0; i < x.length; ++i) x[i] += levels[Math.floor(i / d)] * rng.normal();
  const [found, exact] = [await learned(x, levels), mixtureDenoiser(law)(x, levels)];
  const difference = sigma.map((_, k) => {
    let sum = 0;
    for (let i = k * ROWS * d; i < (k + 1) * ROWS * d; ++i) sum += (found[i] - exact[i]) ** 2;
    return Math.sqrt(sum / (ROWS * d));
  });
  return {sigma, difference};
}

export const differenceCurves = (
  {sigma, difference}: Differences,
  least: LevelErrors,
  level: number
): Lines => ({
  x: {label: "σ", log: true, domain: [least.sigma[0], least.sigma[least.sigma.length - 1]]},
  y: {label: "root mean square, a dimension", log: true, domain: [1e-3, 3]},
  series: [
    {name: "learned − exact", color: OTHER, x: sigma, y: difference, dots: true},
    {
      name: "deviation of x₀ given x, the exact one's own error",
      color: LAW,
      x: least.sigma,
      y: least.mean.map(Math.sqrt),
      dash: "6,4"
    }
  ],
  rules: [{x: level, dash: "2,3"}],
  label: "How far the learned denoiser is from the exact one, against the noise level."
});

/** The learned field over the exact one. @param D learned answers at `placesOf(view)` */
export function learnedPlane(view: NoisyView, D: Float64Array): Plane {
  const places = placesOf(view);
  const d = view.law.dimension;
  return twoAnswers(view, {
    places,
    ofLaw: mixtureDenoiser(view.law)(places, constantSigma(places.length / d, view.sigma)),
    ofOther: D,
    name: "the network",
    below: d === 2 ? [densityLayer(view)] : []
  });
}

/** Bars of a histogram in one dimension. */
const BARS = 60;

/** Samples of a learned model over the law. @param z [n, d] */
export function samplesPlane(law: GaussianMixture, z: Float64Array): Plane {
  const n = z.length / law.dimension;
  const label = `${n} samples of the learned model over the law.`;
  if (law.dimension === 2)
    return {
      ...planeAxes(2, false),
      label,
      layers: [
        densityLayer({law, sigma: 0.02}, LAW),
        {kind: "points", xy: new Float32Array(z), color: OTHER, radius: 1.4, opacity: 0.8}
      ]
    };
  const x = Float64Array.from({length: 401}, (_, i) => -HALF + (2 * HALF * i) / 400);
  const density = logDensity(law, x, constantSigma(401, 0)).map(Math.exp);
  const counts = new Float64Array(BARS);
  for (const v of z) {
    const bin = Math.floor(((v + HALF) / (2 * HALF)) * BARS);
    if (bin >= 0 && bin < BARS) ++counts[bin];
  }
  const bars = new Float32Array(4 * BARS);
  counts.forEach((count, i) => {
    const height = (count / n) * (BARS / (2 * HALF));
    bars.set([-HALF + (2 * HALF * i) / BARS, height, -HALF + (2 * HALF * (i + 1)) / BARS, height], 4 * i);
  });
  const curve = new Float32Array(2 * 401);
  x.forEach((v, i) => curve.set([v, density[i]], 2 * i));
  return {
    x: planeAxes(1, false).x,
    y: {domain: [0, 1.15 * density.reduce((a, b) => Math.max(a, b), 0.1)], label: "density"},
    label,
    layers: [
      {kind: "curve", xy: curve, color: LAW, width: 2},
      {kind: "curve", xy: bars, color: OTHER, width: 1.6}
    ]
  };
}

/** What draws of as many points of the law itself come to: no samples can be told to be better. */
export interface DistanceFloor {
  mean: number;
  deviation: number;
}

/** Sliced W2 by step, over its floor. */
export const distanceCurves = ({
  history,
  distanceFloor: floor,
  steps
}: {
  history: readonly {step: number; distance: number}[];
  distanceFloor: DistanceFloor;
  steps: number;
}): Lines => ({
  x: {label: "step", domain: [0, steps]},
  y: {
    label: "sliced W₂ to the law",
    log: true,
    domain: [
      0.8 * Math.min(floor.mean - floor.deviation, ...history.map(({distance}) => distance)),
      1.25 * Math.max(floor.mean + floor.deviation, ...history.map(({distance}) => distance))
    ]
  },
  series: [
    {
      name: "samples of the network",
      color: OTHER,
      x: history.map(({step}) => step),
      y: history.map(({distance}) => distance),
      dots: true
    },
    {
      name: "draws of the law itself",
      color: LAW,
      x: [0, steps],
      y: [floor.mean, floor.mean],
      dash: "6,4"
    }
  ],
  rules: [floor.mean - floor.deviation, floor.mean + floor.deviation].map((y) => ({
    y,
    color: LAW,
    dash: "1,4"
  })),
  label: "Distance of the samples to the law against the training step."
});
