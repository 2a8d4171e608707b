import {sampler} from "./sampler.js";

/**
 * The talk's regularised sampling: the probability-flow ODE with a Langevin term of strength beta(t) beside it,
 * dx = -sigma' sigma score dt - beta sigma^2 score dt + sqrt(2 beta) sigma dw backwards in time, for x/s. The Langevin term leaves
 * every marginal as it is, and heals the errors of coarse steps. One Euler step of both parts from one denoiser call.
 * @param beta strength at a time, 1 over the unit of time; 0 is the ODE alone, and values below 0 count as 0
 */
export const regularised = (beta: (t: number) => number) =>
  sampler(async (x, {t, next, s, sigma, sNext, sigmaNext, rng, denoise}) => {
    const D = await denoise(x);
    const strength = Math.max(0, beta(t)) * (t - next);
    // sigma^2 score = D - x/s
    const pull = (sigma - sigmaNext) / sigma + strength;
    const kick = Math.sqrt(2 * strength) * sigma;
    return x.map((v, i) => {
      const y = v / s;
      return sNext * (y + pull * (D[i] - y) + (kick > 0 ? kick * rng.normal() : 0));
    });
  });
