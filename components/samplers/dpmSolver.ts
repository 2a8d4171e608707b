import {sampler, type Sampler} from "./sampler.js";

/**
 * DPM-Solver++(2M) (Lu et al. 2022, Algorithm 2): order 2 in lambda = -ln sigma with one denoiser call a step, for the D of the step
 * before is used again. The first step, and one to sigma = 0, are of order 1.
 */
export const dpmSolver: Sampler = (input) => {
  let before: {D: Float64Array; sigma: number} | undefined;
  return sampler(async (x, {s, sigma, sNext, sigmaNext, denoise}) => {
    if (sigmaNext === sigma) return x.map((v) => (v / s) * sNext); // nothing to do where the level stays
    const D = await denoise(x);
    const decay = sigmaNext / sigma; // exp(-h)
    const h = -Math.log(decay);
    let towards = D;
    if (before && sigmaNext > 0) {
      const r = Math.log(before.sigma / sigma) / h;
      const last = before.D;
      towards = D.map((v, i) => v + (v - last[i]) / (2 * r));
    }
    before = {D, sigma};
    return x.map((v, i) => sNext * (decay * (v / s) + (1 - decay) * towards[i]));
  })(input);
};
