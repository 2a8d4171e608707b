import {densityMap} from "./volume.js";

/** A map in a box of its own. */
export interface BoxedMap {
  /** [box, box, box], x fastest. */
  map: Float32Array;
  box: number;
  /** Å. */
  voxelSize: number;
}

/** Voxels to a resolution element: enough that the surface is smooth. */
const SAMPLING = 3.4;

/**
 * Scatterers as a map of a resolution, to draw its surface: each becomes a Gaussian of resolution / (pi sqrt 2), as ChimeraX's
 * molmap makes it, in a box just large enough.
 * @param positions [n, 3], Å
 * @param weights [n]
 * @param resolution Å
 * @param reach how far from the origin scatterers come, Å
 * @param most largest box; where it would be exceeded, voxels and Gaussians are wider instead
 */
export function resolutionMap(
  positions: Float64Array,
  weights: Float64Array,
  resolution: number,
  reach: number,
  most = Infinity
): BoxedMap {
  const sigma = resolution / (Math.PI * Math.SQRT2);
  const half = reach + 4 * sigma;
  const voxelSize = Math.max(resolution / SAMPLING, (2 * half) / most);
  const box = 2 * Math.ceil(half / voxelSize);
  const map = densityMap(positions, weights, Math.max(sigma, 0.7 * voxelSize), box, voxelSize);
  return {map, box, voxelSize};
}
