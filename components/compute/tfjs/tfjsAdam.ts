import type * as TF from "@tensorflow/tfjs";
import type {AdamOptions, Optimiser, TrainingVectors} from "../network.js";
import type {TfjsNetwork} from "./tfjsNetwork.js";

/** State of one network on the device, in the layout of its parameters. */
interface Moments {
  first: TF.Tensor1D;
  second: TF.Tensor1D;
  /** One, or none. */
  average: TF.Tensor1D[];
}

/** Adam on the parameters of networks on TensorFlow.js, all on the device: a step waits for nothing. */
export class TfjsAdam implements Optimiser {
  private readonly moments: Moments[];

  /**
   * @param start where to begin: the networks take its parameters; without an average in it, none is kept
   * @throws RangeError if a vector is not as long as the networks have parameters
   */
  constructor(
    private readonly tf: typeof TF,
    private readonly networks: readonly TfjsNetwork[],
    start: TrainingVectors,
    private readonly options: AdamOptions = {}
  ) {
    const expected = networks.reduce((n, network) => n + network.flat.size, 0);
    for (const [name, {length}] of Object.entries(start) as [keyof TrainingVectors, Float32Array][])
      if (length !== expected && !(name === "average" && length === 0))
        throw new RangeError(`${name}: found ${length}; expected ${expected}`);
    let offset = 0;
    this.moments = networks.map((network) => {
      const [from, to] = [offset, (offset += network.flat.size)];
      const upload = (vector: Float32Array) => tf.tensor1d(vector.slice(from, to));
      network.setParameters(start.parameters.subarray(from, to));
      return {
        first: upload(start.firstMoment),
        second: upload(start.secondMoment),
        average: start.average.length ? [upload(start.average)] : []
      };
    });
  }

  step(t: number, learningRate: number, decay = 0): void {
    this.networks.forEach((network, i) => {
      const old = this.moments[i];
      const {parameters, ...moments} = this.update(network, old, t, learningRate, decay);
      this.tf.dispose({...old});
      this.moments[i] = moments;
      network.replaceFlat(parameters);
      network.zeroGradient();
    });
  }

  // As the kernel has it: w -= rate m / (sqrt(v / (1 - beta2^t)) + epsilon), rate = learning rate / (1 - beta1^t).
  private update(
    network: TfjsNetwork,
    old: Moments,
    t: number,
    learningRate: number,
    decay: number
  ): Moments & {parameters: TF.Tensor1D} {
    const {tf} = this;
    const {beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8} = this.options;
    return tf.tidy(() => {
      let first: TF.Tensor1D = tf.mul(old.first, beta1);
      let second: TF.Tensor1D = tf.mul(old.second, beta2);
      if (network.gradient) {
        first = tf.add(first, tf.mul(network.gradient, 1 - beta1));
        second = tf.add(second, tf.mul(tf.square(network.gradient), 1 - beta2));
      }
      const scale = tf.add(tf.sqrt(tf.mul(second, 1 / (1 - beta2 ** t))), epsilon);
      const change = tf.div(tf.mul(first, learningRate / (1 - beta1 ** t)), scale);
      const parameters: TF.Tensor1D = tf.sub(network.flat, change);
      const average = old.average.map((a) =>
        tf.add<TF.Tensor1D>(a, tf.mul(tf.sub(parameters, a), 1 - decay))
      );
      return {parameters, first, second, average};
    });
  }

  /** Parameters, moments and average as they are now. */
  async read(): Promise<TrainingVectors> {
    const join = async (tensors: TF.Tensor1D[]) => {
      const parts = await Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
      const out = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
      let at = 0;
      for (const part of parts) {
        out.set(part, at);
        at += part.length;
      }
      return out;
    };
    const [parameters, firstMoment, secondMoment, average] = await Promise.all([
      join(this.networks.map((network) => network.flat)),
      join(this.moments.map(({first}) => first)),
      join(this.moments.map(({second}) => second)),
      join(this.moments.flatMap(({average}) => average))
    ]);
    return {parameters, firstMoment, secondMoment, average};
  }

  /** Frees the moments and the average; the networks stay. */
  dispose(): void {
    for (const moments of this.moments) this.tf.dispose({...moments});
  }
}
