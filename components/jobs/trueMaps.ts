import {correlation, mapVector, sphere, varyingVoxels} from "../analysis/mapCorrelation.js";
import {conformation, occupied, stateCount} from "../cryoem/motion.js";
import type {Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {densityMap} from "../cryoem/volume.js";

/**
 * Width of the Gaussian that maps are smoothed with before they are compared or drawn, voxels. A decoded map ends sharply
 * at its Nyquist frequency and a true one does not; smoothed by this, both have next to nothing left there (4%).
 */
export const SMOOTHING = 0.8;

/** Å a voxel of a map of `box` voxels a side over the recipe's field of view. */
export const voxelSize = (recipe: Recipe, box: number): number => (recipe.boxSize * recipe.pixelSize) / box;

/** The true map of a state (0 .. states - 1; fractions allowed over an arc or a circle), smoothed, [box, box, box]. */
export function trueMap(
  {recipe, structure}: {recipe: Recipe; structure: Structure},
  state: number,
  box: number
) {
  const voxel = voxelSize(recipe, box);
  const sigma = Math.hypot(structure.sigma, SMOOTHING * voxel);
  const {motion} = recipe;
  const positions = conformation(structure, motion, state);
  return densityMap(positions, occupied(structure, motion, state), sigma, box, voxel);
}

/** Part of the largest deviation over the states from which on a voxel counts as moving. */
const MOVING = 0.25;

/** How a decoded map compares with the true map nearest to it. */
export interface Nearest {
  state: number;
  /** Correlation over the voxels that move, by which the state was chosen. */
  moving: number;
  /** Correlation within the sphere of radius box/2. */
  whole: number;
}

/** The true maps of all states of a recipe at one box, to find the one nearest to a decoded map. */
export class TrueMaps {
  private readonly ball: Int32Array;
  private readonly mask: Int32Array;
  private readonly vectors: {moving: Float32Array; whole: Float32Array}[];

  constructor(
    readonly scene: {recipe: Recipe; structure: Structure},
    readonly box: number
  ) {
    const states = stateCount(scene.recipe.motion);
    const maps = Array.from({length: states}, (_, state) => trueMap(scene, state, box));
    this.ball = sphere(box);
    const moving = states > 1 ? varyingVoxels(maps, MOVING) : this.ball;
    this.mask = moving.length ? moving : this.ball;
    this.vectors = maps.map((map) => ({moving: mapVector(map, this.mask), whole: mapVector(map, this.ball)}));
  }

  /** The state whose map correlates best with a smoothed map [box, box, box] where the states differ. */
  nearest(smooth: Float32Array): Nearest {
    const vector = mapVector(smooth, this.mask);
    let best = {state: 0, moving: -Infinity};
    this.vectors.forEach((other, state) => {
      const moving = correlation(vector, other.moving);
      if (moving > best.moving) best = {state, moving};
    });
    return {...best, whole: correlation(mapVector(smooth, this.ball), this.vectors[best.state].whole)};
  }

  /** How a smoothed map [box, box, box] compares with the map of one state. */
  compare(smooth: Float32Array, state: number): Nearest {
    const {moving, whole} = this.vectors[state];
    return {
      state,
      moving: correlation(mapVector(smooth, this.mask), moving),
      whole: correlation(mapVector(smooth, this.ball), whole)
    };
  }
}

const kept = new WeakMap<Structure, Map<number, TrueMaps>>();

/** The true maps of a scene at a box; kept as long as the structure is. */
export function trueMapsOf(scene: {recipe: Recipe; structure: Structure}, box: number): TrueMaps {
  const byBox = kept.get(scene.structure) ?? new Map<number, TrueMaps>();
  kept.set(scene.structure, byBox);
  const found = byBox.get(box) ?? new TrueMaps(scene, box);
  byBox.set(box, found);
  return found;
}
