import type {Rng} from "./random.js";

/** A residual MLP: x_0 = act(W x + b); x_l = act(x_{l-1} + W_l x_{l-1} + b_l), l = 1..layers; y = W x_layers + b. */
export interface MlpShape {
  inputs: number;
  outputs: number;
  /** Hidden features. */
  width: number;
  /** Residual hidden layers, between the input and the output layer. */
  layers: number;
  activation: "relu" | "silu";
}

/** One affine layer of a shape: where it stands in the flat parameter vector. */
export interface Layer {
  inputs: number;
  outputs: number;
  /** Offset of the weight [outputs, inputs] in the flat vector; the bias [outputs] follows it. */
  start: number;
}

/** The layers of a shape, input to output, in the order of the flat parameter vector. */
export function layersOf(shape: MlpShape): Layer[] {
  const sizes = [
    [shape.inputs, shape.width],
    ...Array.from({length: shape.layers}, () => [shape.width, shape.width])
  ];
  let start = 0;
  return [...sizes, [shape.width, shape.outputs]].map(([inputs, outputs]) => {
    const layer = {inputs, outputs, start};
    start += (inputs + 1) * outputs;
    return layer;
  });
}

/** Number of parameters of a shape. */
export const parameterCount = (shape: MlpShape): number =>
  layersOf(shape).reduce((n, l) => n + (l.inputs + 1) * l.outputs, 0);

/** PyTorch's default for linear layers: uniform on +-1/sqrt(inputs), weights and biases; a flat vector. */
export function initialParameters(shape: MlpShape, rng: Rng): Float32Array {
  const flat = new Float32Array(parameterCount(shape));
  for (const {inputs, outputs, start} of layersOf(shape)) {
    const bound = 1 / Math.sqrt(inputs);
    for (let i = 0; i < (inputs + 1) * outputs; ++i) flat[start + i] = bound * (2 * rng.uniform() - 1);
  }
  return flat;
}
