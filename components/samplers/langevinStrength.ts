import {drawnCurve, type ControlPoint} from "../diffusion/drawnCurve.js";
import type {Schedule} from "../diffusion/schedule.js";
import {regularised} from "./regularised.js";
import {asSampler, type Sampler} from "./sampler.js";

/**
 * How the strength beta(t) of the Langevin term goes with time. In units of one over the whole time, t_max - t_min, so that a shape
 * means the same under every schedule: `constant` is 1, `rising` grows from 0 at the data to 2 at the noise, `sde` is sigma'/sigma, with
 * which the regularised equation is the reverse SDE itself, and `drawn` goes through points whose t is a part of the whole time, 0..1.
 */
export type StrengthShape =
  | {kind: "constant" | "rising" | "sde"; points?: undefined}
  | {kind: "drawn"; points: readonly ControlPoint[]};

/**
 * beta(t) of a shape, times b.
 * @throws RangeError for a drawn shape without points
 */
export function langevinStrength(
  shape: StrengthShape,
  b: number,
  {t_min, t_max, sigma, dsigma}: Schedule
): (t: number) => number {
  const span = t_max - t_min;
  const part = (t: number) => (t - t_min) / span;
  switch (shape.kind) {
    case "constant":
      return () => b / span;
    case "rising":
      return (t) => (2 * b * part(t)) / span;
    case "sde":
      return (t) => (b * dsigma(t)) / sigma(t);
    case "drawn": {
      const {value} = drawnCurve(shape.points);
      return (t) => (b * Math.max(0, value(part(t)))) / span;
    }
  }
}

/** The talk's regularised sampling with a shape of beta(t) that suits whatever schedule it is given. */
export const shapedLangevin = (shape: StrengthShape, b: number): Sampler =>
  asSampler((input) => regularised(langevinStrength(shape, b, input.schedule))(input));
