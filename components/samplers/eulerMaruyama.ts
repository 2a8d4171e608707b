import {diffusion, drift} from "../diffusion/schedule.js";
import {sampler} from "./sampler.js";

/**
 * Euler and Maruyama's method on the reverse SDE, dx = (f x - g^2 score) dt + g dw backwards in time (Song et al. 2021, eq. 6):
 * order 1 in law, one denoiser call a step.
 */
export const eulerMaruyama = sampler(
  async (x, {t, next, s, sigma, schedule, rng, denoise}) => {
    const D = await denoise(x);
    const h = t - next;
    const [f, g] = [drift(schedule, t), diffusion(schedule, t)];
    // score = (s D - x) / (s sigma)^2
    const pull = (g / (s * sigma)) ** 2;
    const kick = g * Math.sqrt(h);
    return x.map((v, i) => v - h * (f * v - pull * (s * D[i] - v)) + kick * rng.normal());
  },
  {encodes: false}
);
