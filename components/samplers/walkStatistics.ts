import {stationaryVariance, walkCorrelation, type WalkKind} from "./ornsteinUhlenbeck.js";

/**
 * Standard error of a mean square over n numbers of a walk in equilibrium: v sqrt(2 tau / n), with tau = (1 + r^2)/(1 - r^2) the integrated autocorrelation
 * time of z^2, r that of z from one step to the next: the square of a Gaussian is correlated as the square.
 * @param n numbers, of all steps, walkers and dimensions
 */
export function varianceError(
  kind: WalkKind,
  dt: number,
  n: number,
  variance = stationaryVariance(kind, dt)
): number {
  const r2 = walkCorrelation(kind, dt, 1) ** 2;
  return variance * Math.sqrt((2 * (1 + r2)) / (1 - r2) / n);
}

/** Integrated autocorrelation time of a coordinate of the walk, steps: (1 + r)/(1 - r). */
export function walkTime(kind: WalkKind, dt: number): number {
  const r = walkCorrelation(kind, dt, 1);
  return (1 + r) / (1 - r);
}
