import {alone, sliceOf, type Exchange} from "../exchange.js";
import {parameterCount} from "../mlp.js";
import type {AdamOptions, Optimiser, TrainingVectors} from "../network.js";
import {emptyVectors} from "../vectors.js";
import type {KernelNetwork} from "./network.js";
import {packParameters, unpackParameters} from "./packed.js";

/** What a party keeps of one network: Adam's state of its slice [lo, hi) of the packed parameters, in kernel memory. */
interface Slice {
  network: KernelNetwork;
  /** Where the network's flat vector begins and ends in the training's. */
  start: number;
  end: number;
  lo: number;
  hi: number;
  firstMoment: number;
  secondMoment: number;
  /** 0 where no average is kept. */
  average: number;
}

/**
 * Adam on the kernel, data-parallel: each party has a replica of the networks and calls `step` after adding its share of
 * the gradient. The shares are summed in the parties' order, each party updates the slice it owns, and all take the new
 * parameters: the replicas stay equal, and the same number of parties gives the same run, however they exchange.
 */
export class KernelAdam implements Optimiser {
  private readonly slices: Slice[];

  /** @param vectors where to start from; they are copied */
  constructor(
    networks: readonly KernelNetwork[],
    vectors: TrainingVectors,
    private readonly exchange: Exchange = alone,
    private readonly options: AdamOptions = {}
  ) {
    let start = 0;
    this.slices = networks.map((network) => {
      const {kernel, packedLength, shape} = network;
      const end = start + parameterCount(shape);
      const [lo, hi] = sliceOf(packedLength, exchange.party, exchange.parties);
      const take = (vector: Float32Array) => {
        const at = kernel.allocate(hi - lo);
        kernel.floats(at, hi - lo).set(packParameters(shape, vector.subarray(start, end)).subarray(lo, hi));
        return at;
      };
      network.setParameters(vectors.parameters.subarray(start, end));
      const slice = {
        network,
        start,
        end,
        lo,
        hi,
        firstMoment: take(vectors.firstMoment),
        secondMoment: take(vectors.secondMoment),
        average: vectors.average.length ? take(vectors.average) : 0
      };
      start = end;
      return slice;
    });
    if (start !== vectors.parameters.length)
      throw new RangeError(`parameters: found ${vectors.parameters.length}; expected ${start}`);
  }

  async step(t: number, learningRate: number, decay = 0): Promise<void> {
    const {beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8} = this.options;
    const rate = learningRate / (1 - beta1 ** t);
    const c2 = 1 / (1 - beta2 ** t);
    await this.exchange.reduce(this.slices.map(({network}) => network.packedGradient));
    for (const {network, lo, hi, firstMoment, secondMoment, average} of this.slices) {
      const {run} = network.kernel;
      const [w, g, n] = [network.parametersAt + lo * 4, network.gradientAt + lo * 4, hi - lo];
      run.adam(w, g, firstMoment, secondMoment, n, rate, beta1, beta2, c2, epsilon);
      if (average) run.blend(average, w, n, 1 - decay);
    }
    await this.exchange.gather(this.slices.map(({network}) => network.packedParameters));
    for (const {network} of this.slices) {
      network.changed();
      network.zeroGradient();
    }
  }

  /** This party's part of the training's vectors: its slices, and zero elsewhere. The parts of all parties add up to the whole. */
  part(): TrainingVectors {
    const last = this.slices[this.slices.length - 1];
    const part = emptyVectors(last.end, last.average > 0);
    for (const {network, start, lo, hi, ...at} of this.slices) {
      const put = (vector: Float32Array, address: number) => {
        const packed = new Float32Array(network.packedLength);
        packed.set(network.kernel.floats(address, hi - lo), lo);
        vector.set(unpackParameters(network.shape, packed), start);
      };
      put(part.parameters, network.parametersAt + lo * 4);
      put(part.firstMoment, at.firstMoment);
      put(part.secondMoment, at.secondMoment);
      if (at.average) put(part.average, at.average);
    }
    return part;
  }

  dispose(): void {}
}
