import {dock} from "../lab/dock.js";
import {labPage} from "../lab/labPage.js";
import {row} from "../lab/parts.js";
import {h} from "../dom.js";
import {curvesFigure, exactFigure} from "./exactFigures.js";
import {examples} from "./examples.js";
import {learningFigures} from "./learningFigures.js";
import {memoryFigure, memoryLossFigure} from "./memoryFigures.js";
import {objectiveControls, objectiveFigures} from "./objectiveFigures.js";
import {coefficientsFigure, precisionFigure, predictionsFigure, sizesFigure} from "./predictionFigures.js";
import {sigmaPlayer} from "./shared.js";
import {openDenoiser} from "./state.js";

/** The figures of page `denoiser`. */
export function denoiserPage() {
  const page = labPage({
    page: "denoiser",
    open: openDenoiser,
    module: "components/figures/denoiser/state.js",
    examples
  });
  return {
    page,
    dock() {
      // The schedule matters to one objective alone, and is chosen there: what all figures share is the noise level.
      const {logSigma, sigma} = page.own;
      return page.keep(
        dock(page.lab, {
          title: "Data and noise level",
          schedule: sigmaPlayer({logSigma}),
          scheduleName: () => `σ = ${sigma.value}`
        })
      ).element;
    },
    exact() {
      const {figure, numbers} = exactFigure(page);
      return row(figure, h("div", {}, curvesFigure(page), numbers));
    },
    predictions: () =>
      row(predictionsFigure(page), coefficientsFigure(page), sizesFigure(page), precisionFigure(page)),
    objectives: () => h("div", {}, objectiveControls(page), row(...objectiveFigures(page))),
    learning: () => row(...learningFigures(page)),
    memory: () => row(memoryFigure(page), memoryLossFigure(page)),
    strip: () => page.strip.element,
    dispose: page.dispose
  };
}
