import type * as TF from "@tensorflow/tfjs";
import {parameterCount, type MlpShape} from "../mlp.js";
import type {Network, NetworkOptions} from "../network.js";
import {hiddenLayer, hiddenSlope, type HiddenValue} from "./hiddenLayer.js";
import {layersOnDevice, type DeviceLayer} from "./layersOnDevice.js";
import {encodeOnDevice, pointsOnDevice, type DevicePoints} from "./pointsOnDevice.js";

export interface TfjsNetworkOptions extends NetworkOptions {
  /** The most rows of one call (default 16384): a graphics card is busy only with many. */
  maxRows?: number;
}

/** What `backward` needs of the last forward call. */
interface Pass {
  n: number;
  /** Inputs [n, inputs], and whether they stand in the order of DevicePoints. */
  x: TF.Tensor2D;
  ordered: boolean;
  /** Empty without training. */
  hidden: HiddenValue[];
}

/** Of one layer: of its weights [outputs inputs] and bias [outputs], and of its inputs, where that is wanted. */
interface LayerGradient {
  parts: TF.Tensor1D[];
  dx: TF.Tensor2D[];
}

/**
 * A network on TensorFlow.js, on whichever backend it is set to. Parameters and the sum of the gradients stay on the device
 * as flat vectors; a call waits for it once, for the numbers it returns. Tensors are freed by `dispose`; calls leave none.
 */
export class TfjsNetwork implements Network {
  readonly maxRows: number;
  private readonly training: boolean;
  private readonly identity: TF.Tensor2D;
  private readonly points: DevicePoints | null;
  private parameters: TF.Tensor1D;
  private gradientSum: TF.Tensor1D | null = null;
  /** Made from the parameters when they are needed, null after a change. */
  private layers: DeviceLayer[] | null = null;
  /** The first layer's `forward` for inputs in the order of DevicePoints. */
  private orderedFirst: TF.Tensor2D | null = null;
  private last: Pass | null = null;

  /**
   * @param tf the library, loaded and set to a backend (load.ts)
   * @throws RangeError for an encoding that does not fit the inputs
   */
  constructor(
    private readonly tf: typeof TF,
    readonly shape: MlpShape,
    {maxRows = 16384, training = true, encoding}: TfjsNetworkOptions = {}
  ) {
    this.maxRows = maxRows;
    this.training = training;
    this.points = encoding ? pointsOnDevice(tf, encoding, shape.inputs) : null;
    this.identity = tf.eye(shape.width);
    this.parameters = tf.zeros([parameterCount(shape)]);
  }

  /** The parameters on the device; the network's own. */
  get flat(): TF.Tensor1D {
    return this.parameters;
  }

  /** Takes a tensor for its parameters, and frees the old one. */
  replaceFlat(flat: TF.Tensor1D): void {
    this.parameters.dispose();
    this.parameters = flat;
    this.tf.dispose([this.layers, this.orderedFirst] as TF.TensorContainer);
    this.layers = this.orderedFirst = null;
  }

  /** The gradient on the device, or null where it is zero; the network's own. */
  get gradient(): TF.Tensor1D | null {
    return this.gradientSum;
  }

  setParameters(flat: Float32Array): void {
    const expected = this.parameters.size;
    if (flat.length !== expected)
      throw new RangeError(`parameters: found ${flat.length}; expected ${expected}`);
    this.replaceFlat(this.tf.tensor1d(flat.slice()));
  }

  async readParameters(): Promise<Float32Array> {
    return (await this.parameters.data<"float32">()).slice();
  }

  async readGradient(): Promise<Float32Array> {
    if (!this.gradientSum) return new Float32Array(this.parameters.size);
    return (await this.gradientSum.data<"float32">()).slice();
  }

  zeroGradient(): void {
    this.gradientSum?.dispose();
    this.gradientSum = null;
  }

  /** @throws RangeError if n is not 1 to maxRows, or x has less than n rows */
  async forward(x: Float32Array, n: number): Promise<Float32Array> {
    this.checkRows(n);
    return this.run(this.upload("x", x, n, this.shape.inputs), false);
  }

  /** @throws RangeError as `forward`; Error if the network was made without an encoding */
  async forwardPoints(
    points: Float32Array,
    n: number,
    z: Float32Array,
    perGroup: number
  ): Promise<Float32Array> {
    this.checkRows(n);
    const {tf} = this;
    const encoding = this.points;
    if (!encoding) throw new Error("network: made without an encoding; expected one for points");
    if (!(Number.isInteger(perGroup) && perGroup >= 1))
      throw new RangeError(`perGroup: found ${perGroup}; expected a positive integer`);
    const x = tf.tidy(() => {
      const zdim = this.shape.inputs - 2 * encoding.turns.shape[1];
      const zs = this.upload("z", z, Math.ceil(n / perGroup), zdim);
      return encodeOnDevice(tf, encoding, this.upload("points", points, n, 3), zs, perGroup);
    });
    return this.run(x, encoding.order !== null);
  }

