/** Places on a path between its points. */
import type {LatentPath} from "../../jobs/latentPaths.js";

/** The latent at y, straight between the path's points [d]. */
export function latentAt({y, z}: LatentPath, at: number): Float64Array {
  const d = z.length / y.length;
  const {low, part} = pieceOf(y, at);
  return Float64Array.from({length: d}, (_, c) => (1 - part) * z[low * d + c] + part * z[(low + 1) * d + c]);
}

/** The value at y of something that is known at the path's points [m]. */
export function valueAt(y: Float64Array, values: ArrayLike<number>, at: number): number {
  const {low, part} = pieceOf(y, at);
  return (1 - part) * values[low] + part * values[low + 1];
}

/** Part of the path's length that is done at each point, 0..1, rising [m]. */
export function lengthParts({length}: LatentPath): Float64Array {
  const whole = length[length.length - 1] || 1;
  // points that lie on each other are told apart, for slopes
  return length.map((l, i) => (l / whole + 1e-9 * i) / (1 + 1e-9 * (length.length - 1)));
}

/** y at a part of the length, and the part of the length at y. */
export const partToY = (path: LatentPath, part: number): number => valueAt(lengthParts(path), path.y, part);
export const yToPart = (path: LatentPath, y: number): number => valueAt(path.y, lengthParts(path), y);

/** The stretch between two rising values that holds a third. */
function pieceOf(values: Float64Array, at: number): {low: number; part: number} {
  let [low, high] = [0, values.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] <= at) low = middle;
    else high = middle;
  }
  const part = (at - values[low]) / (values[high] - values[low]);
  return {low, part: Math.min(1, Math.max(0, part))};
}
