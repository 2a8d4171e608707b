import type {JobContext} from "../compute/job.js";
import type {Rng} from "../compute/random.js";
import {meanFromEps, type Ddpm} from "../diffusion/ddpm.js";
import {constantSigma, type Denoiser} from "../diffusion/denoiser.js";
import type {Sampled} from "./sampler.js";

export interface AncestralInput {
  denoiser: Denoiser;
  chain: Ddpm;
  /** x_T [n, d]: standard normals. */
  x: Float64Array;
  n: number;
  rng: Rng;
  /** sigma_t^2: beta_t, or beta-tilde_t; the two are the upper and the lower bound (Ho et al. 2020, section 3.2). Default "beta". */
  variance?: "beta" | "betaTilde";
  /** Called with x_t, t = T .. 0. */
  observe?(t: number, x: Float64Array): void;
  context?: JobContext;
}

/**
 * DDPM's ancestral sampling (Ho et al. 2020, Algorithm 2): for t = T .. 1,
 * x_(t-1) = (x_t - beta_t / sqrt(1 - alpha-bar_t) eps) / sqrt(alpha_t) + sigma_t z, z = 0 in the last step. One denoiser call a step.
 */
export async function ancestral({
  denoiser,
  chain,
  x: start,
  n,
  rng,
  variance = "beta",
  observe,
  context
}: AncestralInput): Promise<Sampled> {
  let x = start;
  for (let t = chain.T; t >= 1; --t) {
    await context?.turn();
    observe?.(t, x);
    const s = Math.sqrt(chain.alphaBar[t - 1]);
    const sigma = Math.sqrt(chain.noise[t - 1]) / s;
    const y = x.map((v) => v / s);
    const D = await denoiser(y, constantSigma(n, sigma));
    const mean = meanFromEps(chain, t);
    const deviation = t > 1 ? Math.sqrt(chain[variance][t - 1]) : 0;
    x = x.map(
      (v, i) =>
        mean.x * v + mean.eps * ((y[i] - D[i]) / sigma) + (deviation > 0 ? deviation * rng.normal() : 0)
    );
  }
  observe?.(0, x);
  return {x, evaluations: chain.T};
}
