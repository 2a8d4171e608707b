import {Kernel} from "../compute/kernel/kernel.js";
import {initialParameters, Mlp} from "../compute/mlp.js";
import type {Rng} from "../compute/random.js";
import {lattice} from "../cryoem/lattice.js";
import {decoderShape, encoderShape, type VaeConfig} from "./config.js";
import {Decoder} from "./decoder.js";
import {gaussianFrequencies} from "./positional.js";

/** A VAE's numbers, as they are kept in files: flat parameter vectors in the layout of compute/mlp.ts. */
export interface VaeWeights {
  config: VaeConfig;
  encoder: Float32Array;
  decoder: Float32Array;
  /** [3 D/2, 3], the gaussian encoding's frequencies; not trained. */
  randFrequencies?: Float32Array;
}

/** Weights before training, as PyTorch draws them. */
export function initialVae(config: VaeConfig, rng: Rng): VaeWeights {
  const {pixels} = lattice(config.boxSize);
  return {
    config,
    randFrequencies: config.encoding === "gaussian" ? gaussianFrequencies(config, rng) : undefined,
    encoder: initialParameters(encoderShape(config, pixels), rng),
    decoder: initialParameters(decoderShape(config), rng)
  };
}

/** Encoder and decoder in one kernel, ready to run or to train. */
export interface VaeNetworks {
  config: VaeConfig;
  kernel: Kernel;
  encoder: Mlp;
  decoder: Decoder;
}

/** @param rows the most images the encoder, and points the decoder, take at once */
export function vaeNetworks(
  weights: VaeWeights,
  rows: {images: number; points: number},
  training: boolean
): VaeNetworks {
  const {config} = weights;
  const kernel = new Kernel();
  const encoder = new Mlp(encoderShape(config, lattice(config.boxSize).pixels), rows.images, {
    kernel,
    training
  });
  const decoder = new Decoder(config, weights.randFrequencies, rows.points, {kernel, training});
  encoder.setParameters(weights.encoder);
  decoder.mlp.setParameters(weights.decoder);
  return {config, kernel, encoder, decoder};
}
