import {z} from "zod";
import type {MlpShape} from "../compute/mlp.js";
import type {Network} from "../compute/network.js";
import {checked} from "../formats/checked.js";
import type {Denoiser} from "./denoiser.js";
import {precondition, type EdmConstants} from "./edm.js";

/** What makes a prior's denoiser: the network's shape and the constants it was trained with. */
export interface PriorConfig {
  /** Latent dimension |z|. */
  zdim: number;
  /** Residual hidden layers and features of each: 16 x 128 in the talk. */
  layers: number;
  width: number;
  /** Pairs of sine and cosine that c_noise is embedded in; the talk doesn't say, the value is this notebook's. */
  noisePairs: number;
  edm: EdmConstants;
}

const positive = z.number().positive();
const schema = z.object({
  zdim: z.int().min(1).max(1024),
  layers: z.int().min(0).max(1000),
  width: z.int().min(4).max(8192).multipleOf(4),
  noisePairs: z.int().min(1).max(1024),
  edm: z.object({
    sigma_data: positive,
    P_mean: z.number(),
    P_std: positive,
    P_uniform: z.number().min(0).max(1),
    sigma_min: positive,
    sigma_max: positive,
    rho: positive
  })
});

/** Checks a configuration read from a file. @throws InputError naming the field that is wrong */
export const parsePriorConfig = (json: unknown, file: string): PriorConfig =>
  checked(schema, json, file, "config");

/** Shape of F: [c_in x, embedding of c_noise] to as many numbers as x has. */
export const priorShape = ({zdim, layers, width, noisePairs}: PriorConfig): MlpShape => ({
  inputs: zdim + 2 * noisePairs,
  outputs: zdim,
  width,
  layers,
  activation: "silu"
});

/**
 * Frequencies of the embedding, radians for a unit of c_noise: geometric from 1 to 8. c_noise spans 2.7 between
 * sigma_min and sigma_max, so the slowest is one to one; faster ones than 8 only roughen the ODE.
 */
export const noiseFrequencies = (pairs: number): Float64Array =>
  Float64Array.from({length: pairs}, (_, k) => 8 ** (k / Math.max(1, pairs - 1)));

/**
 * Writes one row of the network's input: c_in x, then cos and sin of each frequency times c_noise.
 * @param to [zdim + 2 pairs]
 */
export function writeInput(
  to: Float32Array,
  offset: number,
  x: ArrayLike<number>,
  at: number,
  d: number,
  {c_in, c_noise}: {c_in: number; c_noise: number},
  frequencies: Float64Array
): void {
  for (let i = 0; i < d; ++i) to[offset + i] = c_in * x[at + i];
  for (let k = 0; k < frequencies.length; ++k) {
    to[offset + d + 2 * k] = Math.cos(frequencies[k] * c_noise);
    to[offset + d + 2 * k + 1] = Math.sin(frequencies[k] * c_noise);
  }
}

/** D(x; sigma) = c_skip x + c_out F(c_in x; c_noise), in standardised latents, for any number of rows. */
export function networkDenoiser(network: Network, {zdim: d, noisePairs, edm}: PriorConfig): Denoiser {
  const frequencies = noiseFrequencies(noisePairs);
  const {maxRows} = network;
  const {inputs} = network.shape;
  return async (x, sigma) => {
    const out = new Float64Array(x.length);
    const buffer = new Float32Array(Math.min(maxRows, sigma.length) * inputs);
    for (let start = 0; start < sigma.length; start += maxRows) {
      const n = Math.min(maxRows, sigma.length - start);
      for (let row = 0; row < n; ++row) {
        const c = precondition(sigma[start + row], edm.sigma_data);
        writeInput(buffer, row * inputs, x, (start + row) * d, d, c, frequencies);
      }
      const F = await network.forward(buffer, n);
      for (let row = 0; row < n; ++row) {
        const {c_skip, c_out} = precondition(sigma[start + row], edm.sigma_data);
        const at = (start + row) * d;
        for (let i = 0; i < d; ++i) out[at + i] = c_skip * x[at + i] + c_out * F[row * d + i];
      }
    }
    return out;
  };
}
