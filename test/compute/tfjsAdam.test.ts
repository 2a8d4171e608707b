import {beforeAll, describe, expect, it} from "vitest";
import {initialParameters, parameterCount, type MlpShape} from "../../components/compute/mlp.js";
import type {TrainingVectors} from "../../components/compute/network.js";
import {random} from "../../components/compute/random.js";
import {loadTfjs, type Tfjs} from "../../components/compute/tfjs/load.js";
import {TfjsAdam} from "../../components/compute/tfjs/tfjsAdam.js";
import {TfjsNetwork} from "../../components/compute/tfjs/tfjsNetwork.js";
import {maxDifference} from "../golden.js";

const shapes: MlpShape[] = [
  {inputs: 5, outputs: 2, width: 16, layers: 2, activation: "silu"},
  {inputs: 3, outputs: 4, width: 8, layers: 1, activation: "relu"}
];
const total = shapes.reduce((n, shape) => n + parameterCount(shape), 0);
const n = 9;

/** Adam and its moving average as the paper has them, in double precision. */
function adam(state: number[][], gradient: Float32Array, t: number, rate: number, decay: number): void {
  const [w, m, v, average] = state;
  for (let i = 0; i < w.length; ++i) {
    m[i] = 0.9 * m[i] + 0.1 * gradient[i];
    v[i] = 0.99 * v[i] + 0.01 * gradient[i] ** 2;
    w[i] -= (rate * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.99 ** t)) + 1e-8);
    average[i] += (1 - decay) * (w[i] - average[i]);
  }
}

describe("Adam on TensorFlow.js", () => {
  let tf: Tfjs;
  beforeAll(async () => {
    tf = await loadTfjs("cpu");
  });

  const start = (averaged: boolean): TrainingVectors => {
    const parameters = new Float32Array(total);
    parameters.set(initialParameters(shapes[0], random(1)));
    parameters.set(initialParameters(shapes[1], random(2)), parameterCount(shapes[0]));
    const firstMoment = random(3)
      .fillNormal(new Float32Array(total))
      .map((x) => x / 100);
    const secondMoment = random(4)
      .fillNormal(new Float32Array(total))
      .map((x) => (x * x) / 1000);
    return {
      parameters,
      firstMoment,
      secondMoment,
      average: averaged ? parameters.slice() : new Float32Array(0)
    };
  };
  const pass = async (network: TfjsNetwork, seed: number) => {
    const numbers = (columns: number) => random(seed).fillNormal(new Float32Array(n * columns));
    await network.forward(numbers(network.shape.inputs), n);
    await network.backward(numbers(network.shape.outputs), n, network.shape.inputs);
  };

  it("takes the paper's steps, from wherever it starts, and keeps the number of tensors flat", async () => {
    const before = tf.memory().numTensors;
    const networks = shapes.map((shape) => new TfjsNetwork(tf, shape));
    const vectors = start(true);
    const optimiser = new TfjsAdam(tf, networks, vectors, {beta2: 0.99});
    const {parameters, firstMoment, secondMoment, average} = vectors;
    const state = [parameters, firstMoment, secondMoment, average].map((vector) => Array.from(vector));
    const counts = new Set<number>();
    for (let t = 3; t < 11; ++t) {
      for (const network of networks) await pass(network, t);
      const gradients = await Promise.all(networks.map((network) => network.readGradient()));
      adam(state, Float32Array.from(gradients.flatMap((g) => Array.from(g))), t, 0.01 / t, 0.9);
      optimiser.step(t, 0.01 / t, 0.9);
      counts.add(tf.memory().numTensors);
      for (const network of networks) expect((await network.readGradient()).every((g) => g === 0)).toBe(true);
    }
    const found = await optimiser.read();
    expect(maxDifference(found.parameters, state[0])).toBeLessThan(1e-6);
    expect(maxDifference(found.firstMoment, state[1])).toBeLessThan(1e-5);
    expect(maxDifference(found.secondMoment, state[2])).toBeLessThan(1e-4);
    expect(maxDifference(found.average, state[3])).toBeLessThan(1e-6);
    expect(maxDifference(found.parameters, vectors.parameters)).toBeGreaterThan(0.01);
    const now = await Promise.all(networks.map((network) => network.readParameters()));
    expect(found.parameters.slice(0, now[0].length)).toEqual(now[0]);
    expect(counts.size).toBe(1);
    optimiser.dispose();
    for (const network of networks) network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("goes on from what it read as if it had not stopped, without an average too", async () => {
    const run = async (stop: boolean) => {
      const networks = shapes.map((shape) => new TfjsNetwork(tf, shape));
      let optimiser = new TfjsAdam(tf, networks, start(false));
      for (let t = 1; t < 5; ++t) {
        await pass(networks[0], t); // the other network's gradient is zero
        optimiser.step(t, 0.01);
        if (!stop || t !== 2) continue;
        const vectors = await optimiser.read();
        optimiser.dispose();
        optimiser = new TfjsAdam(tf, networks, vectors);
      }
      const vectors = await optimiser.read();
      for (const each of [optimiser, ...networks]) each.dispose();
      return vectors;
    };
    const whole = await run(false);
    expect(await run(true)).toEqual(whole);
    expect(whole.average).toHaveLength(0);
  });

  it("refuses vectors of another length", () => {
    const before = tf.memory().numTensors;
    const networks = shapes.map((shape) => new TfjsNetwork(tf, shape));
    expect(() => new TfjsAdam(tf, networks, {...start(true), secondMoment: new Float32Array(3)})).toThrow(
      `secondMoment: found 3; expected ${total}`
    );
    for (const network of networks) network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
