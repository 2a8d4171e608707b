import {groupNames, groupOf, hingeAngle, hingeDegrees, type Motion} from "../cryoem/motion.js";

/** One number that says how far a motion has gone from one state to another, and how it is averaged over encodings. */
export interface StateCoordinate {
  /** What it is, for an axis. */
  label: string;
  unit: "°" | "";
  /** Of a coordinate on a circle, in its unit. */
  period?: number;
  /** Numbers of a state that are averaged. */
  columns: number;
  of(state: number): number[];
  /** The coordinate, from averages of these numbers. */
  read(averages: ArrayLike<number>): number;
}

/**
 * The hinge's angle in degrees, that of the mean direction on a circle, with a closed state at 0; of an assembly, whose classes have no order, the part
 * that is of the class of B.
 * @param b state of the path's end
 */
export function stateCoordinate(motion: Motion, b: number): StateCoordinate {
  const degrees = 180 / Math.PI;
  switch (motion.type) {
    case "assembly": {
      const group = groupOf(motion, b);
      return {
        label: `part of ${groupNames(motion)[group]} among the neighbours`,
        unit: "",
        columns: 1,
        of: (state) => [groupOf(motion, state) === group ? 1 : 0],
        read: (averages) => averages[0]
      };
    }
    case "circle":
      return {
        label: "hinge angle",
        unit: "°",
        period: 360,
        columns: 2,
        of: (state) => [Math.cos(hingeAngle(motion, state)), Math.sin(hingeAngle(motion, state))],
        read: (averages) => degrees * Math.atan2(averages[1], averages[0])
      };
    default:
      return {
        label: motion.type === "opening" ? "opening angle, closed at 0" : "hinge angle",
        unit: "°",
        columns: 1,
        of: (state) => [hingeDegrees(motion, state)],
        read: (averages) => averages[0]
      };
  }
}

/** The numbers of every row's state [n, columns]. */
export function coordinateColumns({columns, of}: StateCoordinate, states: ArrayLike<number>): Float64Array {
  const known: number[][] = [];
  const out = new Float64Array(states.length * columns);
  for (let i = 0; i < states.length; ++i) out.set((known[states[i]] ??= of(states[i])), i * columns);
  return out;
}
