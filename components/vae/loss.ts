/**
 * KL divergence of N(mu, exp(logvar)) from N(0, I), summed over the dimensions of one image: -1/2 sum(1 + l - mu^2 - e^l).
 */
export function klDivergence(mu: ArrayLike<number>, logvar: ArrayLike<number>): number {
  let sum = 0;
  for (let d = 0; d < mu.length; ++d) sum += 1 + logvar[d] - mu[d] * mu[d] - Math.exp(logvar[d]);
  return -0.5 * sum;
}

/** The two terms of the loss, each a mean over images. */
export interface VaeLoss {
  /** Mean squared error over the masked (or the chosen) pixels. */
  gen: number;
  /** KL divergence, nats. */
  kld: number;
}

/** cryoDRGN's loss: gen + beta KL / pixels, with beta = 1/zdim and all masked pixels counted (conventions.md). */
export const totalLoss = ({gen, kld}: VaeLoss, zdim: number, pixels: number): number =>
  gen + kld / zdim / pixels;
