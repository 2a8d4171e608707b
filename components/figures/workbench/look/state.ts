/** What the views of a reader's latents share: which rows are selected, what they are coloured by, which latent is shown as a map. */
import type {Pool} from "../../../compute/pool.js";
import type {NotebookJobs} from "../../../jobs/jobs.js";
import type {OpenedRun} from "../../../jobs/run/assemble.js";
import {store, type Store} from "../../store.js";
import {urlState} from "../../urlState.js";
import type {ShownPoint} from "../shownPoint.js";
import {oneColor, type Colouring} from "./colouring.js";
import {lookAxes, type LookAxes} from "./lookAxes.js";

export type OpenedLatents = NonNullable<OpenedRun["latents"]>;

/** Rows that are selected: a mark for each [n], and how many. */
export interface Selection {
  marks: Uint8Array;
  count: number;
}

/** Whether what is marked now replaces the selection, is added to it or taken from it. */
export type HowToSelect = "replace" | "add" | "remove";

/** What a press or a drag on a plane does. */
export const tools = ["pick", "anywhere", "box", "lasso"] as const;
export type Tool = (typeof tools)[number];

/** How far from others an outlier is, at first. */
export const LIMIT = 1.5;

export interface Look {
  opened: OpenedRun;
  latents: OpenedLatents;
  workers: Pool<NotebookJobs>;
  axes: LookAxes;
  selection: Store<Selection>;
  colouring: Store<Colouring>;
  tool: Store<Tool>;
  /** The latent whose map is shown, and its row where it is a particle's. */
  point: Store<ShownPoint | undefined>;
  row: Store<number | undefined>;
  /** How far each row is from others [n], as `isolation` has it; empty until it is known. */
  far: Store<Float32Array>;
  /** Rows farther than this are outliers. */
  limit: Store<number>;
}

export const noSelection = (n: number): Selection => ({marks: new Uint8Array(n), count: 0});

export function lookState(opened: OpenedRun, latents: OpenedLatents, workers: Pool<NotebookJobs>): Look {
  return {
    opened,
    latents,
    workers,
    axes: lookAxes(latents),
    selection: store(noSelection(latents.n)),
    colouring: store(oneColor(latents.n)),
    tool: store(urlState.text("tool", "pick", tools) as Tool),
    point: store<ShownPoint | undefined>(undefined),
    row: store<number | undefined>(undefined),
    far: store(new Float32Array(0)),
    limit: store(urlState.number("limit", LIMIT, 0.5, 100))
  };
}

/** Selects the rows that a test holds for. */
export function select(look: Look, holds: (row: number) => boolean, how: HowToSelect = "replace"): void {
  const {n} = look.latents;
  const marks = how === "replace" ? new Uint8Array(n) : look.selection.value.marks.slice();
  const mark = how === "remove" ? 0 : 1;
  for (let i = 0; i < n; ++i) if (holds(i)) marks[i] = mark;
  let count = 0;
  for (let i = 0; i < n; ++i) count += marks[i];
  look.selection.set({marks, count});
}

/** The rows that are selected, or those that are not, rising. */
export function selectedRows({marks, count}: Selection, selected = true): Int32Array {
  const rows = new Int32Array(selected ? count : marks.length - count);
  let at = 0;
  for (let i = 0; i < marks.length; ++i) if (Boolean(marks[i]) === selected) rows[at++] = i;
  return rows;
}

/** Shows the map of a particle. */
export function showRow(look: Look, row: number): void {
  const {z, d, name} = look.latents;
  const {images} = look.opened;
  const image = images ? `, image ${images[row].toLocaleString("en")} of the stack` : "";
  look.row.set(row);
  look.point.set({
    z: z.slice(row * d, (row + 1) * d),
    what: `Latent ${row.toLocaleString("en")} of ${name}${image}`,
    color: "--series-encodings"
  });
}
