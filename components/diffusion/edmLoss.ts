import type {Mlp} from "../compute/mlp.js";
import {random} from "../compute/random.js";
import {precondition, trainingSigma} from "./edm.js";
import {noiseFrequencies, writeInput, type PriorConfig} from "./network.js";

/** Names the rows of a batch: row b of step s draws from `random(seed, s, b)`, whichever thread computes it. */
export interface BatchPart {
  seed: number;
  step: number;
  /** First row of the part in the batch, and how many rows it has. */
  first: number;
  count: number;
}

/** Rows to train on. Minimising |F - target|^2 is minimising lambda(sigma) |D - x_0|^2, since lambda c_out^2 = 1. */
export interface EdmBatch {
  n: number;
  /** The network's input [n, inputs]. */
  inputs: Float32Array;
  /** (x_0 - c_skip x) / c_out [n, d]. */
  target: Float32Array;
  /** [n]. */
  sigma: Float64Array;
}

/**
 * Draws rows x = x_0 + sigma n: x_0 from the data, ln sigma ~ N(P_mean, P_std^2), n ~ N(0, I).
 * @param data standardised latents [rows, d]
 */
export function makeBatch(
  data: Float32Array,
  config: PriorConfig,
  {seed, step, first, count}: BatchPart
): EdmBatch {
  const {zdim: d, noisePairs, edm} = config;
  const frequencies = noiseFrequencies(noisePairs);
  const width = d + 2 * noisePairs;
  const batch = {
    n: count,
    inputs: new Float32Array(count * width),
    target: new Float32Array(count * d),
    sigma: new Float64Array(count)
  };
  const x = new Float64Array(d);
  for (let row = 0; row < count; ++row) {
    const rng = random(seed, 0x45444d, step, first + row);
    const from = rng.integer(data.length / d) * d;
    const sigma = (batch.sigma[row] = trainingSigma(rng, edm));
    const c = precondition(sigma, edm.sigma_data);
    for (let i = 0; i < d; ++i) {
      x[i] = data[from + i] + sigma * rng.normal();
      batch.target[row * d + i] = (data[from + i] - c.c_skip * x[i]) / c.c_out;
    }
    writeInput(batch.inputs, row * width, x, 0, d, c, frequencies);
  }
  return batch;
}

/**
 * The batch's loss, mean over rows and dimensions of lambda(sigma) (D - x_0)^2, as this part's share of a batch of
 * `batchSize` rows. With `gradient`, adds that share's gradient to the network's. Rows go through in the network's
 * blocks of `maxRows`, whose activations stay in the second-level cache.
 */
export function lossAndGradient(mlp: Mlp, batch: EdmBatch, batchSize: number, gradient = true): number {
  const {inputs, outputs: d} = mlp.shape;
  let loss = 0;
  if (gradient) mlp.prepareBackward();
  for (let start = 0; start < batch.n; start += mlp.maxRows) {
    const n = Math.min(mlp.maxRows, batch.n - start);
    const error = mlp.forward(batch.inputs.subarray(start * inputs, (start + n) * inputs), n);
    for (let i = 0; i < error.length; ++i) {
      error[i] -= batch.target[start * d + i];
      loss += error[i] * error[i];
      error[i] *= 2 / (batchSize * d);
    }
    if (gradient) mlp.backwardOutputs(error, n);
  }
  return loss / (batchSize * d);
}
