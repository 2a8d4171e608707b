import {describe, expect, it} from "vitest";
import "../../components/cli/relaxedSimd.js";
import {bestBuild, Kernel, type KernelBuild} from "../../components/compute/kernel/kernel.js";
import {initialParameters, layersOf, parameterCount, type MlpShape} from "../../components/compute/mlp.js";
import {KernelNetwork} from "../../components/compute/kernel/network.js";
import {packParameters, unpackParameters} from "../../components/compute/kernel/packed.js";
import {random} from "../../components/compute/random.js";
import {maxDifference} from "../golden.js";

/** The same network in float64, plainly. */
function reference(
  {activation, layers, inputs, outputs}: MlpShape,
  p: Float64Array,
  x: Float64Array,
  n: number
) {
  const act = (v: number) => (activation === "relu" ? Math.max(0, v) : v / (1 + Math.exp(-v)));
  const out = new Float64Array(n * outputs);
  const all = layersOf({
    activation,
    layers,
    inputs,
    outputs,
    width: widthOf(p.length, layers, inputs, outputs)
  });
  for (let row = 0; row < n; ++row) {
    let h = x.subarray(row * inputs, (row + 1) * inputs);
    all.forEach((layer, l) => {
      const y = new Float64Array(layer.outputs);
      for (let o = 0; o < layer.outputs; ++o) {
        let sum = p[layer.start + layer.inputs * layer.outputs + o];
        for (let i = 0; i < layer.inputs; ++i) sum += p[layer.start + o * layer.inputs + i] * h[i];
        if (l > 0 && l <= layers) sum += h[o];
        y[o] = l <= layers ? act(sum) : sum;
      }
      h = y;
    });
    out.set(h, row * outputs);
  }
  return out;
}

function widthOf(parameters: number, layers: number, inputs: number, outputs: number): number {
  for (let width = 1; ; ++width)
    if (parameterCount({inputs, outputs, width, layers, activation: "relu"}) === parameters) return width;
}

const builds: KernelBuild[] = bestBuild() === "relaxed" ? ["simd", "relaxed"] : ["simd"];

describe.each(builds)("residual MLP, %s kernel", (build) => {
  // Every depth from 1 to 16, every width of the notebook's networks, with the sizes of the prior and of the VAE
  // among them, and widths that fill no vector.
  const shapes = [
    ...Array.from({length: 16}, (_, l) => [16, l + 1, 3 + l, 2 + (l % 3), 1 + 2 * l]),
    [1, 2, 3, 2, 5],
    [6, 3, 11, 5, 9],
    [17, 2, 10, 3, 20],
    [64, 3, 11, 5, 40],
    [64, 16, 9, 8, 7],
    [128, 4, 24, 8, 9],
    [128, 16, 24, 8, 33],
    [256, 1, 50, 16, 21],
    [256, 3, 200, 2, 9],
    [1024, 1, 13, 3, 5],
    [1024, 3, 104, 2, 3],
    [1024, 16, 24, 8, 3]
  ];
  for (const [width, layers, inputs, outputs, n] of shapes)
    for (const activation of ["relu", "silu"] as const)
      it(`${layers} x ${width}, ${activation}, ${n} rows: values and gradients`, () => {
        const shape = {inputs, outputs, width, layers, activation};
        const rng = random(width, layers, n);
        const mlp = new KernelNetwork(shape, {maxRows: n, kernel: new Kernel(build)});
        const parameters = initialParameters(shape, rng);
        mlp.setParameters(parameters);
        const x = rng.fillNormal(new Float32Array(n * inputs));
        const dy = rng.fillNormal(new Float32Array(n * outputs));
        const y = mlp.forward(x, n);
        const p = Float64Array.from(parameters);
        const X = Float64Array.from(x);
        // Deep ReLU networks of these weights make their inputs ten times larger, and float32's rounding with them.
        const exact = reference(shape, p, X, n);
        // Errors of float32 (6e-8 each) add up as the root of the number of additions in a row.
        const rounding = Math.max(2e-6, 6e-8 * Math.sqrt(width * layers));
        expect(maxDifference(y, exact) / Math.max(1, ...exact.map(Math.abs))).toBeLessThan(rounding);
        const dx = mlp.backward(dy, n);
        const g = mlp.readGradient();
        const value = () => reference(shape, p, X, n).reduce((sum, v, i) => sum + v * dy[i], 0);
        // Central differences in float64, at fewer places where a reference takes long.
        const places = width * width * layers * n > 1e6 ? 8 : 40;
        const check = (array: Float64Array, gradient: Float32Array, i: number) => {
          const kept = array[i];
          const h = 1e-5;
          array[i] = kept + h;
          const up = value();
          array[i] = kept - h;
          const down = value();
          array[i] = kept;
          expect(Math.abs((up - down) / (2 * h) - gradient[i])).toBeLessThan(
            1e-5 * Math.max(1, Math.abs(gradient[i]))
          );
        };
        for (let k = 0; k < places; ++k) check(p, g, rng.integer(p.length));
        for (let k = 0; k < places / 4; ++k) check(X, dx, rng.integer(X.length));
      });

  it("adds gradients up until they are zeroed, and leaves padding alone", () => {
    const shape: MlpShape = {inputs: 5, outputs: 3, width: 8, layers: 2, activation: "silu"};
    const mlp = new KernelNetwork(shape, {maxRows: 3, kernel: new Kernel(build)});
    mlp.setParameters(initialParameters(shape, random(1)));
    const x = random(2).fillNormal(new Float32Array(15));
    const dy = random(3).fillNormal(new Float32Array(9));
    for (let k = 0; k < 2; ++k) {
      mlp.forward(x, 3);
      mlp.backward(dy, 3);
    }
    const twice = mlp.readGradient();
    mlp.zeroGradient();
    mlp.forward(x, 3);
    mlp.backward(dy, 3);
    expect(
      maxDifference(
        twice.map((v) => v / 2),
        mlp.readGradient()
      )
    ).toBeLessThan(1e-6);
    const packed = mlp.packedGradient;
    expect(maxDifference(packParameters(shape, unpackParameters(shape, packed)), packed)).toBe(0);
  });
});

