import type {TrainingEnd} from "../diffusion/patience.js";

const number = (n: number) => n.toLocaleString("en");

/** How a training of so many steps ended, where its last step is not what is kept; else nothing. A sentence without its full stop. */
export function endText({steps, kept, early}: TrainingEnd, of: number): string {
  if (early)
    return `Stopped after ${number(steps)} of ${number(of)} steps: the held-out loss was lowest at ${number(kept)}, and the weights of that step are kept`;
  if (kept < steps)
    return `The held-out loss was lowest at step ${number(kept)}, and the weights of that step are kept`;
  return "";
}

/** The steps of a training, as a label has them: what was asked for, and what came of it where that is less. */
export function stepsText(of: number, end?: TrainingEnd): string {
  if (!end || (!end.early && end.kept === end.steps)) return `${number(of)} steps`;
  const done = end.early ? `${number(end.steps)} of ${number(of)} steps` : `${number(of)} steps`;
  return `${done}, weights of step ${number(end.kept)}`;
}
