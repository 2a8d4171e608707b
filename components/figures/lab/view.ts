/** How x is shown: as it is, or divided by the deviation s sqrt(1 + sigma^2) that data of unit variance have at a time. */
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import type {Axis} from "./plane.js";
import {timeAxis} from "./timeAxis.js";

export type ViewName = "auto" | "plain" | "scaled" | "unscaled";

export interface View {
  /** x = y unit(t) of what is drawn, y. */
  unit(t: number): number;
  /** unit'(t) / unit(t). */
  rise(t: number): number;
  /** Limits of y. */
  reach: number;
  label(axis: string): string;
}

/** Deviation of x from which on the automatic view scales it. */
const LARGE = 3;

const deviation = ({s, sigma}: Schedule, t: number) => s(t) * Math.sqrt(1 + sigma(t) ** 2);

/** What a name means for a schedule: scaled, where x grows beyond what an axis can show beside the data. */
export function viewOf(name: ViewName, schedule: Schedule, law: GaussianMixture): View {
  const axis = timeAxis(schedule);
  const grows = deviation(schedule, axis.domain[1]) > LARGE;
  const {s, sigma, ds, dsigma} = schedule;
  const reach = Math.max(3.4, reachOf(law));
  if (name === "scaled" || (name === "auto" && grows))
    return {
      unit: (t) => deviation(schedule, t),
      rise: (t) => ds(t) / s(t) + (sigma(t) * dsigma(t)) / (1 + sigma(t) ** 2),
      reach,
      label: (x) => `${x} / s√(1 + σ²)`
    };
  if (name === "unscaled")
    return {
      unit: s,
      rise: (t) => ds(t) / s(t),
      reach: reach * Math.max(1, deviation(schedule, axis.domain[1]) / s(axis.domain[1])),
      label: (x) => `${x} / s`
    };
  let most = 1;
  for (let i = 0; i <= 20; ++i) most = Math.max(most, deviation(schedule, axis.at(i / 20)));
  return {unit: () => 1, rise: () => 0, reach: reach * most, label: (x) => x};
}

/** How far from 0 a law's components reach, in any direction: three deviations beyond their means. */
function reachOf({dimension: d, weights, means, variances}: GaussianMixture): number {
  let most = 0;
  for (let k = 0; k < weights.length; ++k) {
    let widest = 0;
    for (let i = 0; i < d; ++i) widest = Math.max(widest, variances[k * d + i]);
    for (let i = 0; i < d; ++i) most = Math.max(most, Math.abs(means[k * d + i]) + 3 * Math.sqrt(widest));
  }
  return most;
}

/** A symmetric axis of a view. */
export const viewAxis = (view: View, name: string): Axis => ({domain: [-view.reach, view.reach], label: view.label(name)}); // prettier-ignore
