/** What the cells of page `ddpm` find by name beside the library that all pages share. */
export {
  closedForm,
  combinedNoise,
  forwardChain,
  forwardLaw,
  largestDifference,
  noiseShares,
  stepNoises
} from "../../diffusion/ddpmForward.js";
export {chainKinds, chainOfSketch} from "../../diffusion/ddpmKinds.js";
export {epsErrors, threeLosses} from "../../diffusion/ddpmLosses.js";
export {bayesCheck, reverseLaw} from "../../diffusion/ddpmPosterior.js";
export {chainOfStates, placeOfLine, recordSampling, sampling} from "../../diffusion/ddpmSampling.js";
export {training} from "../../diffusion/ddpmTraining.js";
export {barLines, betaLines, shareLines, snrLines} from "./chainCurves.js";
export {drawsOf, elboLines, negativeLogDensity, sweepElbos, sweepLines} from "./elboLines.js";
export {epsAt, learnedEpsPlane, placesOfPlane} from "./learnedPlane.js";
export {lawPlane} from "./lawPlane.js";
export {epsErrorLines, productLines, shareOfLossLines, weightLines} from "./lossLines.js";
export {gaussianOf} from "./gaussianOf.js";
export {posteriorPlane} from "./posteriorPlane.js";
export {stepPlane} from "./stepPlane.js";
export {forwardPlane, reversePlane} from "./timePlane.js";
