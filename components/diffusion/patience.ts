/**
 * When a training of the prior has seen enough: early stopping by the held-out loss. A small set of latents is soon known
 * by heart; from then on the loss on encodings never seen rises, and the weights of its lowest point are the ones to keep.
 */
import type {PriorTraining} from "./training.js";

/** The evaluation with the lowest held-out loss so far, and the averaged weights at it. */
export interface BestEvaluation {
  step: number;
  heldOut: number;
  /** Flat parameter vector, a copy. */
  average: Float32Array;
}

/**
 * The better one of the best evaluation so far and a new one; of two as good, the first. A loss that is NaN is never better.
 * @param average the averaged weights at the new one; copied where they are kept
 */
export const betterOf = (
  best: BestEvaluation | undefined,
  {step, heldOut}: {step: number; heldOut: number},
  average: Float32Array
): BestEvaluation | undefined =>
  heldOut < (best?.heldOut ?? Infinity) ? {step, heldOut, average: average.slice()} : best;

/** What tells whether a training goes on. */
interface Standing {
  training: Pick<PriorTraining, "steps" | "patience" | "evaluateEvery">;
  /** Steps done. */
  step: number;
  best?: BestEvaluation;
}

/** Whether the best held-out loss is `patience` evaluations old. */
const outOfPatience = ({training: {patience, evaluateEvery}, step, best}: Standing): boolean =>
  patience !== undefined && best !== undefined && step - best.step >= patience * evaluateEvery;

/** Whether there is nothing more to train: all steps are done, or the held-out loss has stopped falling. */
export const isDone = (standing: Standing): boolean =>
  standing.step >= standing.training.steps || outOfPatience(standing);

/** How a training ended; part of the prior's file. */
export interface TrainingEnd {
  /** Steps done. */
  steps: number;
  /** The step whose averaged weights are kept. */
  kept: number;
  /** Whether it ended before its last step. */
  early: boolean;
}

/** How a training stands, or ended. */
export const endOf = ({training, step, best}: Standing): TrainingEnd => ({
  steps: step,
  kept: best?.step ?? step,
  early: step < training.steps
});
