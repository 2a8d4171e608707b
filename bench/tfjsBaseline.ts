import {createRequire} from "node:module";
import {dirname, sep} from "node:path";
import * as tf from "@tensorflow/tfjs";
import {setWasmPaths} from "@tensorflow/tfjs-backend-wasm";
import {benchBatch, benchPrior} from "./works.js";

/** Sets tfjs up with its wasm backend, or its plain one. @returns the backend's name */
export async function startTfjs(backend: "wasm" | "cpu"): Promise<string> {
  setWasmPaths(
    dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json")) +
      `${sep}dist${sep}`
  );
  await tf.setBackend(backend);
  await tf.ready();
  return tf.getBackend();
}

/** The talk's prior as anyone would write it in tfjs: layers API, built-in gradients, Adam. */
function plainModel(): {model: tf.LayersModel; inputs: number} {
  const {zdim, layers, width, noisePairs} = benchPrior;
  const inputs = zdim + 2 * noisePairs;
  const input = tf.input({shape: [inputs]});
  const silu = (x: tf.SymbolicTensor) =>
    tf.layers
      .multiply()
      .apply([
        x,
        tf.layers.activation({activation: "sigmoid"}).apply(x) as tf.SymbolicTensor
      ]) as tf.SymbolicTensor;
  let h = silu(tf.layers.dense({units: width}).apply(input) as tf.SymbolicTensor);
  for (let l = 0; l < layers; ++l)
    h = silu(
      tf.layers
        .add()
        .apply([h, tf.layers.dense({units: width}).apply(h) as tf.SymbolicTensor]) as tf.SymbolicTensor
    );
  const output = tf.layers.dense({units: zdim}).apply(h) as tf.SymbolicTensor;
  return {model: tf.model({inputs: input, outputs: output}), inputs};
}

/** One training step and 2,000 evaluations of the plain model; each resolves when its numbers are there. */
export function tfjsWorks(): {step(): Promise<void>; evaluate(): Promise<void>; rows: number} {
  const {model, inputs} = plainModel();
  const optimizer = tf.train.adam(1e-3);
  const rows = 2000;
  const x = tf.randomNormal([benchBatch, inputs]);
  const y = tf.randomNormal([benchBatch, benchPrior.zdim]);
  const many = tf.randomNormal([rows, inputs]);
  return {
    rows,
    async step() {
      const loss = optimizer.minimize(
        () => tf.losses.meanSquaredError(y, model.apply(x, {training: true}) as tf.Tensor),
        true
      );
      await loss!.data();
      loss!.dispose();
    },
    async evaluate() {
      const out = model.predict(many) as tf.Tensor;
      await out.data();
      out.dispose();
    }
  };
}
