/** The figures of page `datasets`: one set is open at a time, one selection of its images is shared by all. */
import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {parseRecipe} from "../../cryoem/recipe.js";
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
          sets.map(async ({name, talk, files, run}): Promise<[string, OurSet]> => {
            const about = await run.about();
            // A reader's own run is not of the simulated images that the rest of the page shows.
            if (about.kind === "real") return [talk, {about}];
            const recipe = parseRecipe(await files["recipe.json"].json(), `${name}-small/recipe.json`);
            const trained = about.has.includes("provenance.json");
            return [talk, {about, recipe, provenance: trained ? ((await run.provenance()) as TrainedRecord) : undefined}]; // prettier-ignore
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
