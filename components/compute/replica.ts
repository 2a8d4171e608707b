import type {Awaitable, TrainingVectors} from "./network.js";

/** One thread's copy of networks in training. The same interface for every kind, so that one loop trains them all. */
export interface Replica {
  /**
   * Runs steps `from` to `to` (exclusive; counted from 0) together with the other replicas.
   * @returns the sums over the steps of this thread's shares of the loss terms
   */
  run(from: number, to: number): Promise<Float64Array>;
  /** This thread's part of the training's vectors; the parts of all replicas add up to the whole (vectors.ts). */
  part(): Awaitable<TrainingVectors>;
  dispose(): void;
}

/** How the learning rate goes: linear warm-up, then constant or a cosine down to `floor` times the rate. */
export interface LearningRate {
  rate: number;
  warmUp: number;
  shape: "constant" | "cosine";
  /** Fraction of the rate at the end of the cosine. */
  floor: number;
}

/** Learning rate of step `t` (from 0) of `steps`. */
export function learningRateAt({rate, warmUp, shape, floor}: LearningRate, t: number, steps: number): number {
  if (t < warmUp) return (rate * (t + 1)) / warmUp;
  if (shape === "constant") return rate;
  const progress = Math.min(1, (t - warmUp) / Math.max(1, steps - warmUp));
  return rate * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
