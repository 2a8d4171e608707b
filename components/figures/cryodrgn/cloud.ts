/** Encodings in a plane, coloured by what is true of them, and one more point: the particle. */
import {groupNames, groupOf, type Motion} from "../../cryoem/motion.js";
import {cssColor} from "../dom.js";
import {stateColor, stateKey} from "../interpolation/stateBins.js";
import type {ScatterOptions} from "../scatter.js";
import type {ShownEncodings} from "../encodings.js";

export interface Cloud {
  /** For `scatter`: a set for each group of states, then the particle alone. */
  sets: ScatterOptions["sets"];
  /** Encodings of each set, by their rows. */
  rows: Int32Array[];
  /** Place of an encoding, or of the particle where there is no row. */
  place(row: number | undefined): {set: number; index: number};
}

/** The state in the middle of some encodings'. */
function medianOf(rows: ArrayLike<number>, states: Int32Array): number {
  const sorted = Int32Array.from(rows, (i) => states[i]).sort();
  return sorted[sorted.length >> 1];
}

/**
 * @param points [m, 2] of the first m encodings
 * @param particle [2], if it is known
 */
export function cloudOf(
  {states, motion}: ShownEncodings,
  points: Float32Array,
  particle?: ArrayLike<number>
): Cloud {
  const m = points.length / 2;
  const names = states && motion ? groupNames(motion) : ["all"];
  const members: number[][] = names.map(() => []);
  for (let i = 0; i < m; ++i) members[states && motion ? groupOf(motion, states[i]) : 0].push(i);
  const rows = members.map((of) => Int32Array.from(of));
  const sets: ScatterOptions["sets"] = rows.map((of, g) => {
    const own = new Float32Array(2 * of.length);
    of.forEach((i, k) => own.set(points.subarray(2 * i, 2 * i + 2), 2 * k));
    const middle =
      states && motion && of.length ? stateColor(motion, medianOf(of, states)) : "--series-encodings";
    return {
      name: names.length > 1 ? names[g] : "encodings",
      points: own,
      // one colour stands for a group in the legend; for a whole scale none does
      color: names.length > 1 || !motion ? middle : "--theme-foreground-muted",
      colors: states && motion ? Array.from(of, (i) => cssColor(stateColor(motion, states[i]))) : undefined
    };
  });
  sets.push({
    name: "this particle",
    points: Float32Array.from(particle ?? []),
    color: "--series-live",
    size: 3
  });
  const setOf = new Int32Array(m);
  const indexIn = new Int32Array(m);
  rows.forEach((of, g) =>
    of.forEach((i, k) => {
      setOf[i] = g;
      indexIn[i] = k;
    })
  );
  return {
    sets,
    rows,
    place: (row) =>
      row !== undefined && row < m ? {set: setOf[row], index: indexIn[row]} : {set: rows.length, index: 0}
  };
}

/** What the colours mean, where the legend's names of groups do not say it. */
export const keyOf = (motion: Motion | undefined): HTMLElement =>
  stateKey(motion?.type === "assembly" ? undefined : motion);
