import {z} from "zod";
import type {MlpShape} from "../compute/mlp.js";
import {checked} from "../formats/checked.js";

/** Positional encodings of cryoDRGN that this notebook has (see positional.ts). */
export type EncodingType = "gaussian" | "geom_lowf";

/** What makes a cryoDRGN VAE: the shapes of its networks and the meaning of their inputs and outputs. */
export interface VaeConfig {
  /** Box the images were cropped to, D, in pixels, even. The lattice has D + 1 points a side. */
  boxSize: number;
  /** Å/pixel at that box. */
  pixelSize: number;
  /** Latent dimension |z|. */
  zdim: number;
  /** Residual layers and features of the encoder and of the decoder. */
  encoderLayers: number;
  encoderWidth: number;
  decoderLayers: number;
  decoderWidth: number;
  /** The decoder gives complex Fourier coefficients, or the Hartley transform. */
  domain: "fourier" | "hartley";
  encoding: EncodingType;
  /** Standard deviation of the gaussian encoding's frequencies (cryoDRGN's feat_sigma), in units of Nyquist. */
  featureSigma: number;
}

/** cryoDRGN's defaults for `domain` and encoding; sizes are the talk's (T1: 256 x 3, |z| = 8). */
export const defaultVae: Omit<VaeConfig, "boxSize" | "pixelSize"> = {
  zdim: 8,
  encoderLayers: 3,
  encoderWidth: 256,
  decoderLayers: 3,
  decoderWidth: 256,
  domain: "fourier",
  encoding: "gaussian",
  featureSigma: 0.5
};

/** Frequencies of an encoding along each axis (geom_lowf), or in all (gaussian: 3 D/2). */
export const frequencyCount = (config: VaeConfig): number => 3 * Math.floor(config.boxSize / 2);

/** Decoder: positional encoding of a frequency, then z, to F (2 numbers) or H (1). */
export const decoderShape = (config: VaeConfig): MlpShape => ({
  inputs: 2 * frequencyCount(config) + config.zdim,
  outputs: config.domain === "fourier" ? 2 : 1,
  width: config.decoderWidth,
  layers: config.decoderLayers,
  activation: "relu"
});

/** Encoder: the masked Hartley image of `pixels` numbers to mu and log variance. */
export const encoderShape = (config: VaeConfig, pixels: number): MlpShape => ({
  inputs: pixels,
  outputs: 2 * config.zdim,
  width: config.encoderWidth,
  layers: config.encoderLayers,
  activation: "relu"
});

const size = z.int().min(1);
const schema = z.object({
  boxSize: z.int().min(4).max(1024).multipleOf(2),
  pixelSize: z.number().positive(),
  zdim: size.max(1024),
  encoderLayers: size.max(100),
  encoderWidth: size.max(8192).multipleOf(4),
  decoderLayers: size.max(100),
  decoderWidth: size.max(8192).multipleOf(4),
  domain: z.enum(["fourier", "hartley"]),
  encoding: z.enum(["gaussian", "geom_lowf"]),
  featureSigma: z.number().positive()
});

/** Checks a configuration read from a file. @throws InputError naming the field that is wrong */
export const parseVaeConfig = (json: unknown, file: string): VaeConfig =>
  checked(schema, json, file, "config");
