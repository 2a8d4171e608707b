import type {JobContext} from "../compute/job.js";
import {samplingLevels} from "../diffusion/network.js";
import {unstandardise} from "../diffusion/standardise.js";
import {flow} from "../samplers/probabilityFlow.js";
import type {NamedBytes} from "./files.js";
import {priorOfFile} from "./models.js";
import {initialNoise} from "./samplePrior.js";

export interface FlowSamplesInput {
  prior: NamedBytes;
  n: number;
  seed: number;
  /** Noise levels to stop at on the way; EDM's between sigma_max and sigma_min where none are given. */
  stops: number;
}

export interface FlowSamples {
  /** Noise levels, from sigma_max to 0 [stops + 1]. */
  sigma: Float64Array;
  /**
   * Samples at each of them [stops + 1, n, d], shrunk by sqrt(1 + sigma^2) so that noise and data have the same width, in
   * the latents' units.
   */
  z: Float64Array;
  /** Denoiser calls of each trajectory [n]. */
  evaluations: Int32Array;
}

/** The probability-flow ODE from noise to latents, with stops on the way to look at. */
export async function flowSamples(
  {prior: file, n, seed, stops}: FlowSamplesInput,
  context: JobContext
): Promise<FlowSamples> {
  const {prior, denoiser} = priorOfFile(file);
  const {zdim: d} = prior.config;
  const {sigma_min, sigma_max, sigma_data} = samplingLevels(prior.config);
  // Evenly in atan(sigma), the variable the ODE is integrated in: each stop takes about as many steps.
  const angle = (sigma: number) => Math.atan(sigma / sigma_data);
  const sigma = new Float64Array(stops + 1);
  for (let k = 0; k < stops; ++k) {
    const t = angle(sigma_max) + ((angle(sigma_min) - angle(sigma_max)) * k) / (stops - 1);
    sigma[k] = sigma_data * Math.tan(t);
  }
  const z = new Float64Array((stops + 1) * n * d);
  const evaluations = new Int32Array(n);
  let x = initialNoise(seed, 0, n, d, sigma_max);
  const keep = (k: number) => {
    const width = Math.hypot(sigma[k], sigma_data) / sigma_data;
    z.set(unstandardise(x.map((v) => v / width), prior.standardisation), k * n * d); // prettier-ignore
  };
  keep(0);
  for (let k = 1; k < stops; ++k) {
    const step = await flow(denoiser, x, n, [sigma[k - 1], sigma[k]], {sigma_data});
    x = step.x;
    step.evaluations.forEach((e, i) => (evaluations[i] += e));
    keep(k);
    context.progress(k, stops);
    await context.turn();
  }
  x = await denoiser(x, new Float64Array(n).fill(sigma_min));
  keep(stops);
  return {sigma, z, evaluations: evaluations.map((e) => e + 1)};
}
