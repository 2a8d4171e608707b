import type * as TF from "@tensorflow/tfjs";
import {layersOf, parameterCount, type Layer, type MlpShape} from "./mlp.js";

/**
 * The residual MLP of mlp.ts on TensorFlow.js, whichever backend it runs: the kernel's oracle in tests and its baseline
 * in the benchmark. The backward pass is written out with explicit transposes: the built-in gradient of matMul takes
 * tfjs's slow path on wasm. Tensors are freed by `dispose`; calls leave none behind.
 */
export class TfjsMlp {
  readonly layers: readonly Layer[];
  private weights: {w: TF.Tensor2D; b: TF.Tensor1D}[] = [];
  private states: TF.Tensor2D[] = [];
  private slopes: TF.Tensor2D[] = [];
  /** Sum of the gradients of all `backward` calls; a flat vector in the layout of mlp.ts. */
  readonly gradient: Float32Array;

  /** @param tf the library, loaded and set to a backend by the caller */
  constructor(
    private readonly tf: typeof TF,
    readonly shape: MlpShape
  ) {
    this.layers = layersOf(shape);
    this.gradient = new Float32Array(parameterCount(shape));
  }

  setParameters(flat: Float32Array): void {
    const {tf} = this;
    for (const {w, b} of this.weights) tf.dispose([w, b]);
    this.weights = this.layers.map(({inputs, outputs, start}) => {
      const bias = start + inputs * outputs;
      const w = tf.tidy(() =>
        tf.tensor2d(flat.slice(start, bias), [outputs, inputs]).transpose<TF.Tensor2D>()
      );
      return {w, b: tf.tensor1d(flat.slice(bias, bias + outputs))};
    });
  }

  /** x [n, inputs] row-major to y [n, outputs]; keeps what `backward` needs. */
  async forward(x: Float32Array, n: number): Promise<Float32Array> {
    const {tf} = this;
    const {layers, inputs} = this.shape;
    this.forget();
    const y = tf.tidy(() => {
      let h: TF.Tensor2D = tf.tensor2d(x, [n, inputs]);
      this.states.push(tf.keep(h.clone()));
      this.weights.forEach(({w, b}, l) => {
        const affine: TF.Tensor2D = tf.add(tf.matMul(h, w), b);
        if (l === layers + 1) {
          h = affine;
          return;
        }
        const pre: TF.Tensor2D = l > 0 ? tf.add(affine, h) : affine;
        const {value, slope} = this.activate(pre);
        h = value;
        this.states.push(tf.keep(value.clone()));
        this.slopes.push(tf.keep(slope));
      });
      return h;
    });
    const out = (await y.data()) as Float32Array;
    y.dispose();
    return out;
  }

  /** Adds the gradient of sum(dy * y) for the rows of the last `forward`; returns that of x [n, inputs]. */
  async backward(dy: Float32Array, n: number): Promise<Float32Array> {
    const {tf} = this;
    const {layers, outputs} = this.shape;
    const parts = tf.tidy(() => {
      const gradients: TF.Tensor[] = [];
      let d: TF.Tensor2D = tf.tensor2d(dy, [n, outputs]);
      for (let l = layers + 1; l >= 0; --l) {
        if (l <= layers) d = tf.mul(d, this.slopes[l]);
        const {w} = this.weights[l];
        gradients[2 * l] = tf.matMul(d.transpose<TF.Tensor2D>(), this.states[l]);
        gradients[2 * l + 1] = d.sum(0);
        const through: TF.Tensor2D = tf.matMul(d, w.transpose<TF.Tensor2D>());
        d = l > 0 && l <= layers ? tf.add(through, d) : through;
      }
      return [...gradients, d];
    });
    const values = (await Promise.all(parts.map((t) => t.data()))) as Float32Array[];
    tf.dispose(parts);
    this.layers.forEach(({inputs, outputs: m, start}, l) => {
      const bias = start + inputs * m;
      values[2 * l].forEach((v, i) => (this.gradient[start + i] += v));
      values[2 * l + 1].forEach((v, i) => (this.gradient[bias + i] += v));
    });
    return values[values.length - 1];
  }

  private activate(x: TF.Tensor2D): {value: TF.Tensor2D; slope: TF.Tensor2D} {
    const {tf} = this;
    if (this.shape.activation === "relu") return {value: tf.relu(x), slope: tf.step(x)};
    const s = tf.sigmoid(x);
    const value: TF.Tensor2D = tf.mul(x, s);
    return {value, slope: tf.add(s, tf.mul(value, tf.sub(1, s)))};
  }

  private forget(): void {
    this.tf.dispose([...this.states, ...this.slopes]);
    this.states = [];
    this.slopes = [];
  }

  /** Frees every tensor. */
  dispose(): void {
    this.forget();
    for (const {w, b} of this.weights) this.tf.dispose([w, b]);
    this.weights = [];
  }
}
