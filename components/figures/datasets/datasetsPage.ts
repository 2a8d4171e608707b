/** The figures of page `datasets`: one set is open at a time, one selection of its images is shared by all. */
import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {guard} from "../guard.js";
import {closeUpFigure} from "./closeUpFigure.js";
import {datasetsState} from "./datasetsState.js";
import {explorerFigure} from "./explorerFigure.js";
import {galleryFigure} from "./galleryFigure.js";
import {sampleFigure} from "./sampleFigure.js";
import type {SetFiles} from "./sets.js";
import {setTable, type OurSet, type TrainedRecord} from "./setTable.js";

export function datasetsPage(sets: SetFiles[], workers: Pool<NotebookJobs>) {
  const state = datasetsState(sets, workers);
  const made: {dispose(): void}[] = [];
  const keep = <T extends {element: HTMLElement; dispose(): void}>(figure: T): HTMLElement => {
    made.push(figure);
    return figure.element;
  };
  return {
    table: () =>
      guard("The table", async () => {
        const ours = await Promise.all(
          sets.map(async ({name, provenance}): Promise<[string, OurSet]> => {
            const {recipe} = await state.small(name);
            return [name, {recipe, provenance: provenance && ((await provenance.json()) as TrainedRecord)}];
          })
        );
        return setTable(new Map(ours));
      }),
    explorer: () => guard("The explorer", () => keep(explorerFigure(state))),
    gallery: () => guard("The gallery", () => keep(galleryFigure(state))),
    closeUp: () => guard("The close-up", () => keep(closeUpFigure(state))),
    sample: () => guard("The sample", () => sampleFigure(state)),
    dispose() {
      for (const figure of made) figure.dispose();
      state.dispose();
    }
  };
}
