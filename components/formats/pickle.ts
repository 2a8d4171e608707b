/**
 * Python's pickle format, as data only: a file is read by a machine that knows numpy's arrays and plain containers
 * and refuses everything else by its name, and written so that numpy 1 and 2 and cryoDRGN open it.
 */
export {readPickles} from "./pickleReader.js";
export type {PickleValue} from "./pickleValue.js";
export {writePickles} from "./pickleWriter.js";
