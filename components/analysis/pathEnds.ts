import {groupOf, hasAngle, hingeDegrees, populations, stateCount, type Motion} from "../cryoem/motion.js";

/** Two states that a path may go between. */
export interface StatePair {
  /** In a few words, for a menu. */
  name: string;
  a: number;
  b: number;
}

/**
 * Pairs of states that a motion has a way between, the first of them what a page shows at first: near an arc's ends and its very ends, opposite states of a
 * circle, closed and the most open, an assembly's most populated class and each of the others.
 */
export function statePairs(motion: Motion): StatePair[] {
  const n = stateCount(motion);
  const pair = (a: number, b: number, words: string) => ({a, b, name: `${words}: state ${a} to ${b}`});
  switch (motion.type) {
    case "arc": {
      const tenth = Math.round(0.1 * n);
      return [
        pair(tenth, n - 1 - tenth, "near the ends of the arc"),
        pair(0, n - 1, "its very ends"),
        pair(0, n >> 1, "half of it")
      ];
    }
    case "circle":
      return [pair(0, n >> 1, "opposite"), pair(0, n >> 2, "a quarter apart")];
    case "opening": {
      const last = motion.steps;
      const wide = pair(0, last, "closed to wide open");
      return last > 1
        ? [wide, pair(0, 1, "closed to just open"), pair(1, last, "just open to wide open")]
        : [wide];
    }
    case "assembly": {
      const law = populations(motion);
      const [most, ...others] = Array.from(law.keys()).sort((i, j) => law[j] - law[i] || i - j);
      return others.map((b) => ({
        a: most,
        b,
        name: `${motion.classes[most].name} to ${motion.classes[b].name}`
      }));
    }
  }
}

/** The row of the encodings that is nearest to the middle of a state's, the median in each dimension; undefined where there is none. */
export function middleOfState(
  z: ArrayLike<number>,
  d: number,
  states: ArrayLike<number>,
  motion: Motion,
  state: number
): number | undefined {
  const group = groupOf(motion, state);
  const all = Array.from({length: z.length / d}, (_, i) => i);
  const own = all.filter((i) => states[i] === state);
  // A state too rare to be among these encodings has the nearest of its group in its place.
  const kin = all.filter((i) => groupOf(motion, states[i]) === group);
  const near = hasAngle(motion, group) ? nearestState(kin, states, motion, state) : undefined;
  const rows = own.length > 0 ? own : near === undefined ? kin : kin.filter((i) => states[i] === near);
  return rows.length > 0 ? middleOf(z, d, rows) : undefined;
}

/** Rows near the middle of those with the 5% lowest and highest values of a coordinate, for encodings without states. */
export function farRows(z: ArrayLike<number>, d: number, along: ArrayLike<number>): {a: number; b: number} {
  const order = Array.from({length: along.length}, (_, i) => i).sort((i, j) => along[i] - along[j]);
  const part = Math.max(1, Math.round(0.05 * order.length));
  return {a: middleOf(z, d, order.slice(0, part)), b: middleOf(z, d, order.slice(-part))};
}

function nearestState(
  rows: readonly number[],
  states: ArrayLike<number>,
  motion: Motion,
  state: number
): number | undefined {
  let best: number | undefined;
  const away = (other: number) => Math.abs(hingeDegrees(motion, other) - hingeDegrees(motion, state));
  for (const row of rows) if (best === undefined || away(states[row]) < away(best)) best = states[row];
  return best;
}

/** The row that is nearest to the median of some rows. */
function middleOf(z: ArrayLike<number>, d: number, rows: readonly number[]): number {
  const middle = Array.from({length: d}, (_, c) => {
    const values = rows.map((row) => z[row * d + c]).sort((p, q) => p - q);
    return values[values.length >> 1];
  });
  let [best, least] = [rows[0], Infinity];
  for (const row of rows) {
    let q = 0;
    for (let c = 0; c < d; ++c) q += (z[row * d + c] - middle[c]) ** 2;
    if (q < least) [best, least] = [row, q];
  }
  return best;
}
