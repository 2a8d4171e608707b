import type {Network} from "../compute/network.js";
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
  const rng = random(seed);
  for (let row = 0; row < count; ++row) {
    rng.restart(seed, 0x45444d, step, first + row);
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
 * `batchSize` rows. With `gradient`, adds that share's gradient to the network's. Rows go through in the blocks that suit
 * the network's backend.
 */
export async function lossAndGradient(
  network: Network,
  batch: EdmBatch,
  batchSize: number,
  gradient = true
): Promise<number> {
  const {inputs, outputs: d} = network.shape;
  let loss = 0;
  for (let start = 0; start < batch.n; start += network.maxRows) {
    const n = Math.min(network.maxRows, batch.n - start);
    const error = await network.forward(batch.inputs.subarray(start * inputs, (start + n) * inputs), n);
    for (let i = 0; i < error.length; ++i) {
      error[i] -= batch.target[start * d + i];
      loss += error[i] * error[i];
      error[i] *= 2 / (batchSize * d);
    }
    if (gradient) await network.backward(error, n, inputs);
  }
  return loss / (batchSize * d);
}
