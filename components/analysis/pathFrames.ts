import {evenByLength, evenParts} from "./polyline.js";

/** What of a path is even from frame to frame: the way that is made, or the parameter y. */
export const frameSpacings = ["length", "y"] as const;
export type FrameSpacing = (typeof frameSpacings)[number];

/**
 * A path at some frames, its ends among them, straight between its points.
 * @param path y of each point, rising [m], and the points [m, d]
 * @returns y [count] and z [count, d] of the frames
 * @throws RangeError for fewer than 2 frames or points
 */
export function pathFrames(
  path: {y: Float64Array; z: Float64Array},
  d: number,
  count: number,
  spacing: FrameSpacing
): {y: Float64Array; z: Float64Array} {
  const last = path.y.length - 1;
  if (last < 1) throw new RangeError(`path: found ${last + 1} points; expected 2 or more`);
  const y =
    spacing === "length"
      ? evenByLength(path.z, d, path.y, count)
      : evenParts(count).map((part) => path.y[0] + part * (path.y[last] - path.y[0]));
  const z = new Float64Array(count * d);
  for (let i = 0, high = 1; i < count; ++i) {
    while (high < last && path.y[high] < y[i]) ++high;
    const piece = path.y[high] - path.y[high - 1];
    const part = piece > 0 ? Math.min(1, Math.max(0, (y[i] - path.y[high - 1]) / piece)) : 1;
    for (let c = 0; c < d; ++c)
      z[i * d + c] = (1 - part) * path.z[(high - 1) * d + c] + part * path.z[high * d + c];
  }
  return {y, z};
}
