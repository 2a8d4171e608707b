/** A walk of one set, as the figures have it. */
import type {WalkKind} from "../../samplers/ornsteinUhlenbeck.js";

/** What a walk is made of. Each change makes new walks of all sets. */
export interface WalkSettings {
  dt: number;
  kind: WalkKind;
  seed: number;
  /** After the start. */
  steps: number;
}

/** A walk as far as it was computed. The arrays are as long as all of it will be. */
export interface SetWalk {
  settings: WalkSettings;
  d: number;
  /** Places that are there, the start among them. */
  places: number;
  /** In units of the base Gaussian, and decoded [steps + 1, d]. */
  encoding: Float64Array;
  z: Float64Array;
  /** In the plane of the encodings' first two principal components [steps + 1, 2]. */
  plane: Float32Array;
  /** State of the nearest encoding [steps + 1], where states are known. */
  states?: Int32Array;
  /** Quantile of the distance to the encodings among their own [steps + 1]. */
  quantile: Float64Array;
}

/** Quantile of the distance to the encodings above which a place is off the data: further out than 99 of 100 encodings. */
export const OFF = 0.99;

/** The place of a set's walk that is looked at. */
export const placeOf = (walk: SetWalk, head: number): number => Math.min(Math.round(head), walk.places - 1);

/** A time in words, with as many digits as the step has. */
export function timeText(step: number, dt: number): string {
  const digits = String(dt).split(".")[1]?.length ?? 0;
  return `t = ${(step * dt).toFixed(Math.min(3, Math.max(1, digits)))}`;
}
