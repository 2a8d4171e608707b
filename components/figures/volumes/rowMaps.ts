import type {Pool} from "../../compute/pool.js";
import type {NamedBytes, NamedJson} from "../../jobs/files.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {PathMap} from "../../jobs/pathMaps.js";
import {FOLLOW} from "../worker.js";
import type {Cell} from "./rows.js";

/** The box that maps are compared at with the true ones, that of a run's evaluation, and at which they are seen first. */
export const COMPARED = 32;

export interface RowMapsOptions {
  workers: Pool<NotebookJobs>;
  vae: NamedBytes;
  recipe?: NamedJson;
  /** Distinguishes the threads that keep a run's models at hand. */
  name: string;
  box: number;
  /** Whether to find the nearest true map of each. */
  compare: boolean;
  signal: AbortSignal;
  /** Told of each cell that has a new map or a comparison. */
  changed(cell: Cell): void;
}

/** Makes the maps of some cells of one row, and writes them there. */
export async function rowMaps(cells: readonly Cell[], options: RowMapsOptions): Promise<void> {
  const {workers, vae, recipe, name, box, compare, signal, changed} = options;
  if (cells.length === 0) return;
  const {letter, kind} = cells[0].row;
  const take = ({index, ...map}: PathMap) => {
    const cell = cells[index];
    cell.map = {index: cell.index, ...map};
    cell.nearest = map.nearest ?? cell.nearest;
    changed(cell);
  };
  const common = {signal, affinity: `${name}, volumes ${letter}`, onPartial: take};
  if (kind === "truth") {
    const states = Int32Array.from(cells, ({state}) => state!);
    const nearest = await workers.run(
      "stateMaps",
      {recipe: recipe!, states, box, compare},
      {...common, priority: FOLLOW}
    );
    nearest?.forEach((found, i) => {
      cells[i].nearest = found;
      changed(cells[i]);
    });
  } else {
    const z = cells.flatMap((cell) => Array.from(cell.z!));
    await workers.run("pathMaps", {vae, recipe: compare ? recipe : undefined, z, box}, common);
  }
}
