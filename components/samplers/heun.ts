import {flowSlope, sampler} from "./sampler.js";

/**
 * Heun's method on the probability-flow ODE: order 2, two denoiser calls a step, one in a step to sigma = 0, where the slope has
 * no second value (Karras et al. 2022, Algorithm 1).
 */
export const heun = sampler(async (x, {t, next, sNext, sigmaNext, schedule, denoise}) => {
  const h = next - t;
  const slope = flowSlope(schedule, t);
  const D = await denoise(x);
  const k1 = x.map((v, i) => slope(v, D[i]));
  const end = x.map((v, i) => v + h * k1[i]);
  if (sigmaNext === 0) return end;
  const DNext = await denoise(end, sNext, sigmaNext);
  const slopeNext = flowSlope(schedule, next);
  return x.map((v, i) => v + (h / 2) * (k1[i] + slopeNext(end[i], DNext[i])));
});
