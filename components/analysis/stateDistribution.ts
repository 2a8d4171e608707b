import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {labelledLatents, statesOf, type LabelledLatents} from "./stateOfLatents.js";
import {countStates, shares, totalVariation, totalVariationNoise, type TotalVariationNoise} from "./totalVariation.js"; // prettier-ignore

/** How often samples are in each state, beside how often images are. */
export interface StateDistribution {
  /** Part of the samples in each state [K]. */
  shares: number[];
  /** Total variation distance from the images' true law. */
  distance: number;
  /** The same of as many draws of the true law itself: what chance alone makes. */
  noise: TotalVariationNoise;
  samples: number;
}

/** Encodings with their true states, and the law of these [K]. */
export interface KnownStates {
  labelled: LabelledLatents;
  law: Float64Array;
}

/**
 * @param encodings [n, d]
 * @param states true state of each, 0 .. K - 1 [n]
 */
export const knownStates = (
  encodings: Float64Array,
  d: number,
  states: ArrayLike<number>,
  K: number
): KnownStates => ({
  labelled: labelledLatents(encodings, states, d, K),
  law: shares(countStates(states, K))
});

/** Samples whose states are told between two chances to cancel. */
const PART = 1000;

/**
 * The distribution of the states of samples [m, d]: each has the state of its nearest encoding, which keeps the law of the states where
 * the samples have the law of the encodings (see `statesOf`).
 */
export async function stateDistribution(
  {labelled, law}: KnownStates,
  samples: Float64Array,
  seed: number,
  context: JobContext = quiet
): Promise<StateDistribution> {
  const {tree, K} = labelled;
  const d = tree.dimension;
  const m = samples.length / d;
  const counts = new Float64Array(K);
  for (let from = 0; from < m; from += PART) {
    const part = samples.subarray(from * d, Math.min(m, from + PART) * d);
    for (const state of statesOf(labelled, part)) ++counts[state];
    context.progress(Math.min(m, from + PART), m);
    await context.turn();
  }
  return {
    shares: Array.from(shares(counts)),
    distance: totalVariation(counts, law),
    noise: totalVariationNoise(law, {n: m, repeats: 200, seed}),
    samples: m
  };
}
