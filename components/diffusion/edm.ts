import type {Rng} from "../compute/random.js";

/** Constants of the diffusion model, by their names in Karras et al. 2022, Table 1. Units: those of the (standardised) latents. */
export interface EdmConstants {
  /** Deviation of the data that the preconditioning assumes: 1 for standardised latents. */
  sigma_data: number;
  /** Mean of ln sigma in training. */
  P_mean: number;
  /** Deviation of ln sigma in training. */
  P_std: number;
  /**
   * Part of the training rows whose ln sigma is uniform between sigma_min and sigma_max instead. Not EDM's (0 there):
   * with its P_mean and P_std the network hardly sees sigma above 15 sigma_data, where sampling starts.
   */
  P_uniform: number;
  /** Lowest and highest noise level in sampling. */
  sigma_min: number;
  sigma_max: number;
  /** Spacing of fixed noise levels in sampling: larger puts more of them near sigma_min. */
  rho: number;
}

/**
 * EDM's published defaults (Karras et al. 2022, Table 1), but for sigma_data = 1, since our latents are standardised per
 * dimension, and P_uniform, which is this notebook's.
 */
export const EDM: EdmConstants = {
  sigma_data: 1,
  P_mean: -1.2,
  P_std: 1.2,
  P_uniform: 0.1,
  sigma_min: 0.002,
  sigma_max: 80,
  rho: 7
};

/** D(x; sigma) = c_skip x + c_out F(c_in x; c_noise) (eq. 7), F the network. */
export interface Preconditioning {
  c_skip: number;
  c_out: number;
  c_in: number;
  c_noise: number;
}

/** The preconditioning that keeps the network's input and training target at unit variance (Table 1, last column). */
export function precondition(sigma: number, sigma_data: number): Preconditioning {
  const total = Math.sqrt(sigma * sigma + sigma_data * sigma_data); // Math.hypot is several times slower
  return {
    c_skip: (sigma_data / total) ** 2,
    c_out: (sigma * sigma_data) / total,
    c_in: 1 / total,
    c_noise: Math.log(sigma) / 4
  };
}

/** lambda(sigma), the weight of |D - x_0|^2 in the loss: 1 / c_out^2, so that every sigma counts the same at first. */
export const lossWeight = (sigma: number, sigma_data: number): number =>
  (sigma * sigma + sigma_data * sigma_data) / (sigma * sigma_data) ** 2;

/** A noise level to train on: ln sigma ~ N(P_mean, P_std^2), or uniform for the part P_uniform of the rows. */
export function trainingSigma(
  rng: Rng,
  {P_mean, P_std, P_uniform, sigma_min, sigma_max}: EdmConstants
): number {
  if (rng.uniform() < P_uniform) return sigma_min * (sigma_max / sigma_min) ** rng.uniform();
  return Math.exp(P_mean + P_std * rng.normal());
}
