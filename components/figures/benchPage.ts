/** The figures of page `bench`: what is measured now, and what was measured before it shipped. */
import type {Backend} from "../compute/network.js";
import {measureAll, isMeasured} from "../jobs/bench/measure.js";
import {environment, environmentText} from "./benchEnvironment.js";
import {backendsHere, measurementsOf, settingsFromUrl, settingsToUrl} from "./benchSettings.js";
import {benchControl} from "./benchControl.js";
import {measuredRows, type BenchState} from "./benchState.js";
import {benchTable} from "./benchTable.js";
import {h} from "./dom.js";
import {csvBlob, type Download} from "./download.js";
import {figure} from "./figure.js";
import {guard} from "./guard.js";
import {provenanceLabel} from "./provenance.js";
import type {RunControlOptions} from "./runControl.js";
import type {ShippedRun} from "./shippedRun.js";
import {store} from "./store.js";
import {openTrainers} from "./worker.js";

/** Seconds beyond twenty times its own after which a measurement is given up: an emulated graphics card may take minutes. */
const PATIENCE = 60;

/** Seconds that threads and networks take to start, about, for the guess of how long all will take. */
const STARTING = 1.2;

export function benchPage(run: ShippedRun) {
  const closed = new AbortController();
  return {
    measure: () => guard("The benchmark", async () => measureFigure(run, await backendsHere(), closed.signal)),
    pixels: () =>
      guard("The comparison", async () => {
        const [{pixelsFigure}, {pixelsFile}] = await Promise.all([
          import("./benchPixels.js"),
          import("./benchPixelsFile.js")
        ]);
        return pixelsFigure(pixelsFile);
      }),
    dispose: () => closed.abort(new Error("the page was closed"))
  };
}

function measureFigure(run: ShippedRun, here: readonly Backend[], closed: AbortSignal): HTMLElement {
  const where = environment();
  const settings = store(settingsFromUrl(here));
  const asked = () => measurementsOf(settings.value, where).map((measurement) => ({measurement}));
  const state = store<BenchState>({rows: asked(), running: false});
  const guess = h("p", {class: "note-small"});
  settings.subscribe((now) => {
    settingsToUrl(now, here);
    const rows = asked();
    const seconds = rows.length * ((4 / 3) * now.seconds + STARTING);
    guess.textContent = `${rows.length} measurements, about ${seconds.toFixed(0)} s; longer where the graphics card is emulated.`;
    if (!state.value.began) state.set({rows, running: false});
  });
  const shown = h("div", {class: "table-scroll"});
  state.subscribe((now) => {
    const when = now.began ? `${now.began.toISOString().slice(0, 16).replace("T", " ")} UTC` : "not measured yet";
    const detail = `${when}: ${environmentText(where)}`;
    shown.replaceChildren(benchTable(now), provenanceLabel({kind: "live", detail}));
  });
  const control = benchControl(settings, here, async ({signal, progress}) => {
    if (asked().length === 0) throw new Error("there is no work to measure; tick one, and a backend for it");
    return measureRows(state, asked(), {
      ...
    });
  });
  return figure([control, guess, shown], {provenance: [], files: files(() => measuredRows(state.value.rows))});
} // prettier-ignore
