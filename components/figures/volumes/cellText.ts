import {
  describeState,
  groupNames,
  groupOf,
  hasAngle,
  hingeDegrees,
  type Motion
} from "../../cryoem/motion.js";
import {median} from "../stripPlot.js";
import type {Cell, Row} from "./rows.js";

/** A state in a word: its angle, or the name of its class. */
export function shortState(motion: Motion, state: number): string {
  const group = groupOf(motion, state);
  return hasAngle(motion, group)
    ? `${hingeDegrees(motion, state).toFixed(0)}°`
    : (groupNames(motion)[group] ?? "");
}

/** What stands below a cell: the state of its nearest true map, and how it correlates with it where the states differ. */
export function cellWords({index, nearest}: Cell, motion: Motion | undefined): {state: string; r: string} {
  if (!motion) return {state: `no. ${index}`, r: ""};
  return nearest
    ? {state: shortState(motion, nearest.state), r: nearest.moving.toFixed(3)}
    : {state: "…", r: ""};
}

/** A cell in a sentence, for readers who can't see it. */
export function cellSentence({row, index, state, nearest}: Cell, motion: Motion | undefined): string {
  const name =
    state !== undefined && motion
      ? `${row.title}: state ${state}, ${describeState(motion, state)}`
      : `${row.title}, number ${index}`;
  if (!nearest || !motion) return name;
  const r = `correlation ${nearest.moving.toFixed(3)} where the states differ`;
  return state === undefined
    ? `${name}: nearest state ${nearest.state}, ${describeState(motion, nearest.state)}, ${r}`
    : `${name}, ${r}`;
}

/** Median correlation of a row, once all of it is compared. */
export function rowMedian({cells}: Row): number | undefined {
  const known = cells.flatMap(({nearest}) => (nearest ? [nearest.moving] : []));
  return known.length > 0 && known.length === cells.length ? median(known) : undefined;
}

/** What a row is, in the line above it. */
export function rowWords(row: Row, motion: Motion | undefined): {title: string; numbers: string} {
  const {kind, cells} = row;
  const what = {
    truth: `${cells.length} states${motion?.type === "assembly" || motion?.type === "opening" ? ", as often as they come" : ""}`,
    encodings: `${cells.length} of real images`,
    prior: `${cells.length} samples`,
    gaussian: `${cells.length} samples`
  }[kind];
  const r = rowMedian(row);
  return {
    title: cells.length > 0 ? `${row.title}, ${what}` : row.title,
    numbers: r === undefined ? "" : `median correlation ${r.toFixed(3)}`
  };
}
