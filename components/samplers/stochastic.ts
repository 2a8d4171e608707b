import {flowSlope, sampler} from "./sampler.js";
import {timeOf} from "../diffusion/schedule.js";

export interface ChurnOptions {
  /** How much noise is added before each step, over all steps; 0 is Heun's method. Default 40. */
  S_churn?: number;
  /** Noise levels at which it is added. Default 0.05 and 50. */
  S_tmin?: number;
  S_tmax?: number;
  /** Deviation of the added noise; a little above 1 makes up for what a denoiser loses. Default 1. */
  S_noise?: number;
  /** Number of steps, over which S_churn is spread. */
  steps: number;
}

/**
 * EDM's stochastic sampler (Karras et al. 2022, Algorithm 2): before each of Heun's steps, noise is added that lifts the level from
 * sigma to (1 + gamma) sigma, gamma = min(S_churn / steps, sqrt(2) - 1); never above the schedule's highest.
 */
export const stochastic = ({steps, S_churn = 40, S_tmin = 0.05, S_tmax = 50, S_noise = 1}: ChurnOptions) =>
  sampler(
    async (x, {s, sigma, next, sNext, sigmaNext, schedule, rng, denoise}) => {
      const gamma = sigma >= S_tmin && sigma <= S_tmax ? Math.min(S_churn / steps, Math.SQRT2 - 1) : 0;
      const raised = timeOf(schedule, sigma * (1 + gamma));
      const [sUp, sigmaUp] = [schedule.s(raised), schedule.sigma(raised)];
      const kick = S_noise * Math.sqrt(Math.max(0, sigmaUp ** 2 - sigma ** 2));
      const up = x.map((v) => sUp * (v / s + (kick > 0 ? kick * rng.normal() : 0)));
      const h = next - raised;
      const slope = flowSlope(schedule, raised);
      const D = await denoise(up, sUp, sigmaUp);
      const k1 = up.map((v, i) => slope(v, D[i]));
      const end = up.map((v, i) => v + h * k1[i]);
      if (sigmaNext === 0) return end;
      const DNext = await denoise(end, sNext, sigmaNext);
      const slopeNext = flowSlope(schedule, next);
      return up.map((v, i) => v + (h / 2) * (k1[i] + slopeNext(end[i], DNext[i])));
    },
    {encodes: !(S_churn > 0)}
  );
