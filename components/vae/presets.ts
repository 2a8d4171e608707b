import {defaultVae, type VaeConfig} from "./config.js";
import type {VaeTraining} from "./training.js";

/** A way to train: what of the model and of the training a name stands for. */
export interface VaePreset {
  /** In one line, for `--help` and provenance. */
  about: string;
  model: Partial<VaeConfig>;
  training: Omit<VaeTraining, "seed" | "heldOut">;
}

/** The presets of `npm run train -- vae`. */
export const vaePresets: Record<"quick" | "laptop" | "paper", VaePreset> = {
  quick: {
    about: "64 x 2, 128 pixels an image: minutes on a small set at D = 32, for tests and live demonstrations",
    model: {...defaultVae, encoderWidth: 64, encoderLayers: 2, decoderWidth: 64, decoderLayers: 2},
    training: {
      epochs: 60,
      batchSize: 32,
      pixelsPerImage: 128,
      learningRate: {rate: 2e-3, warmUp: 100, shape: "cosine", floor: 0.05}
    }
  },
  laptop: {
    about: "256 x 3, 256 pixels an image: an hour or two on two cores for 50,000 images at D = 64",
    model: {...defaultVae},
    training: {
      epochs: 20,
      batchSize: 32,
      pixelsPerImage: 256,
      learningRate: {rate: 5e-4, warmUp: 500, shape: "cosine", floor: 0.05}
    }
  },
  paper: {
    about:
      "256 x 3, all masked pixels, 25 epochs, cryoDRGN's batch size and learning rate: days on two cores at D = 128",
    model: {...defaultVae},
    training: {
      epochs: 25,
      batchSize: 8,
      pixelsPerImage: Infinity,
      learningRate: {rate: 1e-4, warmUp: 0, shape: "constant", floor: 1}
    }
  }
};

/** The model of a preset at a box. */
export const presetVae = (
  name: keyof typeof vaePresets,
  {boxSize, pixelSize}: Pick<VaeConfig, "boxSize" | "pixelSize">
): VaeConfig => ({...defaultVae, ...vaePresets[name].model, boxSize, pixelSize});
