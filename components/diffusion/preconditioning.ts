import {precondition, type Preconditioning} from "./edm.js";

/**
 * What a network's output is read as:
 * - `F`: EDM's mixture of the two below, of unit variance at every noise level
 * - `x_0`: the clean point, D itself
 * - `eps`: the noise, (x - D) / sigma (DDPM)
 * - `v`: (eps - sigma x_0) / sqrt(1 + sigma^2) (Salimans and Ho 2022); for sigma_data = 1 it is -F
 */
export type Parameterisation = "F" | "x_0" | "eps" | "v";

/**
 * Each parameterisation as D(x; sigma) = c_skip x + c_out F(c_in x; c_noise), F the network (Karras et al. 2022, eq. 7). They differ
 * in how the output becomes D; what the network is shown is EDM's for all.
 */
export const preconditionings: Record<
  Parameterisation,
  (sigma: number, sigma_data: number) => Preconditioning
> = {
  F: precondition,
  x_0: (sigma, sigma_data) => ({...precondition(sigma, sigma_data), c_skip: 0, c_out: 1}),
  eps: (sigma, sigma_data) => ({...precondition(sigma, sigma_data), c_skip: 1, c_out: -sigma}),
  v: (sigma, sigma_data) => {
    const v = 1 / (1 + sigma * sigma);
    return {...precondition(sigma, sigma_data), c_skip: v, c_out: -sigma * Math.sqrt(v)};
  }
};

export const parameterisations = Object.keys(preconditionings) as Parameterisation[];
