import {Kernel} from "./kernel/kernel.js";
import {
  layerFloats,
  packLayer,
  packRows,
  panelFloats,
  panelStride,
  roundUp,
  unpackLayer,
  unpackRows
} from "./kernel/layout.js";
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

/** Floats of a network's packed parameters, as the kernel holds them (kernel/layout.ts); a multiple of 4. */
export const packedLength = (shape: MlpShape): number =>
  layersOf(shape).reduce((n, l) => n + layerFloats(l.inputs, l.outputs), 0);

/** A flat parameter vector in the kernel's layout. @throws RangeError if it is not as long as the shape says */
export function packParameters(shape: MlpShape, flat: Float32Array): Float32Array {
  const expected = parameterCount(shape);
  if (flat.length !== expected)
    throw new RangeError(`parameters: found ${flat.length}; expected ${expected}`);
  const packed = new Float32Array(packedLength(shape));
  let at = 0;
  for (const {inputs, outputs, start} of layersOf(shape)) {
    packLayer(flat, start, inputs, outputs, packed.subarray(at));
    at += layerFloats(inputs, outputs);
  }
  return packed;
}

/** The inverse of `packParameters`. */
export function unpackParameters(shape: MlpShape, packed: Float32Array): Float32Array {
  const flat = new Float32Array(parameterCount(shape));
  let at = 0;
  for (const {inputs, outputs, start} of layersOf(shape)) {
    unpackLayer(packed.subarray(at), inputs, outputs, flat, start);
    at += layerFloats(inputs, outputs);
  }
  return flat;
}

/** PyTorch's default for linear layers: uniform on +-1/sqrt(inputs), weights and biases; a flat vector. */
export function initialParameters(shape: MlpShape, rng: Rng): Float32Array {
  const flat = new Float32Array(parameterCount(shape));
  for (const {inputs, outputs, start} of layersOf(shape)) {
    const bound = 1 / Math.sqrt(inputs);
    for (let i = 0; i < (inputs + 1) * outputs; ++i) flat[start + i] = bound * (2 * rng.uniform() - 1);
  }
  return flat;
}

/**
 * A residual MLP on the CPU kernel. Parameters, gradients and moments are flat vectors in one layout outside (`layersOf`)
 * and packed inside. `forward`, then `backward` for the same rows. Several networks can share a kernel.
 */
export class Mlp {
  readonly kernel: Kernel;
  readonly layers: readonly Layer[];
  /** Floats of the packed parameter vector, a multiple of 4. */
  readonly packedLength: number;
  /** Addresses of the packed parameters, of their gradient, and of the input and output panels. */
  readonly weights: number;
  readonly grad: number;
  readonly input: number;
  readonly output: number;
  private readonly transposed: number;
  private readonly hidden: number[];
  private readonly slopes: number[];
  private readonly dHidden: [number, number];
  private readonly dOutput: number;
  private readonly dInput: number;
  private readonly offsets: number[];
  private readonly zeros: number;

  /**
   * @param maxRows the most rows a call may have
   * @param options `training` false saves the memory for gradients
   */
  constructor(
    readonly shape: MlpShape,
    readonly maxRows: number,
    options: {kernel?: Kernel; training?: boolean} = {}
  ) {
    for (const key of ["inputs", "outputs", "width", "layers"] as const)
      if (!(Number.isInteger(shape[key]) && shape[key] >= (key === "layers" ? 0 : 1)))
        throw new RangeError(`network: ${key}: found ${shape[key]}; expected a positive integer`);
    if (shape.width % 4)
      throw new RangeError(`network: width: found ${shape.width}; expected a multiple of 4`);
    const training = options.training ?? true;
    const kernel = (this.kernel = options.kernel ?? new Kernel());
    this.layers = layersOf(shape);
    this.offsets = [];
    let floats = 0;
    for (const {inputs, outputs} of this.layers) {
      this.offsets.push(floats * 4);
      floats += layerFloats(inputs, outputs);
    }
    this.packedLength = floats;
    this.weights = kernel.allocate(floats);
    this.grad = training ? kernel.allocate(floats) : 0;
    this.transposed = training ? kernel.allocate(floats) : 0;
    this.zeros = kernel.allocate(roundUp(Math.max(shape.width, shape.inputs), 4));
    this.input = kernel.allocate(panelFloats(maxRows, shape.inputs));
    this.output = kernel.allocate(panelFloats(maxRows, shape.outputs));
    const hidden = () => kernel.allocate(panelFloats(maxRows, shape.width));
    const states = training ? shape.layers + 1 : 2;
    this.hidden = Array.from({length: states}, hidden);
    this.slopes = training ? Array.from({length: states}, hidden) : [];
    this.dHidden = training ? [hidden(), hidden()] : [0, 0];
    this.dOutput = training ? kernel.allocate(panelFloats(maxRows, shape.outputs)) : 0;
    this.dInput = training ? kernel.allocate(panelFloats(maxRows, shape.inputs)) : 0;
  }

  /** A copy of the parameters as a flat vector. */
  get parameters(): Float32Array {
    return unpackParameters(this.shape, this.packed(this.weights));
  }

  /** A copy of the gradient as a flat vector. */
  get gradient(): Float32Array {
    return unpackParameters(this.shape, this.packed(this.grad));
  }

  /** @throws RangeError if the vector is not as long as the shape has parameters */
  setParameters(flat: Float32Array): void {
    this.packed(this.weights).set(packParameters(this.shape, flat));
  }

  /** The packed vector at an address of this kernel (`weights` or `grad`), as a view. */
  packed(at: number): Float32Array {
    return this.kernel.floats(at, this.packedLength);
  }

  zeroGradient(): void {
    this.packed(this.grad).fill(0);
  }

