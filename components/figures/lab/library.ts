/** What a reader's cell finds by name: the library of the pages on diffusion, and what draws. */
export {random} from "../../compute/random.js";
export * from "../../diffusion/ddpm.js";
export * from "../../diffusion/drawnCurve.js";
export * from "../../diffusion/elbo.js";
export * from "../../diffusion/laws.js";
export * from "../../diffusion/parameterisation.js";
export * from "../../diffusion/schedule.js";
export {scheduleKinds} from "../../diffusion/scheduleKinds.js";
export * from "../../diffusion/times.js";
export {dataDenoiser} from "../../diffusion/dataDenoiser.js";
export {score} from "../../diffusion/denoiser.js";
export {
  gaussianMixture,
  logDensity,
  mixtureDenoiser,
  sampleMixture
} from "../../diffusion/gaussianMixture.js";
export {ancestral} from "../../samplers/ancestral.js";
export {ddim} from "../../samplers/ddim.js";
export {dpmSolver} from "../../samplers/dpmSolver.js";
export {euler} from "../../samplers/euler.js";
export {eulerMaruyama} from "../../samplers/eulerMaruyama.js";
export {heun} from "../../samplers/heun.js";
export {annealedLangevin, predictorCorrector} from "../../samplers/langevin.js";
export {logLikelihood} from "../../samplers/likelihood.js";
export {regularised} from "../../samplers/regularised.js";
export {evenTimes, flowSlope, sampler} from "../../samplers/sampler.js";
export {stochastic} from "../../samplers/stochastic.js";
export {addNoise, startingNoise, track} from "../../samplers/track.js";
export {slicedW2} from "../../analysis/slicedW2.js";
export {lines} from "./lines.js";
export {painted} from "./painter.js";
export {plane} from "./plane.js";
