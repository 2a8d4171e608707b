import {barrier, BARRIER_BYTES} from "./barrier.js";
import type {Mlp} from "./mlp.js";

/** Adam's constants (Kingma and Ba 2014) with its published defaults, and an exponential moving average of the weights. */
export interface AdamOptions {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** What the threads of a data-parallel training share: packed vectors of all networks, one after another. */
export interface SharedTraining {
  /** Floats of all packed parameters. */
  length: number;
  parties: number;
  /** Of the barrier that the parties meet at. */
  barrier: SharedArrayBuffer | ArrayBuffer;
  /** [parties, length], [length], [length], [length]; `average` is empty where none is kept. */
  gradients: Float32Array;
  parameters: Float32Array;
  firstMoment: Float32Array;
  secondMoment: Float32Array;
  average: Float32Array;
}

export function sharedTraining(length: number, parties: number, averaged: boolean): SharedTraining {
  // Pages have shared memory only where they are isolated; without it, one party can train in the caller's own thread.
  const Memory = typeof SharedArrayBuffer === "undefined" ? ArrayBuffer : SharedArrayBuffer;
  const memory = (bytes: number) => new Memory(bytes);
  const floats = (n: number) => new Float32Array(memory(4 * n));
  return {
    length,
    parties,
    barrier: memory(BARRIER_BYTES),
    gradients: floats(parties > 1 ? parties * length : 0),
    parameters: floats(length),
    firstMoment: floats(length),
    secondMoment: floats(length),
    average: floats(averaged ? length : 0)
  };
}

/** One network's part of the optimiser's work, in kernel memory. */
interface Slice {
  network: Mlp;
  /** Where the network stands in the shared vectors. */
  offset: number;
  /** Floats [lo, hi) of the network that this thread updates. */
  lo: number;
  hi: number;
  first: number;
  second: number;
  average: number;
}

/**
 * Data-parallel Adam: every thread has a replica and calls `step` after adding its share of the gradient. The shares are
 * summed in the order of the threads, each thread updates its slice of the parameters, and all take the new ones: the
 * replicas stay equal, and the same number of threads gives the same run.
 */
export class SharedAdam {
  private readonly slices: Slice[];
  private readonly meet: () => void;

  constructor(
    networks: readonly Mlp[],
    private readonly shared: SharedTraining,
    private readonly party: number,
    private readonly options: AdamOptions = {}
  ) {
    this.meet = shared.parties > 1 ? barrier(shared.barrier, shared.parties).wait : () => {};
    let offset = 0;
    this.slices = networks.map((network) => {
      const {kernel, packedLength} = network;
      const cut = (p: number) =>
        p === shared.parties ? packedLength : Math.floor((packedLength * p) / shared.parties / 4) * 4;
      const [lo, hi] = [cut(party), cut(party + 1)];
      const moments = () => kernel.allocate(hi - lo);
      const average = shared.average.length ? moments() : 0;
      const slice = {network, offset, lo, hi, first: moments(), second: moments(), average};
      offset += packedLength;
      return slice;
    });
    if (offset !== shared.length)
      throw new RangeError(`networks: found ${offset} floats; expected ${shared.length}`);
  }

  /** Takes parameters and moments from the shared vectors: at the start, and after a checkpoint was put there. */
  load(): void {
    this.pull();
    const {shared} = this;
    for (const s of this.slices) {
      const {kernel} = s.network;
      const [from, to] = [s.offset + s.lo, s.offset + s.hi];
      kernel.floats(s.first, s.hi - s.lo).set(shared.firstMoment.subarray(from, to));
      kernel.floats(s.second, s.hi - s.lo).set(shared.secondMoment.subarray(from, to));
      if (s.average) kernel.floats(s.average, s.hi - s.lo).set(shared.average.subarray(from, to));
    }
  }

  /** Puts this thread's moments and averages into the shared vectors, for a checkpoint. */
  publish(): void {
    const {shared} = this;
    for (const s of this.slices) {
      const {kernel} = s.network;
      shared.firstMoment.set(kernel.floats(s.first, s.hi - s.lo), s.offset + s.lo);
      shared.secondMoment.set(kernel.floats(s.second, s.hi - s.lo), s.offset + s.lo);
      if (s.average) shared.average.set(kernel.floats(s.average, s.hi - s.lo), s.offset + s.lo);
    }
  }

  /**
   * One step; the networks' gradients are zero afterwards.
   * @param t number of the step, from 1 (Adam's bias correction)
   * @param decay of the moving average, 0..1
   */
  step(t: number, learningRate: number, decay = 0): void {
    const {shared, party} = this;
    const {beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8} = this.options;
    if (shared.parties > 1) {
      for (const s of this.slices)
        shared.gradients.set(s.network.packed(s.network.grad), party * shared.length + s.offset);
      this.meet();
    }
    for (const s of this.slices) {
      const {network, lo, hi} = s;
      const {kernel} = network;
      const grad = network.packed(network.grad).subarray(lo, hi);
      for (let p = 0; shared.parties > 1 && p < shared.parties; ++p) {
        const at = p * shared.length + s.offset;
        const share = shared.gradients.subarray(at + lo, at + hi);
        if (p === 0) grad.set(share);
        else for (let i = 0; i < grad.length; ++i) grad[i] += share[i];
      }
      const [w, g] = [network.weights + lo * 4, network.grad + lo * 4];
      const rate = learningRate / (1 - beta1 ** t);
      kernel.run.adam(w, g, s.first, s.second, hi - lo, rate, beta1, beta2, 1 / (1 - beta2 ** t), epsilon);
      if (s.average) kernel.run.blend(s.average, w, hi - lo, 1 - decay);
      shared.parameters.set(network.packed(network.weights).subarray(lo, hi), s.offset + lo);
    }
    this.meet();
    this.pull();
    for (const s of this.slices) s.network.zeroGradient();
  }

  private pull(): void {
    for (const {network, offset} of this.slices)
      network
        .packed(network.weights)
        .set(this.shared.parameters.subarray(offset, offset + network.packedLength));
  }
}
