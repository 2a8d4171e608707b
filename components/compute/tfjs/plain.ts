import type * as TF from "@tensorflow/tfjs";
import type {MlpShape} from "../mlp.js";
import {loadTfjs, type TfjsBackend} from "./load.js";

/** Something to be timed: `run` does `amount` units of work. */
interface PlainWork {
  unit: string;
  amount: number;
  run(): Promise<void>;
}

/** A residual network as anyone would write it in TensorFlow.js, to compare with: layers API, built-in gradients, Adam. */
export interface Plain {
  /** Threads that the backend uses. */
  threads: number;
  /** Training steps with the mean squared error. */
  "prior-step": PlainWork;
  /** Evaluations of the network, 2,000 rows a call. */
  denoise: PlainWork;
  dispose(): void;
}

function plainModel(tf: typeof TF, {inputs, outputs, width, layers}: MlpShape): TF.LayersModel {
  const apply = (layer: {apply(x: unknown): unknown}, x: unknown) => layer.apply(x) as TF.SymbolicTensor;
  const dense = (units: number, x: TF.SymbolicTensor) => apply(tf.layers.dense({units}), x);
  const silu = (x: TF.SymbolicTensor) =>
    apply(tf.layers.multiply(), [x, apply(tf.layers.activation({activation: "sigmoid"}), x)]);
  const input = tf.input({shape: [inputs]});
  let h = silu(dense(width, input));
  for (let l = 0; l < layers; ++l) h = silu(apply(tf.layers.add(), [h, dense(width, h)]));
  return tf.model({inputs: input, outputs: dense(outputs, h)});
}

/**
 * @param shape with SiLU
 * @param batch rows of a training step
 * @throws Error if the backend can't run here
 */
export async function plainWorks(backend: TfjsBackend, shape: MlpShape, batch: number): Promise<Plain> {
  const tf = await loadTfjs(backend);
  const model = plainModel(tf, shape);
  const optimizer = tf.train.adam(1e-3);
  const rows = 2000;
  const x = tf.randomNormal([batch, shape.inputs]);
  const y = tf.randomNormal([batch, shape.outputs]);
  const many = tf.randomNormal([rows, shape.inputs]);
  return {
    threads: backend === "wasm" ? Math.max(1, tf.getThreadsCount()) : 1,
    "prior-step": {
      unit: "steps/s",
      amount: 1,
      async run() {
        const loss = optimizer.minimize(
          () => tf.losses.meanSquaredError(y, model.apply(x, {training: true}) as TF.Tensor),
          true
        );
        await loss!.data();
        loss!.dispose();
      }
    },
    denoise: {
      unit: "evaluations/s",
      amount: rows,
      async run() {
        const out = model.predict(many) as TF.Tensor;
        await out.data();
        out.dispose();
      }
    },
    dispose() {
      model.dispose();
      optimizer.dispose();
      tf.dispose([x, y, many]);
    }
  };
}
