import type {Preconditioning} from "./edm.js";

/**
 * Mean square of what a network is asked for at a noise level, a dimension: the target (x_0 - c_skip x) / c_out of
 * D = c_skip x + c_out F, x = x_0 + sigma n. A network is at its best where this is about 1 at every level (Karras et al. 2022, app.
 * B.6); for data of mean zero it is the target's variance.
 * @param second E|x_0|^2 / d of the data
 */
export const targetSquare = (
  {c_skip, c_out}: Pick<Preconditioning, "c_skip" | "c_out">,
  sigma: number,
  second: number
): number => ((1 - c_skip) ** 2 * second + (c_skip * sigma) ** 2) / c_out ** 2;

/**
 * The part of it that can be learned: the mean square of the exact network's output. The rest is noise about it, c_out^-2 times the
 * least error of any denoiser.
 * @param least E|D(x; sigma) - x_0|^2 / d of the exact denoiser (leastLoss.ts)
 */
export const learnableSquare = (
  c: Pick<Preconditioning, "c_skip" | "c_out">,
  sigma: number,
  {second, least}: {second: number; least: number}
): number => Math.max(0, targetSquare(c, sigma, second) - least / c.c_out ** 2);
