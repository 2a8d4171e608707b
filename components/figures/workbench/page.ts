/** Page `workbench`: a reader's run is opened, looked at, given a prior. A figure that fails becomes its message and leaves the others alone. */
import type {Pool} from "../../compute/pool.js";
import {gaussianLatents} from "../../jobs/gaussianLatents.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {OpenedRun} from "../../jobs/run/assemble.js";
import {h} from "../dom.js";
import {guard} from "../guard.js";
import {latentFigure} from "../latentFigure.js";
import type {Chosen, Latents, Live, PriorState} from "../priorState.js";
import {resampleControl} from "../resampleControl.js";
import {store} from "../store.js";
import {trainingFigure} from "../trainingFigure.js";
import {umapFigure} from "../umapFigure.js";
import {urlState} from "../urlState.js";
import {comparison} from "./comparison.js";
import {openControl} from "./openControl.js";
import {readerRun, type ReaderRun} from "./readerRun.js";

/** Points of each kind that are drawn at most. */
const SHOWN = 20_000;

export function workbenchPage(workers: Pool<NotebookJobs>) {
  const control = openControl(workers);
  return {
    open: control,
    of: (opened: OpenedRun | null) => figuresOf(opened, workers),
    dispose() {
      control.dispose();
      workers.close();
    }
  };
}

function figuresOf(opened: OpenedRun | null, workers: Pool<NotebookJobs>) {
  const nothing = () => h("p", {class: "note-small"}, "Open a run above: this needs its latents.");
  if (!opened?.latents) return {latent: nothing, maps: nothing, umap: nothing, train: nothing, resample: nothing, comparison: nothing, dispose() {}}; // prettier-ignore
  const run = readerRun(opened);
  let latents: Promise<Latents> | undefined;
  const state: PriorState = {
    run,
    workers,
    seed: store(urlState.number("seed", 2, 0, 2 ** 31)),
    chosen: store<Chosen>({kind: "encodings", index: 0}),
    live: store<Live | undefined>(undefined),
    latents: () => (latents ??= load(run)),
    trained: run.take
  };
  const ends: (() => void)[] = [];
  let plotted: Promise<HTMLElement> | undefined;
  return {
    latent: () => (plotted = guard("The scatter plot", () => latentFigure(state))),
    maps: () =>
      guard("The map", async () => {
        await plotted;
        const {mapFigure} = await import("../mapFigure.js");
        return mapFigure(state);
      }),
    umap: () => umapFigure(state),
    train() {
      const {element, dispose} = trainingFigure(state);
      ends.push(dispose);
      return element;
    },
    resample: () => resampleControl(state),
    comparison() {
      const {element, dispose} = comparison(state);
      ends.push(dispose);
      return element;
    },
    dispose() {
      for (const end of ends) end();
    }
  };
}

async function load(run: ReaderRun): Promise<Latents> {
  const [axes, heldOut] = await Promise.all([run.axes(), run.heldOut()]);
  const {d} = heldOut;
  return {
    d,
    heldOut,
    axes,
    encodings: heldOut.z.subarray(0, SHOWN * d),
    prior: new Float32Array(0),
    gaussian: Float32Array.from(gaussianLatents(Math.min(SHOWN, heldOut.m), d, 1)),
    gaussianSeed: 1
  };
}
