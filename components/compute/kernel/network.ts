import {layersOf, type Layer, type MlpShape} from "../mlp.js";
import type {Network, NetworkOptions} from "../network.js";
import {Kernel} from "./kernel.js";
import {layerFloats, packRows, panelFloats, panelStride, roundUp, unpackRows} from "./layout.js";
import {packParameters, unpackParameters} from "./packed.js";
import {PointInput} from "./pointInput.js";

/** Rows that suit the kernel: their activations stay in the second-level cache. */
export const KERNEL_ROWS = 128;

export interface KernelNetworkOptions extends NetworkOptions {
  /** The most rows of one call (default KERNEL_ROWS). */
  maxRows?: number;
  /** An instance to share with other networks. */
  kernel?: Kernel;
}

/** A network on the CPU kernel; its calls answer at once. Parameters and gradients are packed inside (packed.ts). */
export class KernelNetwork implements Network {
  readonly kernel: Kernel;
  readonly layers: readonly Layer[];
  readonly maxRows: number;
  /** Floats of the packed parameter vector, a multiple of 4. */
  readonly packedLength: number;
  /** Hidden features, and those that pad them to a multiple of 4: these have no weights and stay 0. */
  private readonly columns: number;
  private readonly weights: number;
  private readonly grad: number;
  private readonly transposed: number;
  /** Whether `transposed` is of older parameters than `weights`: of the first layer, of the others. */
  private readonly stale = {first: true, others: true};
  private readonly offsets: number[];
  private readonly zeros: number;
  private readonly input: number;
  private readonly output: number;
  private readonly hidden: number[];
  private readonly slopes: number[];
  private readonly dHidden: [number, number];
  private readonly dOutput: number;
  private readonly dInput: number;
  private readonly points?: PointInput;
  private readonly shift: number;

  /** @throws RangeError for a shape that is none */
  constructor(
    readonly shape: MlpShape,
    {maxRows = KERNEL_ROWS, kernel = new Kernel(), training = true, encoding}: KernelNetworkOptions = {}
  ) {
    for (const key of ["inputs", "outputs", "width", "layers"] as const)
      if (!(Number.isInteger(shape[key]) && shape[key] >= (key === "layers" ? 0 : 1)))
        throw new RangeError(`network: ${key}: found ${shape[key]}; expected a positive integer`);
    this.kernel = kernel;
    this.maxRows = maxRows;
    this.layers = layersOf(shape);
    this.columns = roundUp(shape.width, 4);
    this.offsets = [];
    let floats = 0;
    for (const {inputs, outputs} of this.layers) {
      this.offsets.push(floats * 4);
      floats += layerFloats(inputs, outputs);
    }
    const panels = (columns: number, needed = true) =>
      needed ? kernel.allocate(panelFloats(maxRows, columns)) : 0;
    const hidden = () => panels(this.columns);
    const states = training ? shape.layers + 1 : 2;
    this.packedLength = floats;
    this.weights = kernel.allocate(floats);
    this.grad = training ? kernel.allocate(floats) : 0;
    this.transposed = training ? kernel.allocate(floats) : 0;
    this.zeros = kernel.allocate(roundUp(Math.max(shape.width, shape.inputs), 4));
    this.input = panels(shape.inputs);
    this.output = panels(shape.outputs);
    this.hidden = Array.from({length: states}, hidden);
    this.slopes = training ? Array.from({length: states}, hidden) : [];
    this.dHidden = training ? [hidden(), hidden()] : [0, 0];
    this.dOutput = panels(shape.outputs, training);
    this.dInput = panels(shape.inputs, training);
    this.shift = encoding ? kernel.allocate(this.columns) : 0;
    this.points = encoding && new PointInput(kernel, encoding, shape.inputs, maxRows);
  }

  setParameters(flat: Float32Array): void {
    this.packedParameters.set(packParameters(this.shape, flat));
    this.changed();
  }

  readParameters(): Float32Array {
    return unpackParameters(this.shape, this.packedParameters);
  }

  readGradient(): Float32Array {
    return unpackParameters(this.shape, this.packedGradient);
  }

  zeroGradient(): void {
    this.packedGradient.fill(0);
  }

  /** Address and view of the packed parameters; tell `changed` after writing there. Views are void after an allocation. */
  get parametersAt(): number {
    return this.weights;
  }
  get packedParameters(): Float32Array {
    return this.kernel.floats(this.weights, this.packedLength);
  }
  /** The same of the packed gradient. */
  get gradientAt(): number {
    return this.grad;
  }
  get packedGradient(): Float32Array {
    return this.kernel.floats(this.grad, this.packedLength);
  }
  changed(): void {
    this.stale.first = this.stale.others = true;
  }

  forward(x: ArrayLike<number>, n: number): Float32Array {
    this.checkRows(n);
    packRows(x, n, this.shape.inputs, this.kernel.floats(this.input, panelFloats(n, this.shape.inputs)));
    return this.run(n);
  }

  forwardPoints(points: ArrayLike<number>, n: number, z: ArrayLike<number>, perGroup: number): Float32Array {
    this.checkRows(n);
    const encoded = this.pointInput();
    encoded.encode(points, n, this.input);
    encoded.writeZ(z, n, perGroup, this.input);
    return this.run(n);
  }

