import {isosurface, type Isosurface} from "../analysis/isosurface.js";
import {densityMap} from "../cryoem/volume.js";

/** What to draw: scatterers, made into a map of a resolution, or a map. */
export type SurfaceInput = {
  /** Contour level, standard deviations above the map's mean. */
  level: number;
} & (
  | {
      /** [n, 3], Å. */
      positions: Float64Array;
      /** [n], electrons. */
      weights: Float64Array;
      /** Å; each scatterer becomes a Gaussian of resolution / (pi sqrt 2), as ChimeraX's molmap makes it. */
      resolution: number;
    }
  | {map: Float32Array; D: number; voxelSize: number}
);

/** A surface in Å, around the origin. */
export type Surface = Isosurface & {level: number};

/** Voxels to a resolution element: enough that the surface is smooth. */
const SAMPLING = 3.4;

/** Largest box that is contoured: a finer map is more triangles than a page turns smoothly. */
const LARGEST = 128;

/** The surface of a structure or a map at a level of its own. */
export function surface(input: SurfaceInput): Surface {
  const {map, D, voxelSize} = "map" in input ? input : density(input);
  let total = 0;
  let squares = 0;
  for (const v of map) {
    total += v;
    squares += v * v;
  }
  const mean = total / map.length;
  const level = mean + input.level * Math.sqrt(Math.max(0, squares / map.length - mean * mean));
  return {...isosurface(map, D, level, voxelSize), level};
}

interface Volume {
  map: Float32Array;
  D: number;
  voxelSize: number;
}

function density({positions, weights, resolution}: Extract<SurfaceInput, {positions: unknown}>): Volume {
  const sigma = resolution / (Math.PI * Math.SQRT2);
  let reach = 0;
  for (let i = 0; i < positions.length; i += 3)
    reach = Math.max(reach, Math.hypot(positions[i], positions[i + 1], positions[i + 2]));
  const span = 2 * (reach + 4 * sigma);
  const voxelSize = Math.max(resolution / SAMPLING, span / LARGEST);
  const D = 2 * Math.ceil(span / voxelSize / 2);
  return {map: densityMap(positions, weights, Math.max(sigma, 0.7 * voxelSize), D, voxelSize), D, voxelSize};
}
