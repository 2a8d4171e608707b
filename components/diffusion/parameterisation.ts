/**
 * What a network may predict at x = s (x_0 + sigma n), and how one is had from another. With alpha = s and the noise's
 * deviation tau = s sigma in x: x = alpha x_0 + tau n.
 * - `x_0`: the denoiser's answer D
 * - `eps`: the noise, (x/s - D) / sigma
 * - `v`: alpha eps - tau x_0 over sqrt(alpha^2 + tau^2) (Salimans and Ho 2022; for VP the root is 1)
 * - `score`: of the marginal of x at this time, (s D - x) / tau^2
 */
export type Prediction = "x_0" | "eps" | "v" | "score";

export const predictions: readonly Prediction[] = ["x_0", "eps", "v", "score"];

/** The place in a schedule where a prediction is made. */
export interface Level {
  s: number;
  sigma: number;
}

/**
 * D from any prediction.
 * @param value what was predicted, one component
 * @param x the noisy point's component
 */
export function toDenoised(kind: Prediction, value: number, x: number, {s, sigma}: Level): number {
  switch (kind) {
    case "x_0":
      return value;
    case "eps":
      return x / s - sigma * value;
    case "v":
      // x = s x_0 + s sigma eps and v sqrt(1 + sigma^2) = eps - sigma x_0 (both over s)
      return (x / s - sigma * Math.sqrt(1 + sigma * sigma) * value) / (1 + sigma * sigma);
    case "score":
      return x / s + s * sigma * sigma * value;
  }
}

/** Any prediction from D. */
export function fromDenoised(kind: Prediction, D: number, x: number, {s, sigma}: Level): number {
  switch (kind) {
    case "x_0":
      return D;
    case "eps":
      return (x / s - D) / sigma;
    case "v":
      return ((x / s - D) / sigma - sigma * D) / Math.sqrt(1 + sigma * sigma);
    case "score":
      return (D - x / s) / (s * sigma * sigma);
  }
}
