/** What page `samplers` adds to the library that cells see. */
export {distanceToLaw, lawFloor} from "../../analysis/distanceToLaw.js";
export {mmdToLaw} from "../../analysis/mmdToLaw.js";
export {permutationTest} from "../../analysis/permutationTest.js";
export {samplerAgreement} from "../../analysis/samplerAgreement.js";
export {laterNoiseOf, measuredOrder, noiseOf, samplerRace} from "../../analysis/samplerRace.js";
export {adaptive} from "../../samplers/adaptive.js";
export {langevinStrength, shapedLangevin} from "../../samplers/langevinStrength.js";
export {reverseChain} from "../../samplers/reverseChain.js";
export {asSampler} from "../../samplers/sampler.js";
export {samplerKinds} from "../../samplers/samplerKinds.js";
export {sharedAdaptive} from "../../samplers/sharedAdaptive.js";
export {stepSizes} from "../../samplers/stepSizes.js";
export {adaptiveSteps, callsPlane, stepSizesPlane} from "./adaptiveSteps.js";
export {agreementPlot} from "./agreementPlot.js";
export {marginalPlane} from "./marginalPlane.js";
export {orderPlot, racePlot} from "./racePlots.js";
export {coarsenessPlot, strengthPlot} from "./strengthPlots.js";
export {wayPlane} from "./wayPlane.js";
