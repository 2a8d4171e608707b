import type {Meeting} from "../compute/exchange.js";
import {initialParameters} from "../compute/mlp.js";
import type {Backend, Network, TrainingVectors} from "../compute/network.js";
import {openTrainer, type NetworkSpec, type Trainer} from "../compute/open.js";
import {random, type Rng} from "../compute/random.js";
import {startVectors} from "../compute/vectors.js";
import {decoderShape, encoderShape, type VaeConfig} from "./config.js";
import {Decoder} from "./decoder.js";
import {encodingOf, gaussianFrequencies} from "./positional.js";

/** A VAE's numbers, as they are kept in files: flat parameter vectors in the layout of compute/mlp.ts. */
export interface VaeWeights {
  config: VaeConfig;
  encoder: Float32Array;
  decoder: Float32Array;
  /** [n, 3], the n frequencies of the gaussian encoding (3 D/2 but for encodingDim); not trained. */
  randFrequencies?: Float32Array;
}

/** Weights before training, as PyTorch draws them. */
export function initialVae(config: VaeConfig, rng: Rng): VaeWeights {
  return {
    config,
    randFrequencies: config.encoding === "gaussian" ? gaussianFrequencies(config, rng) : undefined,
    encoder: initialParameters(encoderShape(config), rng),
    decoder: initialParameters(decoderShape(config), rng)
  };
}

/** The weights that a training with this seed starts from. */
export const firstVae = (config: VaeConfig, seed: number): VaeWeights =>
  initialVae(config, random(seed, 0x5eed));

/** The most rows a call on the kernel: images of the encoder, points of the decoder. */
export interface VaeRows {
  images?: number;
  points?: number;
}

/** What a VAE's networks are opened from: the encoder, then the decoder. */
export const vaeSpecs = (
  {config, randFrequencies}: Pick<VaeWeights, "config" | "randFrequencies">,
  {images, points}: VaeRows = {}
): [encoder: NetworkSpec, decoder: NetworkSpec] => [
  {shape: encoderShape(config), rows: images},
  {shape: decoderShape(config), encoding: encodingOf(config, randFrequencies), rows: points}
];

/** Encoder and decoder, in training. */
export interface VaeNetworks {
  config: VaeConfig;
  encoder: Network;
  decoder: Decoder;
  trainer: Trainer;
}

export interface OpenVaeOptions extends VaeRows {
  /** Where they run (default `wasm`). */
  backend?: Backend;
  /** Where the training starts from, encoder and decoder one after another (default: at the weights). */
  vectors?: TrainingVectors;
  meeting?: Meeting;
}

/** Opens a VAE for training. */
export async function openVae(
  weights: VaeWeights,
  {
    backend = "wasm",
    vectors = startVectors([weights.encoder, weights.decoder], false),
    meeting,
    ...rows
  }: OpenVaeOptions
): Promise<VaeNetworks> {
  const {config} = weights;
  const trainer = await openTrainer(backend, vaeSpecs(weights, rows), vectors, meeting);
  const [encoder, decoder] = trainer.networks;
  return {config, encoder, decoder: new Decoder(config, decoder), trainer};
}
