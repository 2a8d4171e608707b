import {Mlp} from "../compute/mlp.js";
import {learningRateAt, type LearningRate, type Replica} from "../compute/replica.js";
import {SharedAdam, type SharedTraining} from "../compute/sharedAdam.js";
import {lossAndGradient, makeBatch} from "./edmLoss.js";
import {priorShape, type PriorConfig} from "./network.js";

/** How a prior is trained; see `priorPresets` for values. */
export interface PriorTraining {
  steps: number;
  /** Rows a step. */
  batchSize: number;
  learningRate: LearningRate;
  /** Decay of the moving average of the weights, which is what is kept; it starts lower (see `emaDecay`). */
  emaDecay: number;
  /** Part of the encodings that training never sees (see `heldOut`). */
  heldOutFraction: number;
  /** Steps between two losses on the held-out encodings. */
  evaluateEvery: number;
  seed: number;
}

/** Decay of the average at step t, from 0: short at first, so that the initial weights are soon forgotten. */
export const emaDecay = (t: number, decay: number): number => Math.min(decay, (t + 1) / (t + 10));

/** Rows the network takes at once in training. */
export const TRAINING_ROWS = 128;

/** What a thread needs to build its replica; `data` and the vectors of `shared` stand in shared memory. */
export interface PriorReplicaInit {
  config: PriorConfig;
  /** Standardised latents of the rows trained on [rows, d]. */
  data: Float32Array;
  training: PriorTraining;
  shared: SharedTraining;
  party: number;
}

/** The replica of one thread: it takes its share of the rows of each batch. Parameters come from `shared`. */
export function priorReplica({config, data, training, shared, party}: PriorReplicaInit): Replica {
  const {batchSize, seed, steps} = training;
  const [first, last] = [party, party + 1].map((p) => Math.floor((batchSize * p) / shared.parties));
  const mlp = new Mlp(priorShape(config), TRAINING_ROWS);
  const adam = new SharedAdam([mlp], shared, party);
  adam.load();
  return {
    run(from, to) {
      let sum = 0;
      for (let step = from; step < to; ++step) {
        const batch = makeBatch(data, config, {seed, step, first, count: last - first});
        sum += lossAndGradient(mlp, batch, batchSize);
        const rate = learningRateAt(training.learningRate, step, steps);
        adam.step(step + 1, rate, emaDecay(step, training.emaDecay));
      }
      return Float64Array.of(sum);
    },
    publish: () => adam.publish()
  };
}

/** Noise levels and noise of the held-out loss: the same draws at every evaluation, so that its curve is smooth. */
const EVALUATION_STEP = 0x7ffffffe;

/**
 * The EDM loss of given weights on encodings that training never saw.
 * @param data standardised latents [rows, d]
 * @param rows draws to average over
 */
export function heldOutLoss(
  config: PriorConfig,
  parameters: Float32Array,
  data: Float32Array,
  seed: number,
  rows = 8192
): number {
  const mlp = new Mlp(priorShape(config), TRAINING_ROWS, {training: false});
  mlp.setParameters(parameters);
  const batch = makeBatch(data, config, {seed, step: EVALUATION_STEP, first: 0, count: rows});
  return lossAndGradient(mlp, batch, rows, false);
}
