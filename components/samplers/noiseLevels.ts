import type {EdmConstants} from "../diffusion/edm.js";

/**
 * n + 1 falling noise levels from sigma_max to sigma_min, the last one 0 (Karras et al. 2022, eq. 5):
 * sigma_i = (sigma_max^(1/rho) + i/(n-1) (sigma_min^(1/rho) - sigma_max^(1/rho)))^rho.
 */
export function noiseLevels(
  n: number,
  {sigma_min, sigma_max, rho}: Pick<EdmConstants, "sigma_min" | "sigma_max" | "rho">
): Float64Array {
  const top = sigma_max ** (1 / rho);
  const low = sigma_min ** (1 / rho);
  const levels = Float64Array.from(
    {length: n + 1},
    (_, i) => (top + (i / Math.max(n - 1, 1)) * (low - top)) ** rho
  );
  levels[n] = 0;
  return levels;
}
