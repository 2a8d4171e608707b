import type {StepContext} from "./sampler.js";
import {sampler} from "./sampler.js";

/**
 * Annealed Langevin dynamics (Song and Ermon 2019, Algorithm 1): at each noise level some steps
 * y <- y + a/2 score + sqrt(a) z of y = x/s, with a = step sigma^2, before the level is lowered. Nothing but the score at
 * one level is used, so the points lag behind unless levels are close and steps many.
 * @param options.corrections Langevin steps at each level. Default 10
 * @param options.step a over sigma^2, below 1. Default 0.2
 */
export const annealedLangevin = ({corrections = 10, step = 0.2} = {}) =>
  sampler(
    async (x, at) => {
      const {s, sNext} = at;
      let y: Float64Array = x.map((v) => v / s);
      for (let k = 0; k < corrections; ++k) y = await langevinStep(y, 1, at.sigma, step, at);
      return y.map((v) => v * sNext);
    },
    {encodes: false}
  );

/**
 * Predictor and corrector (Song et al. 2021, Algorithm 1): a deterministic step to the next level (DDIM), then Langevin steps there.
 * @param options.corrections Langevin steps after each step. Default 1
 * @param options.step a over sigma^2. Default 0.1
 */
export const predictorCorrector = ({corrections = 1, step = 0.1} = {}) =>
  sampler(
    async (x, at) => {
      const {s, sigma, sNext, sigmaNext} = at;
      const D = await at.denoise(x);
      let y: Float64Array = x.map((v, i) => D[i] + (sigmaNext / sigma) * (v / s - D[i]));
      if (sigmaNext > 0)
        for (let k = 0; k < corrections; ++k) y = await langevinStep(y, 1, sigmaNext, step, at);
      return y.map((v) => v * sNext);
    },
    {encodes: false}
  );

/** One Langevin step of y at a level: sigma^2 score = D - y. */
async function langevinStep(
  y: Float64Array,
  scale: number,
  sigma: number,
  step: number,
  {denoise, rng}: StepContext
): Promise<Float64Array> {
  const D = await denoise(y, scale, sigma);
  const kick = Math.sqrt(step) * sigma;
  return y.map((v, i) => v + (step / 2) * (D[i] - v) + kick * rng.normal());
}
