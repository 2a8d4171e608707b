import {layersOf} from "../compute/mlp.js";
import {lattice} from "../cryoem/lattice.js";
import {jsonObject} from "../formats/checked.js";
import {InputError} from "../formats/error.js";
import {safetensorsShapes} from "../formats/safetensors.js";
import {
  decoderShape,
  encoderPixels,
  encoderShape,
  frequencyCount,
  parseVaeConfig,
  type VaeConfig
} from "./config.js";
import {preparationOf} from "./file.js";
import type {Preparation} from "./prepare.js";

/** One layer as its tensors say. */
export interface LayerSize {
  inputs: number;
  outputs: number;
  /** With a skip around it. */
  residual: boolean;
  /** Numbers in its weight and its bias. */
  parameters: number;
}

/** What a VAE's file holds. */
export interface VaeLayers {
  config: VaeConfig;
  encoder: LayerSize[];
  decoder: LayerSize[];
  /** Frequencies of the positional encoding that are kept with the weights and not trained; 0 where they follow from the box. */
  drawnFrequencies: number;
  frequencies: number;
  /** Masked pixels that the loss compares, and those that the encoder reads. */
  pixels: number;
  encoderPixels: number;
  preparation: Preparation;
}

/**
 * Sizes of a VAE's layers, read off the tensors of its file; their values are not looked at.
 * @throws InputError where the file is damaged, or its tensors are not those of its configuration
 */
export function vaeLayers(bytes: Uint8Array, name: string): VaeLayers {
  const {shapes, metadata: texts} = safetensorsShapes(bytes, name);
  if (!texts.vae)
    throw new InputError(name, "metadata", "no entry `vae`", "the weights of a VAE written by `train vae`");
  const {config: found, ...metadata} = jsonObject(texts.vae, name, "metadata");
  const config = parseVaeConfig(found, name);
  const layers = (prefix: string, shape: ReturnType<typeof encoderShape>) => {
    const there = layersIn(shapes, prefix);
    const wanted = layersOf(shape).map(({inputs, outputs}) => `${inputs} → ${outputs}`);
    const sizes = there.map(({inputs, outputs}) => `${inputs} → ${outputs}`);
    if (sizes.join() !== wanted.join())
      throw new InputError(name, prefix, sizes.join(", ") || "nothing", `layers ${wanted.join(", ")}`);
    return there;
  };
  return {
    config,
    encoder: layers("encoder.main.", encoderShape(config)),
    decoder: layers("decoder.decoder.main.", decoderShape(config)),
    drawnFrequencies: shapes["decoder.rand_freqs"]?.[0] ?? 0,
    frequencies: frequencyCount(config),
    pixels: lattice(config.boxSize).pixels,
    encoderPixels: encoderPixels(config),
    preparation: preparationOf({metadata, config}, name)
  };
}

/** Layers whose tensors begin with a name, in their order: cryoDRGN numbers them, with the activations between. */
function layersIn(shapes: Record<string, number[]>, prefix: string): LayerSize[] {
  const size = (shape: number[] = []) => (shape.length ? shape.reduce((a, b) => a * b) : 0);
  return Object.keys(shapes)
    .filter((name) => name.startsWith(prefix) && name.endsWith(".weight"))
    .sort((a, b) => parseInt(a.slice(prefix.length)) - parseInt(b.slice(prefix.length)))
    .map((name) => {
      const [outputs, inputs] = shapes[name];
      const parameters = size(shapes[name]) + size(shapes[name.replace(/weight$/, "bias")]);
      return {inputs, outputs, residual: name.includes(".linear."), parameters};
    });
}