  /**
   * What the first layer makes of points whatever their z, to be kept where the same points come again.
   * @param points [n, 3], any number of them
   * @returns panels of the hidden features, for `forwardKept`: its address in the kernel's memory
   */
  keepPoints(points: Float32Array, n: number): number {
    const {inputs} = this.shape;
    const encoded = this.pointInput();
    const zero = new Float32Array(encoded.zdim);
    const stride = panelStride(this.columns);
    const kept = this.kernel.allocate(panelFloats(n, this.columns));
    for (let start = 0; start < n; start += this.maxRows) {
      const rows = Math.min(this.maxRows, n - start);
      encoded.encode(points.subarray(start * 3, (start + rows) * 3), rows, this.input);
      encoded.writeZ(zero, rows, rows, this.input);
      const to = kept + (start / 8) * stride;
      this.affine(0, this.input, panelStride(inputs), 0, 0, to, stride, roundUp(rows, 8) / 8);
    }
    return kept;
  }

  /** `forwardPoints` for n of the points of `keepPoints`, from number `start` (a multiple of 8), all with one z. */
  forwardKept(kept: number, start: number, n: number, z: ArrayLike<number>): Float32Array {
    this.checkRows(n);
    const {columns} = this;
    const {inputs} = this.shape;
    const {zColumn, zdim} = this.pointInput();
    const packed = this.packedParameters;
    const shift = this.kernel.floats(this.shift, columns);
    for (let o = 0; o < columns; ++o) {
      const at = (o >> 2) * roundUp(inputs, 4) * 4 + zColumn * 4 + (o & 3);
      shift[o] = 0;
      for (let d = 0; d < zdim; ++d) shift[o] += packed[at + 4 * d] * z[d];
    }
    const stride = panelStride(columns);
    const from = kept + (start / 8) * stride;
    this.kernel.run.shift(from, this.shift, this.hidden[0], stride, roundUp(n, 8) / 8, columns);
    return this.run(n, 1);
  }

  backward(dy: ArrayLike<number>, n: number, from = 0): Float32Array {
    if (!this.grad) throw new Error("network: made without training; expected `training: true` for backward");
    this.checkRows(n);
    const {inputs, outputs} = this.shape;
    packRows(dy, n, outputs, this.kernel.floats(this.dOutput, panelFloats(n, outputs)));
    this.backwardPanels(n, from & ~3);
    if (from >= inputs) return new Float32Array(0);
    const dx = this.kernel.floats(this.dInput, panelFloats(n, inputs));
    return unpackRows(dx.subarray(from * 8), n, inputs - from, new Float32Array(n * (inputs - from)), inputs);
  }

  dispose(): void {}

  private checkRows(n: number): void {
    if (!(n >= 1 && n <= this.maxRows))
      throw new RangeError(`rows: found ${n}; expected 1 to ${this.maxRows}`);
  }

  private pointInput(): PointInput {
    if (!this.points) throw new Error("network: made without an encoding; expected one for points");
    return this.points;
  }

  /** From what stands at `input` (or, from layer 1 on, before the activation of layer 0) to the outputs, [n, outputs]. */
  private run(n: number, first = 0): Float32Array {
    const {run} = this.kernel;
    const {layers, inputs, outputs, activation} = this.shape;
    const panels = roundUp(n, 8) / 8;
    const training = this.grad > 0;
    const stride = panelStride(this.columns);
    let x = this.input;
    let ldx = panelStride(inputs);
    for (let l = 0; l <= layers; ++l) {
      const y = this.hidden[training ? l : l & 1];
      if (l >= first) this.affine(l, x, ldx, l ? x : 0, l ? stride : 0, y, stride, panels);
      run[activation](y, training ? this.slopes[l] : 0, panels * stride);
      x = y;
      ldx = stride;
    }
    this.affine(layers + 1, x, ldx, 0, 0, this.output, panelStride(outputs), panels);
    const y = this.kernel.floats(this.output, panelFloats(n, outputs));
    return unpackRows(y, n, outputs, new Float32Array(n * outputs));
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

  // Wt of every layer from W, once after each change of the parameters.
  private transpose(withFirst: boolean): void {
    this.layers.forEach(({inputs, outputs}, l) => {
      if (l === 0 ? !(withFirst && this.stale.first) : !this.stale.others) return;
      const at = this.offsets[l];
      const [k, m] = [roundUp(inputs, 4), roundUp(outputs, 4)];
      this.kernel.run.transpose(this.weights + at, this.transposed + at, k, m);
    });
    this.stale.others = false;
    if (withFirst) this.stale.first = false;
  }

  // From dy at `dOutput` to the gradient, and to dx at `dInput` from column `fromInput` (a multiple of 4) on.
  private backwardPanels(n: number, fromInput: number): void {
    const {run} = this.kernel;
    const {layers, inputs, outputs} = this.shape;
    this.transpose(fromInput < inputs);
    const panels = roundUp(n, 8) / 8;
    const stride = panelStride(this.columns);
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
        const residual = l <= layers ? [dy, ldy] : [0, 0];
        const wt = this.transposed + this.offsets[l];
        run.affine(dy, ldy, wt, this.zeros, residual[0], residual[1], dx, stride, panels, m, k, 0);
        dy = dx;
        ldy = stride;
      }
    }
  }
}
