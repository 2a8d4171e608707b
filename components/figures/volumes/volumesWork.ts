import type {JobContext} from "../../compute/job.js";
import {FOLLOW} from "../worker.js";
import {COMPARED, rowMaps} from "./rowMaps.js";
import {COUNT, drawnPriorRow, firstRow, gaussianRow, shippedPriorRow, type Cell, type Row} from "./rows.js";
import type {VolumesState} from "./volumesState.js";

type Context = Pick<JobContext, "signal" | "progress">;

export interface VolumesWork {
  /** Fills the rows: with the samples that ship, or with those of a seed; and makes what maps are missing, coarse, and compares them. */
  load(seed: number | undefined, context: Context): Promise<void>;
  /** Makes the maps of all rows at a box, without comparing them again. */
  refine(box: number, context: Context): Promise<void>;
}

/** The work behind the figure. Every row is made on a thread of its own; what fails in one stays there. */
export async function volumesWork(state: VolumesState, changed: (cell: Cell) => void): Promise<VolumesWork> {
  const {run, workers, rows, files} = state;
  const [{vae, recipe}, {zdim}] = await Promise.all([files(), run.about()]);

  async function maps(box: number, compare: boolean, {signal, progress}: Context) {
    const lacks = ({map, nearest}: Cell) => (compare ? !map || (recipe && !nearest) : map && map.box !== box);
    const missing = rows.value.map(({cells}) => cells.filter(lacks));
    const all = missing.flat();
    const made = () => progress(all.length - all.filter(lacks).length, all.length);
    const one = async (row: Row, cells: Cell[]) => {
      const told = (cell: Cell) => {
        changed(cell);
        made();
      };
      try {
        await rowMaps(cells, {workers, vae, recipe, name: run.name, box, compare, signal, changed: told});
      } catch (error) {
        if (signal.aborted) throw error;
        row.trouble = (error as Error).message;
        rows.set(rows.value);
      }
    };
    await Promise.all(rows.value.map((row, k) => one(row, missing[k])));
  }
  let shipped: readonly Row[] | undefined; // kept with their maps, for who comes back to them
  const draw = (seed: number, signal: AbortSignal) => async () => {
    const prior = await run.prior();
    const options = {signal, priority: FOLLOW, affinity: `${run.name}, samples`};
    return (await workers.run("samplePrior", {prior, n: COUNT, seed}, options)).z;
  };
  return {
    async load(seed, context) {
      const {signal} = context;
      const known = rows.value.find(({letter, trouble}) => letter === "A" && !trouble);
      const samples =
        seed === undefined
          ? (shipped ?? [shippedPriorRow(run), gaussianRow(run)])
          : [drawnPriorRow(seed, zdim, draw(seed, signal)), gaussianRow(run, seed)];
      const [first, ...others] = await Promise.all([known ?? firstRow(run), ...samples]);
      signal.throwIfAborted();
      if (seed === undefined && others.every(({trouble}) => !trouble)) shipped = others;
      rows.set([first, ...others]);
      await maps(COMPARED, true, context);
    },
    refine: (box, context) => maps(box, false, context)
  };
}
