import {hingeAngle, type Motion} from "../cryoem/motion.js";
import {knnRegression} from "./knn.js";

/** R^2 of the hinge angle given the latents [n, d], by 20 nearest neighbours, 10-fold; on a circle, of its cosine and sine. */
export function angleFromLatents(
  z: Float64Array,
  d: number,
  states: ArrayLike<number>,
  motion: Motion
): number {
  const of = (value: (angle: number) => number) =>
    knnRegression(
      z,
      Float64Array.from(states, (s) => value(hingeAngle(motion, s))),
      d
    ).r2;
  return motion.type === "circle" ? (of(Math.cos) + of(Math.sin)) / 2 : of((angle) => angle);
}
