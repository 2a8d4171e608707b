import {z} from "zod";
import type {MlpShape} from "../compute/mlp.js";
import {lattice} from "../cryoem/lattice.js";
import {checked} from "../formats/checked.js";

/** Positional encodings of cryoDRGN (see positional.ts); its `none` is not among them. */
export const encodingTypes = [
  "gaussian",
  "geom_lowf",
  "geom_ft",
  "geom_full",
  "geom_nohighf",
  "linear_lowf"
] as const;
export type EncodingType = (typeof encodingTypes)[number];

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
  /** Frequencies of the encoding along each axis (cryoDRGN's pe_dim); D/2 where it is not given. */
  encodingDim?: number;
  /** Radius of the circle of pixels that the encoder reads (cryoDRGN's enc_mask); D/2 where it is not given. */
  encoderRadius?: number;
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

/** Frequencies of an encoding: as many along each axis, or in all directions (gaussian). */
export const frequencyCount = ({encodingDim, boxSize}: VaeConfig): number =>
  3 * (encodingDim ?? Math.floor(boxSize / 2));

/** Pixels that the encoder reads. */
export const encoderPixels = ({boxSize, encoderRadius}: VaeConfig): number =>
  lattice(boxSize, encoderRadius).pixels;

/** Decoder: positional encoding of a frequency, then z, to F (2 numbers) or H (1). */
export const decoderShape = (config: VaeConfig): MlpShape => ({
  inputs: 2 * frequencyCount(config) + config.zdim,
  outputs: config.domain === "fourier" ? 2 : 1,
  width: config.decoderWidth,
  layers: config.decoderLayers,
  activation: "relu"
});

/** Encoder: the masked Hartley image to mu and log variance. */
export const encoderShape = (config: VaeConfig): MlpShape => ({
  inputs: encoderPixels(config),
  outputs: 2 * config.zdim,
  width: config.encoderWidth,
  layers: config.encoderLayers,
  activation: "relu"
});

const size = z.int().min(1);
const schema = z
  .object({
    boxSize: z.int().min(4).max(1024).multipleOf(2),
    pixelSize: z.number().positive(),
    zdim: size.max(1024),
    encoderLayers: size.max(100),
    encoderWidth: size.max(8192),
    decoderLayers: size.max(100),
    decoderWidth: size.max(8192),
    domain: z.enum(["fourier", "hartley"]),
    encoding: z.enum(encodingTypes),
    encodingDim: z.int().min(2).max(1024).optional(),
    encoderRadius: size.max(512).optional(),
    featureSigma: z.number().positive()
  })
  .refine(({boxSize, encoderRadius}) => encoderRadius === undefined || encoderRadius <= boxSize / 2, {
    path: ["encoderRadius"],
    error: "expected at most half the box"
  })
  .refine(
    ({boxSize, encoding, encodingDim}) =>
      encoding !== "linear_lowf" || encodingDim === undefined || encodingDim === boxSize / 2,
    {path: ["encodingDim"], error: "expected half the box, for linear_lowf"}
  );

/** Checks a configuration read from a file. @throws InputError naming the field that is wrong */
export const parseVaeConfig = (json: unknown, file: string): VaeConfig =>
  checked(schema, json, file, "config");
