/** What the cells of the page's figures are made of. */
export {agreementLines, endLaw} from "./agreement.js";
export {bothWays} from "./bothWays.js";
export {scheduleCurves} from "./curves.js";
export {fieldPlane} from "./fieldPlane.js";
export {differenceLines, differences, samePlane, sameProcess} from "./sameProcess.js";
export {brownianPaths, chainPaths, sdePaths, stepsPlane} from "./steps.js";
export {stepsErrorLines, stepsErrors} from "./stepsError.js";
export {roundTripErrors, roundTripLines, roundTripPlane, thereAndBack} from "./thereAndBack.js";
export {samplingTimes, timeAxis} from "../lab/timeAxis.js";
export {viewOf} from "../lab/view.js";
export {waysPlane} from "./waysPlane.js";
