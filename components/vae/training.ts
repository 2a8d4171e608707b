import {learningRateAt, type LearningRate, type Replica} from "../compute/replica.js";
import {random} from "../compute/random.js";
import {SharedAdam, type SharedTraining} from "../compute/sharedAdam.js";
import type {ImageSet} from "./imageSet.js";
import {vaeNetworks, type VaeWeights} from "./model.js";
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
  seed: number;
}

/** Steps of a whole training: an epoch drops the images that fill no batch. */
export const stepsOf = ({epochs, batchSize}: VaeTraining, n: number): number =>
  epochs * Math.floor(n / batchSize);

/** Points that the decoder takes at once: their activations stay in the second-level cache. */
const BLOCK = 128;

/** What a thread needs to build its replica; the arrays of `set` and `shared` stand in shared memory. */
export interface VaeReplicaInit {
  weights: VaeWeights;
  set: ImageSet;
  training: VaeTraining;
  shared: SharedTraining;
  party: number;
}

/** The replica of one thread: it takes its share of each batch, contiguous images of the epoch's order. */
export function vaeReplica({weights, set, training, shared, party}: VaeReplicaInit): Replica {
  const {batchSize, seed} = training;
  const {parties} = shared;
  const [first, last] = [party, party + 1].map((p) => Math.floor((batchSize * p) / parties));
  const networks = vaeNetworks(weights, {images: Math.max(1, last - first), points: BLOCK}, true);
  const adam = new SharedAdam([networks.encoder, networks.decoder.mlp], shared, party);
  const compute = vaeStep(networks, set, training.pixelsPerImage);
  const perEpoch = Math.floor(set.n / batchSize);
  const steps = stepsOf(training, set.n);
  let epoch = -1;
  let order = new Int32Array();
  adam.load();
  return {
    run(from, to) {
      const sums = new Float64Array(2);
      for (let step = from; step < to; ++step) {
        const at = Math.floor(step / perEpoch);
        if (at !== epoch) order = epochOrder(set.n, seed, (epoch = at));
        const start = (step % perEpoch) * batchSize;
        const picks = order.subarray(start + first, start + last);
        if (picks.length) {
          const loss = compute({picks, first, batchSize, seed, step});
          sums[0] += loss.gen;
          sums[1] += loss.kld;
        }
        adam.step(step + 1, learningRateAt(training.learningRate, step, steps));
      }
      return sums;
    },
    publish: () => adam.publish()
  };
}

/** The order of the images in an epoch: a shuffle named by seed and epoch. */
export function epochOrder(n: number, seed: number, epoch: number): Int32Array<ArrayBuffer> {
  return random(seed, 0x0e90c4, epoch).shuffle(Int32Array.from({length: n}, (_, i) => i));
}
