import {isosurface, type Isosurface} from "../analysis/isosurface.js";
import {moments} from "../cryoem/imageSteps.js";
import {resolutionMap} from "../cryoem/resolutionMap.js";

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
      /** Å; see resolutionMap. */
      resolution: number;
    }
  | {map: Float32Array; D: number; voxelSize: number}
);

/** A surface in Å, around the origin. */
export type Surface = Isosurface & {level: number};

/** Largest box that is contoured: a finer map is more triangles than a page turns smoothly. */
const LARGEST = 128;

/** The surface of a structure or a map at a level of its own. */
export function surface(input: SurfaceInput): Surface {
  const {map, D, voxelSize} = "map" in input ? input : density(input);
  const {mean, variance} = moments(map);
  const level = mean + input.level * Math.sqrt(variance);
  return {...isosurface(map, D, level, voxelSize), level};
}

function density({positions, weights, resolution}: Extract<SurfaceInput, {positions: unknown}>) {
  let reach = 0;
  for (let i = 0; i < positions.length; i += 3)
    reach = Math.max(reach, Math.hypot(positions[i], positions[i + 1], positions[i + 2]));
  const {box: D, ...boxed} = resolutionMap(positions, weights, resolution, reach, LARGEST);
  return {D, ...boxed};
}
