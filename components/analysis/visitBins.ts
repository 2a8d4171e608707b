import {groupNames, groupOf, hingeDegrees, stateCount, type Motion} from "../cryoem/motion.js";

/** Few groups of a motion's states, as many as a walk of some thousand steps can tell the shares of. */
export interface VisitBins {
  /** What the bins are called. */
  names: string[];
  /** The bin of each state [states]. */
  of: Int32Array;
}

/**
 * States in bins: the classes of an assembly as they are, else neighbours together, so that there are about `most` bins. A closed state
 * stays alone, and each domain's open ones stay together.
 */
export function visitBins(motion: Motion, most = 10): VisitBins {
  const K = stateCount(motion);
  const names: string[] = [];
  const of = new Int32Array(K);
  const groups = groupNames(motion);
  if (motion.type === "assembly") {
    for (let k = 0; k < K; ++k) of[k] = groupOf(motion, k);
    return {names: groups, of};
  }
  const closed = motion.type === "opening" ? 1 : 0;
  if (closed) names.push(groups[0]);
  const perGroup = Math.max(1, Math.floor((most - closed) / (groups.length - closed)));
  for (let group = closed; group < groups.length; ++group) {
    const states = Array.from({length: K}, (_, k) => k).filter((k) => groupOf(motion, k) === group);
    const bins = Math.min(perGroup, states.length);
    const first = names.length;
    const members = Array.from({length: bins}, () => [] as number[]);
    states.forEach((state, i) => {
      const bin = Math.floor((i * bins) / states.length);
      of[state] = first + bin;
      members[bin].push(state);
    });
    const name = closed ? `${groups[group]} by ` : "";
    for (const bin of members) {
      const [low, high] = [bin[0], bin[bin.length - 1]].map((k) => hingeDegrees(motion, k).toFixed(0).replace("-", "−")); // prettier-ignore
      names.push(`${name}${low === high ? low : `${low} to ${high}`}°`);
    }
  }
  return {names, of};
}

/** The bins of some states [n]. */
export const binsOf = ({of}: VisitBins, states: ArrayLike<number>): Int32Array =>
  Int32Array.from(states, (state) => of[state]);
