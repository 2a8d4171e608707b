import {KernelNetwork} from "../compute/kernel/network.js";
import {initialParameters} from "../compute/mlp.js";
import type {Backend} from "../compute/network.js";
import {openNetwork} from "../compute/open.js";
import type {Rng} from "../compute/random.js";
import type {Denoiser} from "./denoiser.js";
import {EDM} from "./edm.js";
import {networkDenoiser, priorShape, type PriorConfig} from "./network.js";
import type {Standardisation} from "./standardise.js";

/** A diffusion prior's numbers, as they are kept in files. */
export interface PriorWeights {
  config: PriorConfig;
  /** The network's flat parameter vector (layout of compute/mlp.ts). */
  parameters: Float32Array;
  /** Of the latents it was trained on; the network lives in standardised ones. */
  standardisation: Standardisation;
}

/** The talk's network with EDM's constants, but for |z|. */
export const defaultPrior: Omit<PriorConfig, "zdim"> = {layers: 16, width: 128, noisePairs: 8, edm: EDM};

/** Weights before training. */
export const initialPrior = (
  config: PriorConfig,
  standardisation: Standardisation,
  rng: Rng
): PriorWeights => ({
  config,
  parameters: initialParameters(priorShape(config), rng),
  standardisation
});

/** The prior's denoiser in standardised latents, ready to run on the CPU kernel. */
export function priorDenoiser({config, parameters}: PriorWeights): Denoiser {
  const network = new KernelNetwork(priorShape(config), {training: false});
  network.setParameters(parameters);
  return networkDenoiser(network, config);
}

/** The same on a backend of one's choice; dispose of it when done. @throws Error where it can't run here */
export async function openDenoiser(
  {config, parameters}: PriorWeights,
  backend: Backend
): Promise<Denoiser & {dispose(): void}> {
  const network = await openNetwork(backend, {shape: priorShape(config)}, parameters);
  return Object.assign(networkDenoiser(network, config), {dispose: () => network.dispose()});
}
