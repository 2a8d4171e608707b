import type {JobContext} from "../compute/job.js";
import type {Backend} from "../compute/network.js";
import {encodeImages} from "../vae/encode.js";
import type {VaeWeights} from "../vae/model.js";
import type {ParticleFiles} from "./particles.js";
import {emptyImageSet, prepareImages, type PrepareOptions} from "./prepareImages.js";

/** A range of the particles of a stack, to be read, prepared and encoded by one thread. */
export interface EncodeParticlesInput {
  weights: VaeWeights;
  files: ParticleFiles;
  options: PrepareOptions;
  /** What Hartley images are divided by. */
  scale: number;
  from: number;
  to: number;
  backend: Backend;
}

/** The posterior means and log variances of particles `from` to `to` (exclusive): [to - from, zdim] each. */
export async function encodeParticles(
  {weights, files, options, scale, from, to, backend}: EncodeParticlesInput,
  context: Pick<JobContext, "turn">
): Promise<{mu: Float32Array; logvar: Float32Array}> {
  const n = to - from;
  const set = {...emptyImageSet({...files, n}, options), scale};
  await prepareImages({files, set, options, from, to, at: 0});
  const [mu, logvar] = [0, 1].map(() => new Float32Array(n * weights.config.zdim));
  await encodeImages({weights, set, from: 0, to: n, mu, logvar}, context, backend);
  return {mu, logvar};
}
