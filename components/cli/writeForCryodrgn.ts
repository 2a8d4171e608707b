import {join} from "node:path";
import {writeCryodrgnRun} from "../vae/cryodrgnRun.js";
import type {VaeWeights} from "../vae/model.js";
import {replaceFile} from "./checkpoint.js";
import type {ParticleFiles} from "./particles.js";
import type {TrainVaeOptions} from "./trainVae.js";

/** Writes a trained VAE as a run that cryoDRGN's own commands open: weights.N.pkl, z.N.pkl (N: epochs) and config.yaml. */
export function writeForCryodrgn(
  vae: VaeWeights,
  latents: Uint8Array,
  {stack, poses, ctfs}: ParticleFiles,
  scale: number,
  {
    out,
    training: {epochs, seed},
    prepare: {invert, window, boxSize}
  }: Pick<TrainVaeOptions, "out" | "training" | "prepare">
): void {
  // Decoded values are in units of `scale`, as cryoDRGN's are in units of its `norm`.
  const norm = {mean: 0, std: scale};
  const data = {
    norm,
    invert,
    window,
    windowRadius: 0.85,
    shiftBox: boxSize,
    particles: stack,
    poses,
    ctf: ctfs
  };
  const {weights, config} = writeCryodrgnRun({vae, epoch: epochs, data}, seed);
  replaceFile(join(out, `weights.${epochs}.pkl`), weights);
  replaceFile(join(out, `z.${epochs}.pkl`), latents);
  replaceFile(join(out, "config.yaml"), config);
}
