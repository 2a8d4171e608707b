import type {Network, Optimiser} from "../compute/network.js";
import type {Rng} from "../compute/random.js";
import type {TrainingInput} from "./algorithm1.js";
import type {Ddpm} from "./ddpm.js";
import {noiseFrequencies, preconditioner, writeInput, type PriorConfig} from "./network.js";

export {training, type TrainingInput, type TrainingLineState} from "./algorithm1.js";

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