  /**
   * @throws RangeError if n is not the last forward call's, or dy has less than n rows; Error if made without training
   */
  async backward(dy: Float32Array, n: number, from = 0): Promise<Float32Array> {
    const {tf, last} = this;
    const {outputs} = this.shape;
    if (!this.training)
      throw new Error("network: made without training; expected `training: true` for backward");
    if (n !== last?.n)
      throw new RangeError(
        `rows: found ${n}; expected ${last ? `${last.n}, those of forward` : "forward first"}`
      );
    if (!(from >= 0)) throw new RangeError(`from: found ${from}; expected a column from 0 on`);
    const layers = this.deviceLayers();
    const {sum, dx} = tf.tidy(() => {
      let parts: TF.Tensor1D[] = [];
      let d = [this.upload("dy", dy, n, outputs)];
      for (let l = this.shape.layers + 1; l >= 0; --l) {
        const gradient = this.layerBackward(last, layers[l], l, d[0], l > 0 ? 0 : from);
        parts = [...gradient.parts, ...parts];
        tf.dispose(d);
        d = gradient.dx;
      }
      const gradient = tf.concat1d(parts);
      return {sum: this.gradientSum ? tf.add<TF.Tensor1D>(this.gradientSum, gradient) : gradient, dx: d};
    });
    this.zeroGradient();
    this.gradientSum = sum;
    return dx.length ? this.download(dx[0]) : new Float32Array(0);
  }

  dispose(): void {
    const {tf, points, layers, orderedFirst} = this;
    this.zeroGradient();
    this.forget();
    tf.dispose([this.identity, this.parameters, points, layers, orderedFirst] as TF.TensorContainer);
    this.layers = this.orderedFirst = null;
  }

  private checkRows(n: number): void {
    if (!(n >= 1 && n <= this.maxRows))
      throw new RangeError(`rows: found ${n}; expected 1 to ${this.maxRows}`);
  }

  // A copy: the plain backend would otherwise keep the caller's array.
  private upload(name: string, data: Float32Array, rows: number, columns: number): TF.Tensor2D {
    if (data.length < rows * columns)
      throw new RangeError(`${name}: found ${data.length} numbers; expected ${rows} x ${columns}`);
    return this.tf.tensor2d(data.slice(0, rows * columns), [rows, columns]);
  }

  private async download(tensor: TF.Tensor): Promise<Float32Array> {
    try {
      return await tensor.data<"float32">();
    } finally {
      tensor.dispose();
    }
  }

  private forget(): void {
    if (this.last) this.tf.dispose([this.last.x, this.last.hidden] as TF.TensorContainer);
    this.last = null;
  }

  private deviceLayers(): DeviceLayer[] {
    return (this.layers ??= layersOnDevice(this.tf, this.shape, this.parameters, this.identity));
  }

  // From the inputs, which it keeps or frees, to the outputs [n, outputs].
  private run(x: TF.Tensor2D, ordered: boolean): Promise<Float32Array> {
    const {tf} = this;
    const {layers: count, activation} = this.shape;
    this.forget();
    const layers = this.deviceLayers();
    if (ordered) this.orderedFirst ??= tf.gather(layers[0].forward, this.points!.order!);
    const pass: Pass = {n: x.shape[0], x, ordered, hidden: []};
    let h = x;
    for (let l = 0; l <= count; ++l) {
      const w = l === 0 && ordered ? this.orderedFirst! : layers[l].forward;
      const result = hiddenLayer(tf, activation, h, w, layers[l].bias);
      if (this.training) pass.hidden.push(result);
      else tf.dispose([h, ...result.aside]);
      h = result.value;
    }
    const y = tf.fused.matMul({a: h, b: layers[count + 1].forward, bias: layers[count + 1].bias});
    if (this.training) this.last = pass;
    else h.dispose();
    return this.download(y);
  }

  // One layer of the backward pass: d, the gradient after its activation, to those of its weights, bias and inputs; the
  // last only from column `from` on, null where that is none.
  private layerBackward(
    pass: Pass,
    {back}: DeviceLayer,
    l: number,
    d: TF.Tensor2D,
    from: number
  ): LayerGradient {
    const {tf} = this;
    const {layers, activation} = this.shape;
    return tf.tidy(() => {
      const before: TF.Tensor2D = l <= layers ? tf.mul(d, hiddenSlope(tf, activation, pass.hidden[l])) : d;
      const t = tf.transpose(before);
      let dw: TF.Tensor2D = tf.matMul(t, l > 0 ? pass.hidden[l - 1].value : pass.x);
      if (l === 0 && pass.ordered) dw = tf.gather(dw, this.points!.inverse!, 1);
      const parts: TF.Tensor1D[] = [dw.flatten(), tf.sum(t, 1)];
      const columns = back.shape[1] - from;
      if (columns <= 0) return {parts, dx: []};
      return {parts, dx: [tf.matMul<TF.Tensor2D>(before, from > 0 ? tf.slice(back, [0, from]) : back)]};
    });
  }
}
