import type {Rng} from "../compute/random.js";
import type {Denoiser} from "./denoiser.js";
import {meanAndError, type Estimate} from "./meanAndError.js";
import type {Objective} from "./objective.js";

/**
 * The value of an objective for any denoiser, exact or learned, by Monte Carlo: the mean over draws and dimensions of
 * lambda(sigma) (D - x_0)^2, which training with it would lower.
 * @param x0 points to draw from [n, d]
 * @param draws of x_0, sigma and noise (default 8192)
 */
export async function objectiveValue(
  {levels, lambda}: Objective,
  denoiser: Denoiser,
  x0: ArrayLike<number>,
  d: number,
  rng: Rng,
  draws = 8192
): Promise<Estimate> {
  const sigma = new Float64Array(draws);
  const clean = new Float64Array(draws * d);
  const x = new Float64Array(draws * d);
  for (let row = 0; row < draws; ++row) {
    const from = rng.integer(x0.length / d) * d;
    sigma[row] = levels.draw(rng);
    for (let i = 0; i < d; ++i) {
      clean[row * d + i] = x0[from + i];
      x[row * d + i] = x0[from + i] + sigma[row] * rng.normal();
    }
  }
  const D = await denoiser(x, sigma);
  const losses = sigma.map((level, row) => {
    let square = 0;
    for (let i = row * d; i < (row + 1) * d; ++i) square += (D[i] - clean[i]) ** 2;
    return (lambda(level) * square) / d;
  });
  return meanAndError(losses);
}
