import type {SetName} from "./runs.js";

/** The talk's table of the two priors. The metric's name did not survive in its text. */
export const talkNumbers: Record<SetName, {prior: number; gaussian: number}> = {
  linear1d: {prior: 0.015, gaussian: 0.86},
  circular1d: {prior: 0.015, gaussian: 0.82},
  ribosome: {prior: 0.015, gaussian: 0.58},
  covid: {prior: 0.015, gaussian: 0.19}
};
