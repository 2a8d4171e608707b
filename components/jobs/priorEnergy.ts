import type {EnergyField} from "../analysis/leastEnergyPath.js";
import {logDensityOf, PATH_TOLERANCE} from "../analysis/pathDensity.js";
import type {JobContext} from "../compute/job.js";
import {constantSigma} from "../diffusion/denoiser.js";
import {samplingLevels} from "../diffusion/network.js";
import {standardise} from "../diffusion/standardise.js";
import {InputError} from "../formats/error.js";
import type {NamedBytes} from "./files.js";
import {priorOfFile} from "./models.js";

/** Noise level of the score that paths are relaxed by, in standard deviations of the latents: about the width of what encodings lie on. */
const SCORE_SIGMA = 0.1;

/**
 * The free energy F = -log p of a prior, in the latents' units: by the probability-flow ODE with the exact divergence, and its gradient by the score at a
 * small noise level, which costs one denoiser call in place of hundreds.
 * @throws InputError for a prior of another dimension than d
 */
export function priorEnergy(file: NamedBytes, d: number, context: JobContext): EnergyField {
  const {prior, denoiser} = priorOfFile(file);
  const {config, standardisation} = prior;
  if (config.zdim !== d) throw new InputError(file.name, "|z|", config.zdim, `${d}, as the encodings have`);
  const {deviation} = standardisation;
  const options = {...samplingLevels(config), standardisation, rtol: PATH_TOLERANCE, atol: PATH_TOLERANCE};
  const unheard = {...context, progress: () => {}};
  return {
    at: async (points) => (await logDensityOf(denoiser, points, options, unheard)).map((v) => -v),
    async score(points) {
      const x = standardise(points, standardisation);
      const D = await denoiser(x, constantSigma(x.length / d, SCORE_SIGMA));
      return D.map((v, i) => (v - x[i]) / SCORE_SIGMA ** 2 / deviation[i % d]);
    },
    // half of what the narrowest law that is smoothed so stands
    step: (SCORE_SIGMA * Math.min(...deviation)) ** 2 / 2
  };
}