  /** x [n, inputs] row-major to y [n, outputs]. */
  forward(x: ArrayLike<number>, n: number): Float32Array {
    packRows(x, n, this.shape.inputs, this.kernel.floats(this.input, panelFloats(n, this.shape.inputs)));
    this.forwardPanels(n);
    return this.readOutput(n);
  }

  /** The outputs of the last forward call, [n, outputs] row-major. */
  readOutput(n: number): Float32Array {
    const {outputs} = this.shape;
    return unpackRows(
      this.kernel.floats(this.output, panelFloats(n, outputs)),
      n,
      outputs,
      new Float32Array(n * outputs)
    );
  }

  /** Forward from what stands at `input` to `output`, both in panels. */
  forwardPanels(n: number): void {
    if (!(n >= 1 && n <= this.maxRows))
      throw new RangeError(`rows: found ${n}; expected 1 to ${this.maxRows}`);
    const {run} = this.kernel;
    const {width, layers} = this.shape;
    const panels = roundUp(n, 8) / 8;
    const training = this.grad > 0;
    const stride = panelStride(width);
    let x = this.input;
    let ldx = panelStride(this.shape.inputs);
    for (let l = 0; l <= layers; ++l) {
      const y = this.hidden[training ? l : l & 1];
      this.affine(l, x, ldx, l ? x : 0, l ? stride : 0, y, stride, panels);
      run[this.shape.activation](y, training ? this.slopes[l] : 0, panels * stride);
      x = y;
      ldx = stride;
    }
    this.affine(layers + 1, x, ldx, 0, 0, this.output, panelStride(this.shape.outputs), panels);
  }

  private affine(
    l: number,
    x: number,
    ldx: number,
    r: number,
    ldr: number,
    y: number,
    ldy: number,
    panels: number
  ): void {
    const {inputs, outputs} = this.layers[l];
    const w = this.weights + this.offsets[l];
    const [k, m] = [roundUp(inputs, 4), roundUp(outputs, 4)];
    // Weights beyond the second-level cache are walked once for all rows.
    this.kernel.run.affine(x, ldx, w, w + k * m * 4, r, ldr, y, ldy, panels, k, m, k * m > 131072 ? 1 : 0);
  }

  /** Repacks the weights for `backward`; once after each change of the parameters. */
  prepareBackward(fromInput = 0): void {
    this.layers.forEach(({inputs, outputs}, l) => {
      if (l === 0 && fromInput >= inputs) return;
      const at = this.offsets[l];
      this.kernel.run.transpose(
        this.weights + at,
        this.transposed + at,
        roundUp(inputs, 4),
        roundUp(outputs, 4)
      );
    });
  }

  /**
   * Adds the gradient of sum(dy * y) with respect to the parameters to `gradient`, for the rows of the last `forward`.
   * @param dy [n, outputs] row-major
   * @returns its gradient with respect to x, [n, inputs]
   */
  backward(dy: ArrayLike<number>, n: number): Float32Array {
    const {inputs, outputs} = this.shape;
    packRows(dy, n, outputs, this.kernel.floats(this.dOutput, panelFloats(n, outputs)));
    this.prepareBackward();
    this.backwardPanels(n);
    return unpackRows(
      this.kernel.floats(this.dInput, panelFloats(n, inputs)),
      n,
      inputs,
      new Float32Array(n * inputs)
    );
  }

  /** As `backward`, but for the parameters alone; `prepareBackward` comes first. */
  backwardOutputs(dy: ArrayLike<number>, n: number): void {
    const {inputs, outputs} = this.shape;
    packRows(dy, n, outputs, this.kernel.floats(this.dOutput, panelFloats(n, outputs)));
    this.backwardPanels(n, inputs);
  }

  /** Where `backwardPanels` expects dy, in panels; its padding must be 0. */
  get outputGradient(): number {
    return this.dOutput;
  }

  /** Where `backwardPanels` leaves the gradient with respect to the input, in panels. */
  get inputGradient(): number {
    return this.dInput;
  }

  /**
   * The backward pass in panels; `prepareBackward` comes first.
   * @param fromInput the first input whose gradient is wanted (a multiple of 4): `inputs` for none
   */
  backwardPanels(n: number, fromInput = 0): void {
    const {run} = this.kernel;
    const {width, layers, inputs, outputs} = this.shape;
    const panels = roundUp(n, 8) / 8;
    const stride = panelStride(width);
    let dy = this.dOutput;
    let ldy = panelStride(outputs);
    for (let l = layers + 1; l >= 0; --l) {
      const layer = this.layers[l];
      const [k, m] = [roundUp(layer.inputs, 4), roundUp(layer.outputs, 4)];
      const at = this.grad + this.offsets[l];
      if (l <= layers) run.multiply(dy, this.slopes[l], panels * stride);
      const x = l ? this.hidden[l - 1] : this.input;
      run.gradient(x, l ? stride : panelStride(inputs), dy, ldy, at, at + k * m * 4, panels, k, m);
      if (l === 0) {
        if (fromInput >= inputs) return;
        const wt = this.transposed + this.offsets[0] + fromInput * m * 4;
        const dx = this.dInput + fromInput * 32;
        run.affine(dy, ldy, wt, this.zeros, 0, 0, dx, panelStride(inputs), panels, m, k - fromInput, 0);
      } else {
        const dx = this.dHidden[l & 1];
        const residual = l <= layers;
        const wt = this.transposed + this.offsets[l];
        run.affine(
          dy,
          ldy,
          wt,
          this.zeros,
          residual ? dy : 0,
          residual ? ldy : 0,
          dx,
          stride,
          panels,
          m,
          k,
          0
        );
        dy = dx;
        ldy = stride;
      }
    }
  }
}
