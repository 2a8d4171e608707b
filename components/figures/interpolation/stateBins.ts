import {groupNames, groupOf, hingeAngle, stateCount, type Motion} from "../../cryoem/motion.js";
import {h} from "../dom.js";

/** Colours that states are drawn in: as many steps of one scale. */
export const BINS = 10;

/** The colour of a state, a CSS variable: along a scale, around a closed one on a circle, one a class of an assembly. */
export function stateColor(motion: Motion, state: number): string {
  const last = Math.max(1, stateCount(motion) - 1);
  const step = (part: number) => Math.min(BINS - 1, Math.floor(BINS * part));
  switch (motion.type) {
    case "circle":
      return `--cycle-${step(state / motion.states)}`;
    case "assembly":
      return `--ramp-${Math.round(((BINS - 1) * groupOf(motion, state)) / last)}`;
    case "opening": {
      if (state === 0) return "--ramp-0";
      const {from, to} = motion;
      return `--ramp-${2 + Math.round((BINS - 3) * (to > from ? (hingeAngle(motion, state) - from) / (to - from) : 1))}`;
    }
    default:
      return `--ramp-${step(state / last)}`;
  }
}

/** What the colours mean. */
export function stateKey(motion: Motion | undefined): HTMLElement {
  if (!motion) return h("span", {});
  if (motion.type === "assembly")
    return h(
      "div",
      {class: "line-legend"},
      ...groupNames(motion).map((name, k) => h("span", {}, h("span", {class: "line-swatch of-dots", style: `--color:var(${stateColor(motion, k)});background:var(${stateColor(motion, k)})`}), name)) // prettier-ignore
    );
  const last = stateCount(motion) - 1;
  const ends = motion.type === "opening" ? ["closed", "wide open"] : ["state 0", `state ${last}`];
  return h("div", {class: "color-key path-key"}, ends[0], h("span", {class: motion.type === "circle" ? "ramp cycle" : "ramp"}), ends[1]); // prettier-ignore
}
