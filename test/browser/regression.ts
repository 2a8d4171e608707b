import {initialParameters, type MlpShape} from "../../components/compute/mlp.js";
import type {Awaitable, Network} from "../../components/compute/network.js";
import {random} from "../../components/compute/random.js";

/** A small regression that any backend trains the same way: 64 fixed points of a smooth function, all in every step. */
export const shape: MlpShape = {inputs: 4, outputs: 2, width: 32, layers: 4, activation: "silu"};
export const learningRate = 3e-3;
const rows = 64;
const x = random(1).fillNormal(new Float32Array(rows * shape.inputs));
const target = new Float32Array(rows * shape.outputs).map((_, i) => {
  const at = (i >> 1) * shape.inputs;
  return i & 1 ? Math.sin(2 * x[at]) + x[at + 1] : x[at + 2] * x[at + 3];
});

export const start = (): Float32Array => initialParameters(shape, random(2));

/** Mean squared error before each of 20 steps. */
export async function lossCurve(network: Network, step: (t: number) => Awaitable<void>): Promise<number[]> {
  const losses: number[] = [];
  for (let t = 1; t <= 20; ++t) {
    const y = await network.forward(x, rows);
    const difference = y.map((v, i) => v - target[i]);
    losses.push(difference.reduce((sum, d) => sum + d * d, 0) / y.length);
    const dy = difference.map((d) => (2 * d) / y.length);
    await network.backward(dy, rows, shape.inputs);
    await step(t);
  }
  return losses;
}
