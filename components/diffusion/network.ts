import {z} from "zod";
import type {MlpShape} from "../compute/mlp.js";
import type {Network} from "../compute/network.js";
import {checked} from "../formats/checked.js";
import type {Denoiser} from "./denoiser.js";
import type {EdmConstants, Preconditioning} from "./edm.js";
import {objectiveOf, type Objective} from "./objective.js";
import {objectiveSpec, type ObjectiveSpec} from "./objectiveSpec.js";
import {parameterisations, preconditionings, type Parameterisation} from "./preconditioning.js";

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
  /** What it is trained for (default EDM's objective). */
  objective?: ObjectiveSpec;
  /** What the network's output is read as (default `F`, EDM's). */
  parameterisation?: Parameterisation;
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
  }),
  objective: objectiveSpec.optional(),
  parameterisation: z.enum(parameterisations).optional()
});

/** Checks a configuration read from a file. @throws InputError naming the field that is wrong */
export const parsePriorConfig = (json: unknown, file: string): PriorConfig =>
  checked(schema, json, file, "config");

/** The objective of a configuration. @throws InputError or RangeError where its noise levels are none */
export const objectiveFor = ({objective = {kind: "edm"}, edm}: PriorConfig): Objective =>
  objectiveOf(objective, edm);

/** How the network of a configuration becomes a denoiser at a noise level. */
export const preconditioner =
  ({parameterisation = "F", edm}: PriorConfig) =>
  (sigma: number): Preconditioning =>
    preconditionings[parameterisation](sigma, edm.sigma_data);

/** The noise levels to sample between: those that were trained on, or EDM's constants where these have no end. */
export function samplingLevels(config: PriorConfig): {
  sigma_min: number;
  sigma_max: number;
  sigma_data: number;
} {
  const [sigma_min, sigma_max] = objectiveFor(config).levels.range;
  return {sigma_min, sigma_max, sigma_data: config.edm.sigma_data};
}

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
export function networkDenoiser(network: Network, config: PriorConfig): Denoiser {
  const {zdim: d, noisePairs} = config;
  const condition = preconditioner(config);
  const frequencies = noiseFrequencies(noisePairs);
  const {maxRows} = network;
  const {inputs} = network.shape;
  return async (x, sigma) => {
    const out = new Float64Array(x.length);
    const buffer = new Float32Array(Math.min(maxRows, sigma.length) * inputs);
    for (let start = 0; start < sigma.length; start += maxRows) {
      const n = Math.min(maxRows, sigma.length - start);
      for (let row = 0; row < n; ++row) {
        const c = condition(sigma[start + row]);
        writeInput(buffer, row * inputs, x, (start + row) * d, d, c, frequencies);
      }
      const F = await network.forward(buffer, n);
      for (let row = 0; row < n; ++row) {
        const {c_skip, c_out} = condition(sigma[start + row]);
        const at = (start + row) * d;
        for (let i = 0; i < d; ++i) out[at + i] = c_skip * x[at + i] + c_out * F[row * d + i];
      }
    }
    return out;
  };
}
