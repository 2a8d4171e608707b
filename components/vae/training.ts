import type {Meeting} from "../compute/exchange.js";
import type {Backend, TrainingVectors} from "../compute/network.js";
import {random} from "../compute/random.js";
import {learningRateAt, type LearningRate, type Replica} from "../compute/replica.js";
import type {ImageSet} from "./imageSet.js";
import {openVae, type VaeWeights} from "./model.js";
import {vaeStep} from "./step.js";

/** How a VAE is trained; see `vaePresets` for values. */
export interface VaeTraining {
  /** Passes over the images. */
  epochs: number;
  /** Images a step. */
  batchSize: number;
  /** Masked pixels compared per image and step; more than there are means all. */
  pixelsPerImage: number;
  learningRate: LearningRate;
  /** Images at the end of the set that training never sees, for a loss on them; 0 for none. */
  heldOut: number;
  seed: number;
}

/** Steps of a whole training: an epoch drops the images that fill no batch. */
export const stepsOf = (training: VaeTraining, n: number): number =>
  training.epochs * stepsPerEpoch(training, n);

/** Steps of an epoch of a set of n images. */
export const stepsPerEpoch = ({batchSize, heldOut}: VaeTraining, n: number): number =>
  Math.floor((n - heldOut) / batchSize);

/** What a thread needs to build its replica; the arrays of `set` stand in shared memory where threads can share it. */
export interface VaeReplicaInit {
  weights: VaeWeights;
  set: ImageSet;
  training: VaeTraining;
  /** Where the training stands: encoder and decoder one after another. */
  vectors: TrainingVectors;
  backend?: Backend;
  meeting?: Meeting;
}

/** The replica of one thread: it takes its share of each batch, contiguous images of the epoch's order. */
export async function vaeReplica({
  weights,
  set,
  training,
  vectors,
  backend,
  meeting
}: VaeReplicaInit): Promise<Replica> {
  const {batchSize, seed} = training;
  const {party, parties} = meeting ?? {party: 0, parties: 1};
  const [first, last] = [party, party + 1].map((p) => Math.floor((batchSize * p) / parties));
  const images = Math.max(1, last - first);
  const networks = await openVae(weights, {backend, images, vectors, meeting});
  const compute = vaeStep(networks, set, training.pixelsPerImage);
  const perEpoch = stepsPerEpoch(training, set.n);
  const steps = stepsOf(training, set.n);
  let epoch = -1;
  let order = new Int32Array();
  return {
    async run(from, to) {
      const sums = new Float64Array(2);
      for (let step = from; step < to; ++step) {
        const at = Math.floor(step / perEpoch);
        if (at !== epoch) order = epochOrder(set.n - training.heldOut, seed, (epoch = at));
        const start = (step % perEpoch) * batchSize;
        const picks = order.subarray(start + first, start + last);
        if (picks.length) {
          const loss = await compute({picks, first, batchSize, seed, step});
          sums[0] += loss.gen;
          sums[1] += loss.kld;
        }
        await networks.trainer.optimiser.step(step + 1, learningRateAt(training.learningRate, step, steps));
      }
      return sums;
    },
    part: () => networks.trainer.part(),
    dispose: () => networks.trainer.dispose()
  };
}

/** The order of the images in an epoch: a shuffle named by seed and epoch. */
export function epochOrder(n: number, seed: number, epoch: number): Int32Array<ArrayBuffer> {
  return random(seed, 0x0e90c4, epoch).shuffle(Int32Array.from({length: n}, (_, i) => i));
}
