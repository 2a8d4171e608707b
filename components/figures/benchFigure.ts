import type {Measured} from "../jobs/bench/plan.js";
import {backendsHere} from "./benchBackends.js";
import {benchControl} from "./benchControl.js";
import {environment, environmentText} from "./benchEnvironment.js";
import {runBench} from "./benchRun.js";
import {measurementsOf, settingsFromUrl, settingsToUrl} from "./benchSettings.js";
import {measuredRows, type BenchState} from "./benchState.js";
import {benchTable} from "./benchTable.js";
import {h} from "./dom.js";
import {csvBlob, type Download} from "./download.js";
import {figure} from "./figure.js";
import {provenanceLabel} from "./provenance.js";
import type {TrainedRun} from "./shippedRun.js";
import {store} from "./store.js";

/** Seconds that threads and networks take to start, about, for the guess of how long all will take. */
const STARTING = 1.5;

/**
 * Measures the works on this machine, when asked to.
 * @param run whose prior is sampled and whose recipe is simulated
 * @param closed aborted when the page is left
 */
export async function benchFigure(run: TrainedRun, closed: AbortSignal): Promise<HTMLElement> {
  const here = await backendsHere();
  const where = environment();
  const settings = store(settingsFromUrl(here));
  const asked = () => measurementsOf(settings.value, where).map((measurement) => ({measurement}));
  const state = store<BenchState>({rows: asked(), running: false});
  const guess = h("p", {class: "note-small"});
  settings.subscribe((now) => {
    settingsToUrl(now, here);
    const rows = asked();
    const seconds = rows.length * ((4 / 3) * now.seconds + STARTING);
    guess.textContent = `A run takes ${rows.length} measurements, about ${seconds.toFixed(0)} s.`;
    if (!state.value.made) state.set({rows, running: false});
  });
  const shown = h("div", {});
  state.subscribe((now) => {
    const {began, seconds} = now.made ?? {};
    const when = began
      ? `${began.toISOString().slice(0, 16).replace("T", " ")} UTC, ${seconds} s each`
      : "nothing measured yet";
    shown.replaceChildren(
      h("div", {class: "table-scroll"}, benchTable(now)),
      provenanceLabel({kind: "live", detail: `${when}; ${environmentText(where)}`})
    );
  });
  const control = benchControl(settings, here, ({signal, progress}) =>
    runBench(state, asked(), {
      seconds: settings.value.seconds,
      run,
      signal: AbortSignal.any([signal, closed]),
      progress
    })
  );
  return figure([control, guess, shown], {
    provenance: [],
    files: resultFiles(() => measuredRows(state.value.rows))
  });
}

/** The measured rates as files; JSON as `npm run bench -- --json` writes it. */
const resultFiles = (results: () => Measured[]): Download[] => [
  {
    label: "JSON",
    name: "bench.json",
    make: () => new Blob([JSON.stringify(results(), null, 2) + "\n"], {type: "application/json"})
  },
  {
    label: "CSV",
    name: "bench.csv",
    make: () =>
      csvBlob(
        ["work", "backend", "threads", "value", "unit"],
        results().map((r) => [r.work, r.backend, r.threads, r.value, r.unit])
      )
  }
];
