import {z} from "zod";
import type {Meeting} from "../compute/exchange.js";
import type {Backend, TrainingVectors} from "../compute/network.js";
import {openNetwork, openTrainer} from "../compute/open.js";
import {learningRateAt, type LearningRate, type Replica} from "../compute/replica.js";
import {checked} from "../formats/checked.js";
import {lossAndGradient, makeBatch} from "./denoisingLoss.js";
import {emptySums} from "./levelLosses.js";
import {objectiveFor, priorShape, type PriorConfig} from "./network.js";

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
  /** Draws that such a loss averages over (default 8192). */
  evaluateRows?: number;
  /**
   * Evaluations that the lowest held-out loss may be old (default: any number). When it is as old as this, training ends; and what
   * is kept is the average at the evaluation with the lowest held-out loss, not at the last one (see patience.ts).
   */
  patience?: number;
  seed: number;
}

const natural = z.int().min(1).max(1e9);
const schema = z.object({
  steps: natural,
  batchSize: z.int().min(1).max(1e6),
  learningRate: z.object({
    rate: z.number().positive().max(1),
    warmUp: z.int().min(0),
    shape: z.enum(["constant", "cosine"]),
    floor: z.number().min(0).max(1)
  }),
  emaDecay: z.number().min(0).lt(1),
  heldOutFraction: z.number().min(0).max(0.9),
  evaluateEvery: natural,
  evaluateRows: z.int().min(1).max(1e6).optional(),
  patience: natural.optional(),
  seed: z.int()
});

/** Checks settings that come from elsewhere. @throws InputError naming the setting that is wrong */
export const parsePriorTraining = (settings: unknown, source: string): PriorTraining =>
  checked(schema, settings, source, "training");

/** Decay of the average at step t, from 0: short at first, so that the initial weights are soon forgotten. */
export const emaDecay = (t: number, decay: number): number => Math.min(decay, (t + 1) / (t + 10));

/** What a thread needs to build its replica. */
export interface PriorReplicaInit {
  config: PriorConfig;
  /** Standardised latents of the rows trained on [rows, d]; in shared memory where threads can share it. */
  data: Float32Array;
  training: PriorTraining;
  /** Where the training stands. */
  vectors: TrainingVectors;
  /** Where the network runs (default `wasm`). */
  backend?: Backend;
  meeting?: Meeting;
}

/**
 * The replica of one thread: it takes its share of the rows of each batch. Its loss terms are the loss, and behind it the sums by
 * noise level (levelLosses.ts).
 */
export async function priorReplica({
  config,
  data,
  training,
  vectors,
  backend = "wasm",
  meeting
}: PriorReplicaInit): Promise<Replica> {
  const {batchSize, seed, steps} = training;
  const {party, parties} = meeting ?? {party: 0, parties: 1};
  const [first, last] = [party, party + 1].map((p) => Math.floor((batchSize * p) / parties));
  const trainer = await openTrainer(backend, [{shape: priorShape(config)}], vectors, meeting);
  const [network] = trainer.networks;
  const objective = objectiveFor(config);
  return {
    async run(from, to) {
      let sum = 0;
      const sums = emptySums();
      for (let step = from; step < to; ++step) {
        const batch = makeBatch(data, config, {seed, step, first, count: last - first}, objective);
        sum += await lossAndGradient(network, batch, batchSize, {sums});
        const rate = learningRateAt(training.learningRate, step, steps);
        await trainer.optimiser.step(step + 1, rate, emaDecay(step, training.emaDecay));
      }
      return Float64Array.of(sum, ...sums);
    },
    part: () => trainer.part(),
    dispose: () => trainer.dispose()
  };
}

/** Noise levels and noise of the held-out loss: the same draws at every evaluation, so that its curve is smooth. */
const EVALUATION_STEP = 0x7ffffffe;

/**
 * The loss of given weights, by their own objective, on encodings that training never saw.
 * @param data standardised latents [rows, d]
 * @param options `rows`: draws to average over (8192); `backend`: where (`wasm`)
 */
export async function heldOutLoss(
  config: PriorConfig,
  parameters: Float32Array,
  data: Float32Array,
  seed: number,
  {backend = "wasm", rows = 8192}: {backend?: Backend; rows?: number} = {}
): Promise<number> {
  const network = await openNetwork(backend, {shape: priorShape(config)}, parameters);
  try {
    const batch = makeBatch(data, config, {seed, step: EVALUATION_STEP, first: 0, count: rows});
    return await lossAndGradient(network, batch, rows, {gradient: false});
  } finally {
    network.dispose();
  }
}
