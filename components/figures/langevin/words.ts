import {describeState} from "../../cryoem/motion.js";
import type {ShownEncodings} from "../encodings.js";
import {OFF, placeOf, timeText, type SetWalk} from "./walk.js";

/** Where the head of a walk is, in words. */
export function headText(walk: SetWalk, head: number, {motion}: ShownEncodings): string {
  const at = placeOf(walk, head);
  const where = motion && walk.states ? describeState(motion, walk.states[at]) : "";
  const off = walk.quantile[at] > OFF ? "off the data" : "";
  const words = [`step ${at}`, timeText(at, walk.settings.dt), where, off].filter(Boolean);
  return words.join(", ");
}

/** How walks were made, for a label. */
export const madeText = ({settings: {dt, kind, seed}}: Pick<SetWalk, "settings">): string =>
  `${kind === "euler" ? "Euler's" : "exact"} steps, dt = ${dt}, seed ${seed}, decoded by the probability-flow ODE at a tolerance of 1e-3`;
