import type {WorkName} from "../jobs/bench/plan.js";

/** A work in words: its name, what is done, and what it is in the talk. */
export interface WorkText {
  title: string;
  about: string;
  talk: string;
}

export const workTexts: Record<WorkName, WorkText> = {
  "prior-step": {
    title: "Prior: training",
    about:
      "Steps of training: 1,024 latents get noise, a residual network of 16 hidden layers × 128 learns to take it away.",
    talk: "the talk's diffusion model, batch and optimiser"
  },
  denoise: {
    title: "Prior: denoising",
    about: "The same network forward only, once for each noisy latent.",
    talk: "what the talk's sampler calls again and again"
  },
  "vae-d32": {
    title: "Autoencoder: training, D = 32",
    about: "Encoder and decoder, 256 × 3 each, learn from images of 32 × 32 pixels, 32 at a time.",
    talk: "the talk's networks, on images a quarter as wide"
  },
  "vae-d64": {
    title: "Autoencoder: training, D = 64",
    about: "The same from images of 64 × 64 pixels, 8 at a time.",
    talk: "the talk's networks, on images half as wide"
  },
  "vae-d64-256px": {
    title: "Autoencoder: training, D = 64, fewer pixels",
    about: "The decoder is asked for 256 pixels of each image, drawn anew each time, in place of all 3,208.",
    talk: "not in the talk: this notebook's way to train on a laptop"
  },
  "decode-d64": {
    title: "Maps from latents",
    about: "The decoder fills a box of 64 × 64 × 64, each time for another latent.",
    talk: "how the talk's volumes are made, at half their width"
  },
  "sample-5000": {
    title: "Samples from the prior",
    about: "5,000 latents, from noise to data by an adaptive Runge–Kutta solver; threads share them out.",
    talk: "the talk's sampler, with linear1d's trained prior"
  },
  "simulate-d128": {
    title: "Simulated images",
    about: "Images of 128 × 128 pixels: a structure's projection, the microscope's CTF, noise. No network.",
    talk: "the images of linear1d, at the talk's size"
  }
};
