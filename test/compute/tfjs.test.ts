import * as tf from "@tensorflow/tfjs";
import {beforeAll, describe, expect, it} from "vitest";
import {initialParameters, Mlp, type MlpShape} from "../../components/compute/mlp.js";
import {random} from "../../components/compute/random.js";
import {TfjsMlp} from "../../components/compute/tfjsMlp.js";
import {maxDifference} from "../golden.js";

describe("the kernel and TensorFlow.js", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
  });

  it.each([
    {inputs: 24, outputs: 8, width: 64, layers: 16, activation: "silu"},
    {inputs: 13, outputs: 2, width: 128, layers: 3, activation: "relu"}
  ] as MlpShape[])("agree on values and gradients, $layers x $width, $activation", async (shape) => {
    const n = 21;
    const parameters = initialParameters(shape, random(1));
    const x = random(2).fillNormal(new Float32Array(n * shape.inputs));
    const dy = random(3).fillNormal(new Float32Array(n * shape.outputs));
    const kernel = new Mlp(shape, n);
    kernel.setParameters(parameters);
    const oracle = new TfjsMlp(tf, shape);
    oracle.setParameters(parameters);
    expect(maxDifference(kernel.forward(x, n), await oracle.forward(x, n))).toBeLessThan(1e-5);
    expect(maxDifference(kernel.backward(dy, n), await oracle.backward(dy, n))).toBeLessThan(1e-4);
    const scale = Math.max(...oracle.gradient.map(Math.abs));
    expect(maxDifference(kernel.gradient, oracle.gradient)).toBeLessThan(1e-4 * scale);
    oracle.dispose();
  });

  it("keeps the number of tensors flat over training steps", async () => {
    const shape: MlpShape = {inputs: 6, outputs: 3, width: 16, layers: 4, activation: "silu"};
    const before = tf.memory().numTensors;
    const mlp = new TfjsMlp(tf, shape);
    const counts: number[] = [];
    for (let step = 0; step < 20; ++step) {
      mlp.setParameters(initialParameters(shape, random(step)));
      await mlp.forward(new Float32Array(60).fill(0.1), 10);
      await mlp.backward(new Float32Array(30).fill(1), 10);
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
    mlp.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
