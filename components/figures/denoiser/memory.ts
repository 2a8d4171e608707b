/** The exact denoiser of a finite data set, beside that of the law which the data come from. */
import {nextTurn} from "../../compute/turn.js";
import {random} from "../../compute/random.js";
import {dataDenoiser} from "../../diffusion/dataDenoiser.js";
import {constantSigma, type Denoiser} from "../../diffusion/denoiser.js";
import {mixtureDenoiser, sampleMixture, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {denoiserLoss, leastLoss, type LevelErrors} from "../../diffusion/leastLoss.js";
import type {Lines} from "../lab/lines.js";
import type {Plane} from "../lab/plane.js";
import {densityLayer, zoomOf, type NoisyView} from "./noisyPlane.js";
import {LAW, OTHER, placesOf, twoAnswers} from "./twoAnswers.js";

export interface MemoryView extends NoisyView {
  /** The data set [n, d]. */
  dataSet: Float64Array;
}

/** Both denoisers' fields and answers at the point: in one dimension, both answers against x. */
export function memoryPlane({dataSet, ...view}: MemoryView): Plane {
  const d = view.law.dimension;
  const places = placesOf(view);
  const level = constantSigma(places.length / d, view.sigma);
  const z = zoomOf(view);
  const xy = new Float32Array(2 * (dataSet.length / d));
  for (let i = 0; i < dataSet.length / d; ++i) {
    xy[2 * i] = dataSet[i * d] * z;
    xy[2 * i + 1] = d === 1 ? dataSet[i] : dataSet[2 * i + 1] * z;
  }
  return twoAnswers(view, {
    places,
    ofLaw: mixtureDenoiser(view.law)(places, level),
    ofOther: dataDenoiser(dataSet, d)(places, level),
    name: `that of ${dataSet.length / d} data points`,
    below: [
      d === 2 && densityLayer({...view, sigma: 0.02}),
      {kind: "points", xy, color: "--theme-foreground", radius: 2, opacity: 0.75} as const
    ].filter((layer) => layer !== false)
  });
}

export interface MemoryErrors {
  /** |D - x_0|^2 / d of the data set's denoiser on noisy copies of its own points, and on points it never saw. */
  own: LevelErrors;
  fresh: LevelErrors;
  /** Of the law's denoiser: the least on points of the law. */
  least: LevelErrors;
}

/** Points that errors are averaged over. */
const ROWS = 512;

/**
 * Errors of the data set's denoiser against the noise level, with pauses in which the page answers.
 * @param sigmas levels
 */
export async function memoryErrors(
  {law, dataSet, seed}: {law: GaussianMixture; dataSet: Float64Array; seed: number},
  sigmas: ArrayLike<number>
): Promise<MemoryErrors> {
  const d = law.dimension;
  const exact = dataDenoiser(dataSet, d);
  const denoiser: Denoiser = async (x, sigma) => {
    await nextTurn();
    return exact(x, sigma);
  };
  const own = Float64Array.from({length: ROWS * d}, (_, i) => dataSet[i % dataSet.length]);
  const fresh = sampleMixture(law, ROWS, random(seed, 0x46524553));
  return {
    own: await denoiserLoss(denoiser, own, d, sigmas, random(seed, 1)),
    fresh: await denoiserLoss(denoiser, fresh, d, sigmas, random(seed, 2)),
    least: leastLoss(law, sigmas, random(seed, 3), ROWS)
  };
}

/** The errors as curves. */
export const memoryCurves = ({own, fresh, least}: MemoryErrors, sigma: number): Lines => ({
  x: {label: "σ", log: true, domain: [own.sigma[0], own.sigma[own.sigma.length - 1]]},
  y: {label: "mean |D − x₀|² a dimension", log: true, domain: [1e-5, 3]},
  series: [
    {name: "data's denoiser on its own points", color: OTHER, x: own.sigma, y: own.mean, dash: "6,4"},
    {name: "data's denoiser on new points", color: OTHER, x: fresh.sigma, y: fresh.mean},
    {name: "law's denoiser on new points, the least", color: LAW, x: least.sigma, y: least.mean}
  ],
  rules: [{x: sigma, dash: "2,3"}],
  label: "Errors of the exact denoiser of a finite data set on its own points and on new ones, against the noise level."
}); // prettier-ignore
