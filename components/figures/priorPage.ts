/**
 * The figures of page `prior` and what they share: which points there are, which one is chosen, what was computed live.
 * A figure is a promise of an element; one that fails becomes its message and leaves the others alone.
 */
import type {Pool} from "../compute/pool.js";
import {gaussianLatents} from "../jobs/gaussianLatents.js";
import type {NotebookJobs} from "../jobs/jobs.js";
import {comparisonFigure} from "./comparisonFigure.js";
import {guard} from "./guard.js";
import {latentFigure} from "./latentFigure.js";
import {setsTable} from "./setsTable.js";
import {resampleControl} from "./resampleControl.js";
import {kinds, type Chosen, type Latents, type Live, type PriorState} from "./priorState.js";
import type {TrainedRun} from "./shippedRun.js";
import {store} from "./store.js";
import {trainingFigure} from "./trainingFigure.js";
import {umapFigure} from "./umapFigure.js";
import {urlState} from "./urlState.js";

/** Points of each set that are drawn at most. */
const SHOWN = 5000;

export function priorPage(run: TrainedRun, workers: Pool<NotebookJobs>) {
  const [kind, index] = urlState.text("point", "").split(/-(?=\d+$)/);
  const first: Chosen = {
    kind: kinds.find((k) => k === kind) ?? "encodings",
    index: index ? Number(index) : 0
  };
  let latents: Promise<Latents> | undefined;
  const state: PriorState = {
    run,
    workers,
    seed: store(urlState.number("seed", 2, 0, 2 ** 31)),
    chosen: store(first),
    live: store<Live | undefined>(undefined),
    latents: () => (latents ??= load(run))
  };
  state.chosen.subscribe(({kind, index}) => {
    if (state.chosen.value !== first) urlState.set({point: `${kind}-${index}`});
  });
  state.seed.subscribe((seed) => {
    if (seed !== 2 || urlState.text("seed", "") !== "") urlState.set({seed});
  });
  // The scatter plot comes first; what needs three.js, threads or Plot follows once it stands, so that the page answers soon.
  let plotted: Promise<HTMLElement> | undefined;
  let training: ReturnType<typeof trainingFigure> | undefined;
  return {
    latent: () => (plotted = guard("The scatter plot", () => latentFigure(state))),
    maps: () =>
      guard("The map", async () => {
        await plotted;
        const {mapFigure} = await import("./mapFigure.js");
        return mapFigure(state);
      }),
    umap: () => umapFigure(state),
    resample: () => resampleControl(state),
    train: () => (training = trainingFigure(state)).element,
    comparison: () => guard("The table", () => comparisonFigure(state)),
    sets: () => guard("The table of the sets", setsTable),
    states: () =>
      guard("The states", async () => {
        const {stateFigure} = await import("./stateFigure.js");
        return stateFigure(state);
      }),
    correlations: () =>
      guard("The correlations", async () => {
        await plotted;
        const {correlationFigure} = await import("./correlationFigure.js");
        return correlationFigure(state);
      }),
    dispose() {
      training?.dispose();
      workers.close();
    }
  };
}

async function load(run: TrainedRun): Promise<Latents> {
  const [axes, heldOut, samples] = await Promise.all([run.axes(), run.heldOut(), run.samples()]);
  const {d} = heldOut;
  const {seed} = await run.evaluation();
  return {
    d,
    heldOut,
    axes,
    encodings: heldOut.z.subarray(0, SHOWN * d),
    prior: samples.subarray(0, SHOWN * d),
    gaussian: Float32Array.from(gaussianLatents(SHOWN, d, seed)),
    gaussianSeed: seed,
    priorSource: {kind: "shipped", detail: `prior samples: npm run evaluate, seed ${seed}`}
  };
}
