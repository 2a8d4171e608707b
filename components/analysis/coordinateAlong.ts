import {neighbourAverages} from "./neighbourAverages.js";
import type {KdTree} from "./kdTree.js";
import {smoothed} from "./slopes.js";
import {coordinateColumns, type StateCoordinate} from "./stateCoordinate.js";
import {transition, unwrap, type Transition} from "./transition.js";

/** How a state's coordinate goes along a path. */
export interface CoordinateAlong {
  /** At each point, unwrapped where it lies on a circle [m]. */
  values: Float64Array;
  /** Its transition against y, of the values smoothed along the points. */
  against: Transition;
}

/** Width of the Gaussian that a coordinate is smoothed with before its derivative is taken, in parts of the path's points. */
export const ALONG = 0.012;

/**
 * The coordinate along a path, from the encodings whose states are known: an average over the k nearest of each point.
 * @param tree of the encodings
 * @param states of its rows [n]
 * @param points of the path [m, d], at y [m]
 * @param k neighbours (default 20)
 */
export function coordinateAlong(
  coordinate: StateCoordinate,
  tree: KdTree,
  states: ArrayLike<number>,
  points: Float64Array,
  y: Float64Array,
  k = 20
): CoordinateAlong {
  const {columns, period, read} = coordinate;
  const averages = neighbourAverages(tree, coordinateColumns(coordinate, states), columns, points, k);
  const read1 = y.map((_, i) => read(averages.subarray(i * columns, (i + 1) * columns)));
  const values = period === undefined ? read1 : unwrap(read1, period);
  return {values, against: transitionAlong(values, y)};
}

/**
 * The transition of values along a path whose points lie close together where it is quick: smoothed from point to point and not from y to y, which would
 * take a sharp jump for noise.
 */
export function transitionAlong(values: Float64Array, y: Float64Array): Transition {
  const m = y.length;
  const place = y.map((_, i) => i / (m - 1));
  return transition(y, smoothed(place, values, ALONG));
}
