import {sampler} from "./sampler.js";

/**
 * DDIM (Song, Meng and Ermon 2021, eq. 12): the predicted x_0 and eps put together at the next noise level, a part `eta` of its
 * noise drawn anew. eta = 0 is deterministic, and Euler's method in sigma; eta = 1 is DDPM's ancestral sampling with beta-tilde.
 * One denoiser call a step.
 */
export const ddim = (eta = 0) =>
  sampler(
    async (x, {s, sigma, sNext, sigmaNext, rng, denoise}) => {
      const D = await denoise(x);
      // In x/s: the variance of q(x_(t-1) | x_t, x_0) is sigmaNext^2 (1 - sigmaNext^2 / sigma^2)
      const fresh = eta * sigmaNext * Math.sqrt(Math.max(0, 1 - (sigmaNext / sigma) ** 2));
      const kept = Math.sqrt(Math.max(0, sigmaNext ** 2 - fresh ** 2));
      return x.map((v, i) => {
        const eps = (v / s - D[i]) / sigma;
        return sNext * (D[i] + kept * eps + (fresh > 0 ? fresh * rng.normal() : 0));
      });
    },
    {encodes: !(eta > 0)}
  );
