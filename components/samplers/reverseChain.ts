import {asSampler, sampler, type Sampler} from "./sampler.js";

/**
 * DDPM's ancestral sampling with sigma_t^2 = beta_t (Ho et al. 2020, Algorithm 2) between any times of any schedule: the mean of
 * q(x_(t-1) | x_t, x_0 = D), and noise of the variance that the forward step adds, none in the last step. For VE it is SMLD's
 * (Song et al. 2021, appendix F). With beta-tilde_t instead it is `ddim(1)`. One denoiser call a step.
 */
export const reverseChain: Sampler = asSampler((input) => {
  const {times} = input;
  const last = times[times.length - 1];
  return sampler(
    async (x, {s, sigma, next, sNext, sigmaNext, rng, denoise}) => {
      const D = await denoise(x);
      // In x/s: the forward step adds sigma^2 - sigmaNext^2, scaled by s as it arrives
      const fresh = next === last ? 0 : (s / sNext) * Math.sqrt(Math.max(0, sigma ** 2 - sigmaNext ** 2));
      const kept = (sigmaNext / sigma) ** 2;
      return x.map((v, i) => sNext * (D[i] + kept * (v / s - D[i]) + (fresh > 0 ? fresh * rng.normal() : 0)));
    },
    {encodes: false}
  )(input);
});
