import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {KernelNetwork} from "../../components/compute/kernel/network.js";
import {initialParameters, parameterCount, type MlpShape} from "../../components/compute/mlp.js";
import type {Awaitable, Network, PointEncoding} from "../../components/compute/network.js";
import {random} from "../../components/compute/random.js";
import {loadTfjs, type Tfjs, tfjsAvailable} from "../../components/compute/tfjs/load.js";
import {TfjsNetwork} from "../../components/compute/tfjs/tfjsNetwork.js";
import {maxDifference} from "../golden.js";

let tf: Tfjs;
const normal = (seed: number, n: number) => random(seed).fillNormal(new Float32Array(n));
const largest = (x: Float32Array) => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
/** Largest difference over the largest value. */
const relative = (a: Float32Array, b: Float32Array) => maxDifference(a, b) / largest(b);

/** Values, dx and parameter gradients of both backends for the same random numbers. */
async function compare(shape: MlpShape, n: number) {
  const parameters = initialParameters(shape, random(1));
  const [x, dy] = [normal(2, n * shape.inputs), normal(3, n * shape.outputs)];
  const kernel = new KernelNetwork(shape, {maxRows: n});
  const tfjs = new TfjsNetwork(tf, shape);
  for (const network of [kernel, tfjs]) network.setParameters(parameters);
  const y = [await tfjs.forward(x, n), kernel.forward(x, n)] as const;
  const dx = [await tfjs.backward(dy, n), kernel.backward(dy, n)] as const;
  const gradient = [await tfjs.readGradient(), kernel.readGradient()] as const;
  tfjs.dispose();
  return {
    value: maxDifference(...y),
    dx: relative(...dx),
    gradient: relative(...gradient)
  };
}

type Case = [width: number, layers: number, rows: number, activation: MlpShape["activation"]];
const cases: Record<"cpu" | "wasm", Case[]> = {
  cpu: [
    [16, 1, 21, "silu"],
    [16, 16, 21, "relu"],
    [64, 2, 7, "relu"],
    [64, 16, 13, "silu"],
    [128, 3, 9, "silu"]
  ],
  wasm: [
    [16, 5, 33, "relu"],
    [64, 0, 1, "silu"],
    [128, 16, 51, "silu"],
    [256, 1, 17, "relu"],
    [256, 8, 40, "silu"],
    [1024, 3, 11, "relu"],
    [1024, 16, 5, "silu"]
  ]
};

describe.each(["cpu", "wasm"] as const)("TensorFlow.js (%s) and the kernel", (backend) => {
  beforeAll(async () => {
    tf = await loadTfjs(backend);
  });

  it.each(cases[backend])(
    "agree, width %i, %i residual layers, %i rows, %s",
    async (width, layers, n, activation) => {
      const {value, dx, gradient} = await compare({inputs: 13, outputs: 3, width, layers, activation}, n);
      expect(tf.getBackend()).toBe(backend);
      expect(value).toBeLessThan(1e-5);
      expect(dx).toBeLessThan(1e-4);
      expect(gradient).toBeLessThan(1e-4);
    }
  );
});

