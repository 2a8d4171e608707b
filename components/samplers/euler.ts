import {flowSlope, sampler} from "./sampler.js";

/** Euler's method on the probability-flow ODE: order 1, one denoiser call a step. */
export const euler = sampler(async (x, {t, next, schedule, denoise}) => {
  const D = await denoise(x);
  const slope = flowSlope(schedule, t);
  return x.map((v, i) => v + (next - t) * slope(v, D[i]));
});
