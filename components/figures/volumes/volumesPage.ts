/**
 * The figures of page `volumes` and what they share. A figure is a promise of an element; one that fails becomes its message and leaves
 * the others alone.
 */
import type {Pool} from "../../compute/pool.js";
import type {Motion} from "../../cryoem/motion.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {guard} from "../guard.js";
import type {TrainedRun} from "../shippedRun.js";
import {store} from "../store.js";
import {urlState} from "../urlState.js";
import type {Row} from "./rows.js";
import {chosenAtFirst, LEVEL, type VolumesState} from "./volumesState.js";

export function volumesPage(run: TrainedRun, workers: Pool<NotebookJobs>) {
  const first = chosenAtFirst();
  const state: VolumesState = {
    run,
    workers,
    level: store(urlState.number("level", LEVEL.first, LEVEL.min, LEVEL.max)),
    chosen: store(first),
    rows: store<readonly Row[]>([]),
    ready: store(false),
    async files() {
      const [vae, {has}] = await Promise.all([run.vae(), run.about()]);
      if (!has.includes("recipe.json")) return {vae};
      const recipe = await run.recipe();
      return {vae, recipe, motion: (recipe.json as {motion: Motion}).motion};
    }
  };
  const ends: (() => void)[] = [
    state.level.subscribe((level) => urlState.set({level: level === LEVEL.first ? undefined : level})),
    state.chosen.subscribe(({letter, index}) => {
      if (state.chosen.value !== first) urlState.set({cell: `${letter}-${index}`});
    })
  ];
  let grid: Promise<HTMLElement> | undefined;
  return {
    grid: () =>
      (grid = guard("The figure", async () => {
        const {volumesFigure} = await import("./volumesFigure.js");
        const {element, dispose} = await volumesFigure(state);
        ends.push(dispose);
        return element;
      })),
    cell: () =>
      guard("The map", async () => {
        await grid;
        const {cellFigure} = await import("./cellFigure.js");
        const {element, dispose} = await cellFigure(state);
        ends.push(dispose);
        return element;
      }),
    dispose() {
      for (const end of ends) end();
      workers.close();
    }
  };
}