describe("residual MLP", () => {
  it("gives a gradient with respect to the inputs from any column on, or none", () => {
    const shape: MlpShape = {inputs: 11, outputs: 3, width: 16, layers: 2, activation: "silu"};
    const mlp = new KernelNetwork(shape, {maxRows: 9});
    mlp.setParameters(initialParameters(shape, random(1)));
    const x = random(2).fillNormal(new Float32Array(99));
    const dy = random(3).fillNormal(new Float32Array(27));
    mlp.forward(x, 9);
    const all = mlp.backward(dy, 9);
    expect(all).toHaveLength(99);
    for (const from of [1, 4, 7, 10])
      expect(mlp.backward(dy, 9, from)).toEqual(all.filter((_, i) => i % 11 >= from));
    expect(mlp.backward(dy, 9, 11)).toHaveLength(0);
  });

  it("keeps what a first layer makes of points: with any z the same outputs as without", () => {
    const shape: MlpShape = {inputs: 2 * 6 + 3, outputs: 2, width: 640, layers: 2, activation: "relu"};
    const at = Int32Array.from({length: 6}, (_, j) => j);
    const encoding = {
      frequencies: random(4).fillNormal(new Float32Array(18)).map((f) => 8 * f),
      sine: at,
      cosine: at.map((j) => j + 6)
    }; // prettier-ignore
    const mlp = new KernelNetwork(shape, {maxRows: 16, encoding, training: false});
    mlp.setParameters(initialParameters(shape, random(1)));
    const points = random(2).fillNormal(new Float32Array(3 * 45));
    const kept = mlp.keepPoints(points, 45);
    for (const z of [
      [0, 0, 0],
      [1, -2, 0.5]
    ])
      // prettier-ignore
      for (let start = 0; start < 45; start += 16) {
        const n = Math.min(16, 45 - start);
        const plain = mlp.forwardPoints(points.subarray(3 * start), n, z, n);
        expect(maxDifference(mlp.forwardKept(kept, start, n, z), plain)).toBeLessThan(1e-6);
      }
  });

  it("refuses rows beyond what it was made for, and vectors of another length", () => {
    const shape: MlpShape = {inputs: 5, outputs: 3, width: 8, layers: 2, activation: "relu"};
    const mlp = new KernelNetwork(shape, {maxRows: 3});
    expect(() => mlp.forward(new Float32Array(20), 4)).toThrow("rows: found 4; expected 1 to 3");
    expect(() => mlp.setParameters(new Float32Array(3))).toThrow("parameters: found 3; expected");
  });
});
