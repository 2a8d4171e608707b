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

// Page `denoiser`: what a denoiser knows, and what is asked of it
export {constantSigma} from "../../diffusion/denoiser.js";
export {mixtureMoments} from "../../diffusion/derivedMixture.js";
export {denoiserLoss, leastLoss} from "../../diffusion/leastLoss.js";
export {numericalScore} from "../../diffusion/numericalScore.js";
export {objectiveOf} from "../../diffusion/objective.js";
export {posteriorMixture} from "../../diffusion/posterior.js";
export {preconditionings} from "../../diffusion/preconditioning.js";
export {learnableSquare, targetSquare} from "../../diffusion/trainingTarget.js";
export {denoiserCurves, predictionCurves} from "../denoiser/curves.js";
export {
  differenceCurves,
  differencesOf,
  distanceCurves,
  learnedPlane,
  levelLossCurves,
  lossCurves,
  samplesPlane
} from "../denoiser/learnedViews.js";
export {memoryCurves, memoryErrors, memoryPlane} from "../denoiser/memory.js";
export {noisyPlane} from "../denoiser/noisyPlane.js";
export {
  effortCurves,
  floorCurves,
  levelDensities,
  objectivesOf,
  weightCurves
} from "../denoiser/objectives.js";
export {scoreNumbers} from "../denoiser/scoreNumbers.js";
export {coefficientCurves, precisionCurves, targetSizes} from "../denoiser/sizes.js";
export {placesOf} from "../denoiser/twoAnswers.js";

// Page `score-sde`: chains, SDEs and the ODE
export {forwardSde} from "../../samplers/forward.js";
export {chainMarginals, exactChain, rateOf, walkChain} from "../../diffusion/scheduleChain.js";
export * from "../scoreSde/forCells.js";

// Page `samplers`
export * from "../samplers/library.js";

// Page `ddpm`
export * from "../ddpm/forCells.js";
