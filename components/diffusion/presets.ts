import {defaultPrior} from "./prior.js";
import type {PriorConfig} from "./network.js";
import type {PriorTraining} from "./training.js";

/** A way to train a prior: what of the model and of the training a name stands for. */
export interface PriorPreset {
  /** In one line, for `--help` and provenance. */
  about: string;
  model: Omit<PriorConfig, "zdim">;
  training: Omit<PriorTraining, "seed">;
}

/**
 * The presets of `npm run train -- prior`. From the talk: 16 hidden layers x 128, Adam, batch 1024. From Karras et al.
 * 2022: the constants of the noise levels. Learning rate, steps, average and patience are this notebook's.
 */
export const priorPresets: Record<"lesson" | "quick" | "fast" | "paper", PriorPreset> = {
  lesson: {
    about: "4 layers x 64, 6,000 steps of 256: seconds on one thread, for laws of one or two dimensions",
    model: {...defaultPrior, layers: 4, width: 64},
    training: {
      steps: 6000,
      batchSize: 256,
      learningRate: {rate: 3e-3, warmUp: 100, shape: "cosine", floor: 0},
      emaDecay: 0.995,
      heldOutFraction: 0.1,
      evaluateEvery: 200,
      evaluateRows: 2048
    }
  },
  quick: {
    about: "6 layers x 64, 1,500 steps of 512: half a minute, for tests and live demonstrations",
    model: {...defaultPrior, layers: 6, width: 64},
    training: {
      steps: 1500,
      batchSize: 512,
      learningRate: {rate: 2e-3, warmUp: 100, shape: "cosine", floor: 0},
      emaDecay: 0.995,
      heldOutFraction: 0.1,
      evaluateEvery: 250
    }
  },
  fast: {
    about:
      "8 layers x 128, 8,000 steps of 512 or until the held-out loss stops falling: a minute or two on two cores, for latents of a run",
    model: {...defaultPrior, layers: 8, width: 128},
    training: {
      steps: 8000,
      batchSize: 512,
      learningRate: {rate: 1e-3, warmUp: 100, shape: "cosine", floor: 0},
      emaDecay: 0.999,
      heldOutFraction: 0.1,
      evaluateEvery: 250,
      patience: 8
    }
  },
  paper: {
    about:
      "the talk's 16 layers x 128, Adam, batch 1024, with EDM's noise levels; 10,000 steps or until the held-out loss stops falling: minutes on two cores",
    model: {...defaultPrior},
    training: {
      steps: 10000,
      batchSize: 1024,
      learningRate: {rate: 1e-3, warmUp: 200, shape: "cosine", floor: 0},
      emaDecay: 0.999,
      heldOutFraction: 0.1,
      evaluateEvery: 500,
      patience: 5
    }
  }
};
