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
