import {groupNames, groupOf, hasAngle, hingeAngle, type Motion} from "../cryoem/motion.js";
import {knnRegression} from "./knn.js";
import {angleRegression, knnClassification} from "./stateOfLatents.js";

/** How well the true state of an image is read off its latent, by 20 nearest neighbours of the other nine of ten folds. */
export interface StateFromLatents {
  method: string;
  images: number;
  /** Of the hinge angle; on a circle the mean of its cosine's and its sine's; of an opening the angle's among the open ones. */
  r2?: number;
  /** Distance of the hinge angle from its prediction through cosine and sine, radians; on a circle only. */
  angleError?: {median: number; mean: number};
  /** Part of the images whose group is told right, where there are several: closed or open, the class of an assembly. */
  accuracy?: number;
  /** Groups, and the part of each one's images that are told right [groups]. */
  groups?: {names: string[]; recall: number[]};
}

/**
 * Reads the state off the latents.
 * @param z [n, d]
 * @param states true state of each [n]
 */
export function stateFromLatents(
  z: Float64Array,
  d: number,
  states: ArrayLike<number>,
  motion: Motion
): StateFromLatents {
  const found: StateFromLatents = {method: "20 nearest neighbours, 10-fold", images: states.length};
  const group = Int32Array.from(states, (s) => groupOf(motion, s));
  const names = groupNames(motion);
  if (names.length > 1) {
    const {accuracy, perState} = knnClassification(z, group, d);
    found.accuracy = accuracy;
    found.groups = {names, recall: Array.from(perState)};
  }
  const turning = Int32Array.from(states, (_, i) => i).filter((i) => hasAngle(motion, group[i]));
  if (turning.length === 0) return found;
  const angle = Float64Array.from(turning, (i) => hingeAngle(motion, states[i]));
  const own = new Float64Array(turning.length * d);
  turning.forEach((row, i) => own.set(z.subarray(row * d, (row + 1) * d), i * d));
  if (motion.type !== "circle") return {...found, r2: knnRegression(own, angle, d).r2};
  const [cosine, sine] = [Math.cos, Math.sin].map((f) => knnRegression(own, angle.map(f), d).r2);
  const {median, mean} = angleRegression(own, angle, d);
  return {...found, r2: (cosine + sine) / 2, angleError: {median, mean}};
}
