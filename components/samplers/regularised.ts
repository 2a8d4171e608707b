import {onlyFalling, sampler} from "./sampler.js";

/**
 * The talk's regularised sampling: the probability-flow ODE with a Langevin term of strength beta(t) beside it,
 * dx = -sigma' sigma score dt - beta sigma^2 score dt + sqrt(2 beta) sigma dw backwards in time, for x/s. The Langevin term leaves
 * every marginal as it is, and heals the errors of coarse steps. From one denoiser call a step, the increments of both parts are
 * added, each solved with D held over the step: for the Langevin part, an Ornstein-Uhlenbeck process, that is
 * (1 - exp(-beta h)) (D - y) and noise of variance (1 - exp(-2 beta h)) sigma^2. For small steps this is Euler and Maruyama's
 * method, of order 1, but no beta makes it unstable.
 * @param beta strength at a time, 1 over the unit of time; 0 is the ODE alone, and values below 0 count as 0
 */
export const regularised = (beta: (t: number) => number) =>
  sampler(async (x, {t, next, s, sigma, sNext, sigmaNext, rng, denoise}) => {
    const D = await denoise(x);
    const strength = Math.max(0, beta(t)) * (t - next);
    if (strength < 0) onlyFalling([t, next]);
    // sigma^2 score = D - x/s
    const pull = (sigma - sigmaNext) / sigma - Math.expm1(-strength);
    const kick = Math.sqrt(-Math.expm1(-2 * strength)) * sigma;
    return x.map((v, i) => {
      const y = v / s;
      return sNext * (y + pull * (D[i] - y) + (kick > 0 ? kick * rng.normal() : 0));
    });
  });
