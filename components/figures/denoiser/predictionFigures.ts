import {computed} from "@preact/signals-core";
import {parameterisations} from "../../diffusion/preconditioning.js";
import {roomFor} from "../dom.js";
import {boundRange, boundSelect} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {predictionCurves} from "./curves.js";
import {lawWords, linesRows, sigmaPlayer, WIDTH} from "./shared.js";
import {coefficientCurves, parameterisationNames, precisionCurves, targetSizes} from "./sizes.js";
import {LEVELS, type DenoiserState} from "./state.js";

const size = () => {
  const width = roomFor(WIDTH);
  return {width, height: Math.round(0.62 * width)};
};

/** E9-predictions: the same answer, said as x_0, eps, v, F or score. */
export function predictionsFigure({own, keep, strip}: LabPage<DenoiserState>): HTMLElement {
  const {lab, sigma, point, sigmaData} = own;
  const law = lawWords(own);
  const control = keep(sigmaPlayer(own));
  return keep(
    liveFigure({
      id: "E9-predictions",
      title: "One answer, five ways to say it",
      painter: lines(size()),
      values: computed(() => {
        const law = lab.mixture.value;
        return (
          law && predictionCurves({law, sigma: sigma.value, point: point.value, sigma_data: sigmaData.value})
        );
      }),
      trouble: lab.lawTrouble,
      caption: computed(
        () =>
          `Drawn where p(x; σ) is above a ten-thousandth of its highest${lab.d.value === 2 ? ", along the horizontal line through x; first coordinates" : ""}.`
      ),
      controls: [control.element],
      provenance: computed(() => `${law.value}: exact`),
      rows: linesRows,
      source: () =>
        "painted(\n  lines({width: 480, height: 300}),\n  predictionCurves({law, sigma, point, sigma_data: edm.sigma_data})\n)",
      strip
    })
  ).element;
}

/** E9-sizes: how large each training target is at each level. */
export function sizesFigure({own, keep, strip}: LabPage<DenoiserState>): HTMLElement {
  const {lab, sigma, sigmaData, parameterisation, least, second} = own;
  const law = lawWords(own);
  return keep(
    liveFigure({
      id: "E9-sizes",
      title: "How large the target is, and how much of it can be learned",
      painter: lines(size()),
      values: computed(
        () =>
          least.value &&
          targetSizes({
            least: least.value,
            second: second.value,
            sigma_data: sigmaData.value,
            parameterisation: parameterisation.value,
            sigma: sigma.value
          })
      ),
      trouble: lab.lawTrouble,
      caption:
        "Black: the target of what the network predicts, chosen above. Coloured: the size of the exact answer. Between the two is noise that no network can predict, but whose size it has to bear.",
      provenance: computed(() => `${law.value}: targets from exact moments, the rest from draws, seed 1`),
      rows: linesRows,
      source: () =>
        "painted(\n  lines({width: 480, height: 300}),\n  targetSizes({least, second, sigma_data: edm.sigma_data, parameterisation, sigma})\n)",
      strip
    })
  ).element;
}

/** E9-coefficients: how the network's output becomes D. */
export function coefficientsFigure({own, keep, strip}: LabPage<DenoiserState>): HTMLElement {
  const {sigma, sigmaData, parameterisation} = own;
  const choice = keep(
    boundSelect(
      "The network predicts",
      parameterisation,
      parameterisations.map((kind) => [kind, parameterisationNames[kind]] as const)
    )
  );
  const slider = keep(boundRange("σ_data", sigmaData, {min: 0.05, max: 5, step: 0.05}));
  return keep(
    liveFigure({
      id: "E9-coefficients",
      title: "From the network's output to D",
      painter: lines(size()),
      values: computed(() =>
        coefficientCurves({
          levels: LEVELS,
          sigma_data: sigmaData.value,
          parameterisation: parameterisation.value,
          sigma: sigma.value
        })
      ),
      caption: "D = c_skip x + c_out F(c_in x; c_noise). What the network is shown is EDM's for all of them.",
      controls: [choice, slider],
      provenance: computed(() => `σ_data = ${sigmaData.value}`),
      rows: linesRows,
      source: () =>
        "painted(\n  lines({width: 480, height: 300}),\n  coefficientCurves({levels: least.sigma, sigma_data: edm.sigma_data, parameterisation, sigma})\n)",
      strip
    })
  ).element;
}

/** E9-precision: how exact a network must be, which is what preconditioning is for. */
export function precisionFigure({own, keep, strip}: LabPage<DenoiserState>): HTMLElement {
  const {lab, sigma, sigmaData, parameterisation, least} = own;
  const law = lawWords(own);
  return keep(
    liveFigure({
      id: "E9-precision",
      title: "How exact the network must be",
      painter: lines(size()),
      values: computed(
        () =>
          least.value &&
          precisionCurves({
            least: least.value,
            sigma_data: sigmaData.value,
            parameterisation: parameterisation.value,
            sigma: sigma.value
          })
      ),
      trouble: lab.lawTrouble,
      caption:
        "The error of the network's output that makes D as wrong as it is anyway, by what x does not tell. x₀ must be exact to σ where there is little noise, ε to 1/σ where there is much; F may be wrong by its own size everywhere.",
      provenance: computed(() => `${law.value}: from draws, seed 1`),
      rows: linesRows,
      source: () =>
        "painted(\n  lines({width: 480, height: 300}),\n  precisionCurves({least, sigma_data: edm.sigma_data, parameterisation, sigma})\n)",
      strip
    })
  ).element;
}
