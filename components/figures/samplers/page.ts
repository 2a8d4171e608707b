import {dock} from "../lab/dock.js";
import {labPage} from "../lab/labPage.js";
import {row} from "../lab/parts.js";
import {adaptiveFigures} from "./adaptiveFigures.js";
import {agreementFigure} from "./agreementFigure.js";
import {examples} from "./examples.js";
import {raceFigures} from "./raceFigures.js";
import type {Workers} from "./raceRun.js";
import {regularisedFigures} from "./regularisedFigures.js";
import {spacingControl} from "./samplerControls.js";
import {samplingFigures} from "./samplingFigures.js";
import {openSamplers} from "./state.js";

/** The figures of page `samplers`. */
export function samplersPage(workers: Workers) {
  const page = labPage({
    page: "samplers",
    open: openSamplers,
    module: "components/figures/samplers/state.js",
    examples
  });
  const once = <T>(make: () => T) => {
    let made: {value: T} | undefined;
    return () => (made ??= {value: make()}).value;
  };
  const regularised = once(() => regularisedFigures(page, workers));
  const adaptive = once(() => adaptiveFigures(page, workers));
  return {
    page,
    dock: () => page.keep(dock(page.lab, {more: [page.keep(spacingControl(page.own))]})).element,
    sampling: () => row(...samplingFigures(page)),
    race: () => row(...raceFigures(page, workers)),
    steps: () => row(...adaptive().slice(0, 2)),
    tolerances: () => adaptive()[2],
    strength: () => regularised().controls,
    pair: () => row(...regularised().pair),
    curves: () => row(...regularised().curves),
    agreement: () => agreementFigure(page, workers),
    strip: () => page.strip.element,
    dispose() {
      page.dispose();
      workers.close();
    }
  };
}