describe("a network on TensorFlow.js", () => {
  const shape: MlpShape = {inputs: 11, outputs: 2, width: 16, layers: 3, activation: "silu"};
  const n = 10;
  const [x, dy] = [normal(2, n * shape.inputs), normal(3, n * shape.outputs)];
  let network: TfjsNetwork;
  let before: number;
  beforeAll(async () => {
    tf = await loadTfjs("cpu");
  });
  beforeEach(() => {
    before = tf.memory().numTensors;
    network = new TfjsNetwork(tf, shape, {encoding: scattered, maxRows: 50});
    network.setParameters(initialParameters(shape, random(1)));
  });
  afterEach(() => {
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("returns the gradient of the inputs from a column on", async () => {
    await network.forward(x, n);
    const all = await network.backward(dy, n);
    const some = await network.backward(dy, n, 8);
    const expected = new Float32Array(n * 3).map(
      (_, i) => all[Math.floor(i / 3) * shape.inputs + 8 + (i % 3)]
    );
    expect(maxDifference(some, expected)).toBeLessThan(1e-6);
    expect(await network.backward(dy, n, shape.inputs)).toHaveLength(0);
  });

  it("adds up gradients until they are set to zero", async () => {
    expect(largest(await network.readGradient())).toBe(0);
    await network.forward(x, n);
    await network.backward(dy, n);
    const once = await network.readGradient();
    expect(once).toHaveLength(parameterCount(shape));
    await network.backward(dy, n, shape.inputs);
    expect(
      relative(
        await network.readGradient(),
        once.map((g) => 2 * g)
      )
    ).toBeLessThan(1e-6);
    network.zeroGradient();
    expect(largest(await network.readGradient())).toBe(0);
  });

  it("hands out copies, and keeps none of its caller's arrays", async () => {
    const [input, parameters] = [x.slice(), initialParameters(shape, random(1))];
    network.setParameters(parameters);
    const y = await network.forward(input, n);
    await network.backward(dy, n);
    const gradient = await network.readGradient();
    network.zeroGradient();
    for (const array of [input, parameters, await network.readParameters()]) array.fill(NaN);
    await network.backward(dy, n);
    expect(await network.readGradient()).toEqual(gradient);
    expect(await network.forward(x, n)).toEqual(y);
  });

  // Columns as cryoDRGN's geom_lowf has them, mixed; two of three groups are whole.
  const scattered: PointEncoding = {
    frequencies: normal(4, 12).map((f) => 20 * f),
    sine: Int32Array.of(0, 1, 4, 7),
    cosine: Int32Array.of(2, 3, 6, 5)
  };
  it.each([
    ["scattered", scattered],
    ["in order", {...scattered, sine: Int32Array.of(0, 1, 2, 3), cosine: Int32Array.of(4, 5, 6, 7)}]
  ])("encodes points, %s", async (_, encoding) => {
    const [points, z, perGroup] = [normal(5, 3 * n).map((p) => p / 4), normal(6, 9), 4];
    const inputs = new Float32Array(n * shape.inputs);
    for (let i = 0; i < n; ++i) {
      for (let j = 0; j < 4; ++j) {
        let angle = 0;
        for (let c = 0; c < 3; ++c) angle += points[3 * i + c] * encoding.frequencies[3 * j + c];
        inputs[i * shape.inputs + encoding.sine[j]] = Math.sin(angle);
        inputs[i * shape.inputs + encoding.cosine[j]] = Math.cos(angle);
      }
      inputs.set(
        z.subarray(3 * Math.floor(i / perGroup), 3 * Math.floor(i / perGroup) + 3),
        i * shape.inputs + 8
      );
    }
    const encoded = new TfjsNetwork(tf, shape, {encoding});
    const kernel = new KernelNetwork(shape, {encoding});
    for (const it of [encoded, kernel]) it.setParameters(initialParameters(shape, random(1)));
    const resultsOf = async (it: Network, forward: () => Awaitable<Float32Array>) => {
      const y = await forward();
      const dx = await it.backward(dy, n);
      const dz = await it.backward(dy, n, 8);
      const gradient = await it.readGradient();
      it.zeroGradient();
      return [y, dx, dz, gradient];
    };
    const found = await resultsOf(encoded, () => encoded.forwardPoints(points, n, z, perGroup));
    for (const expected of [
      await resultsOf(encoded, () => encoded.forward(inputs, n)),
      await resultsOf(kernel, () => kernel.forwardPoints(points, n, z, perGroup))
    ])
      found.forEach((array, i) => expect(relative(array, expected[i])).toBeLessThan(1e-5));
    encoded.dispose();
  });

  it("keeps the number of tensors flat, with training and without", async () => {
    const evaluating = new TfjsNetwork(tf, shape, {training: false, encoding: scattered});
    const counts = new Set<number>();
    for (let step = 0; step < 10; ++step) {
      for (const it of [network, evaluating]) {
        it.setParameters(initialParameters(shape, random(step)));
        await it.forward(x, n);
        await it.forwardPoints(x, n, normal(1, 3), n);
      }
      await network.backward(dy, n, step);
      await network.backward(dy, n, 20);
      network.zeroGradient();
      counts.add(tf.memory().numTensors);
    }
    evaluating.dispose();
    expect(counts.size).toBe(1);
  });

  it("names what it found and what it expected", async () => {
    await expect(network.forward(x, 0)).rejects.toThrow("rows: found 0; expected 1 to 50");
    await expect(network.forward(x, 51)).rejects.toThrow("rows: found 51; expected 1 to 50");
    await expect(network.forward(x, 11)).rejects.toThrow("x: found 110 numbers; expected 11 x 11");
    await expect(network.backward(dy, n)).rejects.toThrow("rows: found 10; expected forward first");
    await network.forward(x, 4);
    await expect(network.backward(dy, n)).rejects.toThrow("rows: found 10; expected 4, those of forward");
    await expect(network.forwardPoints(x, n, x.slice(0, 8), 4)).rejects.toThrow(
      "z: found 8 numbers; expected 3 x 3"
    );
    expect(() => network.setParameters(x)).toThrow(
      `parameters: found 110; expected ${parameterCount(shape)}`
    );
    const twice = {...scattered, cosine: scattered.sine};
    expect(() => new TfjsNetwork(tf, shape, {encoding: twice})).toThrow(
      "encoding: column 2 has no sine and no cosine"
    );
    const evaluating = new TfjsNetwork(tf, shape, {training: false});
    await evaluating.forward(x, n);
    await expect(evaluating.backward(dy, n)).rejects.toThrow("made without training");
    await expect(evaluating.forwardPoints(x, n, x, n)).rejects.toThrow("made without an encoding");
    evaluating.dispose();
  });
});

describe("loading a backend", () => {
  it("says which can't run here", async () => {
    expect(await tfjsAvailable("webgpu")).toBe(false);
    await expect(loadTfjs("webgpu")).rejects.toThrow("webgpu: this browser has no WebGPU adapter");
    await expect(loadTfjs("webgl")).rejects.toThrow("webgl: no WebGL 2");
    expect((await loadTfjs("cpu")).getBackend()).toBe("cpu");
  });
});
