/** Vector fields in the plane of what is drawn, in the direction of sampling: from noise to data. */
import type {ExactDenoiser} from "../../diffusion/denoiser.js";
import {diffusion, drift, type Schedule} from "../../diffusion/schedule.js";
import {flowSlope} from "../../samplers/sampler.js";
import type {View} from "../lab/view.js";

export const fields = {
  flow: "−dx/dt of the probability-flow ODE",
  drift: "drift of the reverse SDE",
  score: "score, ∇ log p_t(x)"
} as const;

export type Field = keyof typeof fields;

/**
 * A field at given places, in units of the view.
 * @param y places as they are drawn [n, d]
 */
export function fieldAt(
  field: Field,
  {schedule, denoiser, d}: {schedule: Schedule; denoiser: ExactDenoiser; d: number},
  {t, y, view}: {t: number; y: Float64Array; view: View}
): Float64Array {
  const [s, sigma, unit] = [schedule.s(t), schedule.sigma(t), view.unit(t)];
  const D = denoiser(y.map((v) => (v * unit) / s), new Float64Array(y.length / d).fill(sigma)); // prettier-ignore
  const slope = flowSlope(schedule, t);
  const [f, g] = [drift(schedule, t), diffusion(schedule, t)];
  // What moves with the view itself, as it shrinks or grows backwards in time.
  const rise = field === "score" ? 0 : view.rise(t);
  return y.map((v, i) => {
    const x = v * unit;
    const score = (s * D[i] - x) / (s * sigma) ** 2;
    const move = field === "score" ? score : field === "flow" ? -slope(x, D[i]) : g * g * score - f * x;
    return move / unit + rise * v;
  });
}
