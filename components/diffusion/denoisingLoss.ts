import type {Network} from "../compute/network.js";
import {random} from "../compute/random.js";
import {addRow} from "./levelLosses.js";
import {noiseFrequencies, objectiveFor, preconditioner, writeInput, type PriorConfig} from "./network.js";
import type {Objective} from "./objective.js";

/** Names the rows of a batch: row b of step s draws from `random(seed, s, b)`, whichever thread computes it. */
export interface BatchPart {
  seed: number;
  step: number;
  /** First row of the part in the batch, and how many rows it has. */
  first: number;
  count: number;
}

/** Rows to train on. Minimising weight |F - target|^2 is minimising lambda(sigma) |D - x_0|^2, as D = c_skip x + c_out F. */
export interface Batch {
  n: number;
  /** The network's input [n, inputs]. */
  inputs: Float32Array;
  /** (x_0 - c_skip x) / c_out [n, d]. */
  target: Float32Array;
  /** lambda c_out^2 of each row [n]; in float32 EDM's is 1 and nothing else. */
  weight: Float32Array;
  /** [n]. */
  sigma: Float64Array;
  /** [n]. */
  c_out: Float64Array;
}

/**
 * Draws rows x = x_0 + sigma n: x_0 from the data, sigma ~ p(sigma), n ~ N(0, I).
 * @param data standardised latents [rows, d]
 * @param objective that of `config`, where the caller has made it already
 */
export function makeBatch(
  data: Float32Array,
  config: PriorConfig,
  {seed, step, first, count}: BatchPart,
  {levels, lambda}: Objective = objectiveFor(config)
): Batch {
  const {zdim: d, noisePairs} = config;
  const frequencies = noiseFrequencies(noisePairs);
  const condition = preconditioner(config);
  const width = d + 2 * noisePairs;
  const batch = {
    n: count,
    inputs: new Float32Array(count * width),
    target: new Float32Array(count * d),
    weight: new Float32Array(count),
    sigma: new Float64Array(count),
    c_out: new Float64Array(count)
  };
  const x = new Float64Array(d);
  const rng = random(seed);
  for (let row = 0; row < count; ++row) {
    rng.restart(seed, 0x45444d, step, first + row);
    const from = rng.integer(data.length / d) * d;
    const sigma = (batch.sigma[row] = levels.draw(rng));
    const c = condition(sigma);
    batch.c_out[row] = c.c_out;
    batch.weight[row] = lambda(sigma) * c.c_out ** 2;
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
 * `batchSize` rows. Rows go through in the blocks that suit the network's backend.
 * @param options `gradient` (true): adds that share's gradient to the network's; `sums`: adds the rows' losses there, by noise level
 */
export async function lossAndGradient(
  network: Network,
  batch: Batch,
  batchSize: number,
  {gradient = true, sums}: {gradient?: boolean; sums?: Float64Array} = {}
): Promise<number> {
  const {inputs, outputs: d} = network.shape;
  let loss = 0;
  for (let start = 0; start < batch.n; start += network.maxRows) {
    const n = Math.min(network.maxRows, batch.n - start);
    const error = await network.forward(batch.inputs.subarray(start * inputs, (start + n) * inputs), n);
    for (let row = start; row < start + n; ++row) {
      const weight = batch.weight[row];
      let square = 0;
      for (let i = row * d; i < (row + 1) * d; ++i) {
        const at = i - start * d;
        error[at] -= batch.target[i];
        square += error[at] * error[at];
        loss += weight * error[at] * error[at];
        error[at] *= (2 * weight) / (batchSize * d);
      }
      if (sums) addRow(sums, batch.sigma[row], (weight * square) / d, (batch.c_out[row] ** 2 * square) / d);
    }
    if (gradient) await network.backward(error, n, inputs);
  }
  return loss / (batchSize * d);
}
