import type {Network, Optimiser} from "../compute/network.js";
import type {Rng} from "../compute/random.js";
import type {Ddpm} from "./ddpm.js";
import {noiseFrequencies, preconditioner, writeInput, type PriorConfig} from "./network.js";

/** What Algorithm 1 is given, by the names of its lines. Arrays of points are [n, d], t is one number a row. */
export interface TrainingInput {
  /** Of all rows and dimensions. */
  size: number;
  /** Points of the data, steps uniform on 1 .. T, and standard normals, drawn anew. */
  data(): Float64Array;
  uniform(): Int32Array;
  normal(): Float64Array;
  /** alpha-bar_t of the row that an entry is in. */
  alphaBar(t: Int32Array, entry: number): number;
  /** The network's answer, the gradient of its parameters from that of its answer, and a step along it. */
  eps_theta(x: Float64Array, t: Int32Array): Promise<Float64Array>;
  backward(gradient: Float64Array): Promise<number>;
  descend(step: number): Promise<void>;
}

/** Where Algorithm 1 stands after one of its lines. */
export interface TrainingLineState {
  line: 1 | 2 | 3 | 4 | 5;
  step: number;
  x_0?: Float64Array;
  t?: Int32Array;
  eps?: Float64Array;
  x_t?: Float64Array;
  answer?: Float64Array;
  loss?: number;
  /** Norm of the gradient with respect to the parameters. */
  slope?: number;
}

/**
 * Algorithm 1 of Ho et al. 2020, stopping after each line. What a page shows as its code is this function's own text. A real
 * training runs `priorReplica` (training.ts), which takes the same steps in large batches.
 */
export async function* training(given: TrainingInput): AsyncGenerator<TrainingLineState, never> {
  const {size, data, uniform, normal, alphaBar, eps_theta, backward, descend} = given;
  for (let step = 1; ; ++step) {
    yield {line: 1, step};
    const x_0 = data();
    yield {line: 2, step, x_0};
    const t = uniform();
    yield {line: 3, step, x_0, t};
    const eps = normal();
    yield {line: 4, step, x_0, t, eps};
    const a = x_0.map((_, i) => alphaBar(t, i));
    const signal = a.map((v) => Math.sqrt(v));
    const noise = a.map((v) => Math.sqrt(1 - v));
    const x_t = x_0.map((v, i) => signal[i] * v + noise[i] * eps[i]);
    const answer = await eps_theta(x_t, t);
    const error = answer.map((v, i) => v - eps[i]);
    const loss = error.reduce((a, e) => a + e * e, 0) / size;
    const gradient = error.map((e) => (2 * e) / size);
    const slope = await backward(gradient);
    await descend(step);
    yield {line: 5, step, x_0, t, eps, x_t, answer, loss, slope};
  }
}

export interface TrainingSetup {
  chain: Ddpm;
  config: PriorConfig;
  /** Points to draw from [n, d]. */
  points: ArrayLike<number>;
  batch: number;
  rng: Rng;
  network: Network;
  optimiser: Optimiser;
  learningRate: number;
}

/**
 * What Algorithm 1 needs, around a network whose output is read as eps.
 * @throws RangeError where no step of the chain adds noise before something of the data is lost
 */
export function trainingInput({
  chain,
  config,
  points,
  batch,
  rng,
  network,
  optimiser,
  learningRate
}: TrainingSetup): TrainingInput {
  const {zdim: d} = config;
  const condition = preconditioner(config);
  const frequencies = noiseFrequencies(config.noisePairs);
  const {inputs} = network.shape;
  const steps = Int32Array.from({length: chain.T}, (_, i) => i + 1).filter((t) => chain.noise[t - 1] > 0);
  if (!steps.length) throw new RangeError("beta: found 0 at every step; expected more somewhere");
  const size = batch * d;
  return {
    size,
    data() {
      const x_0 = new Float64Array(size);
      for (let row = 0; row < batch; ++row) {
        const from = rng.integer(points.length / d) * d;
        for (let i = 0; i < d; ++i) x_0[row * d + i] = points[from + i];
      }
      return x_0;
    },
    uniform: () => Int32Array.from({length: batch}, () => steps[rng.integer(steps.length)]),
    normal: () => rng.fillNormal(new Float64Array(size)),
    alphaBar: (t, entry) => chain.alphaBar[t[Math.floor(entry / d)] - 1],
    async eps_theta(x, t) {
      const rows = new Float32Array(batch * inputs);
      const y = new Float64Array(d);
      for (let row = 0; row < batch; ++row) {
        const [bar, noise] = [chain.alphaBar[t[row] - 1], chain.noise[t[row] - 1]];
        for (let i = 0; i < d; ++i) y[i] = x[row * d + i] / Math.sqrt(bar);
        writeInput(rows, row * inputs, y, 0, d, condition(Math.sqrt(noise / bar)), frequencies);
      }
      return Float64Array.from(await network.forward(rows, batch));
    },
    async backward(gradient) {
      network.zeroGradient();
      await network.backward(Float32Array.from(gradient), batch, inputs);
      let square = 0;
      for (const g of await network.readGradient()) square += g * g;
      return Math.sqrt(square);
    },
    descend: async (step) => optimiser.step(step, learningRate)
  };
}
