import {computed} from "@preact/signals-core";
import {h, roomFor} from "../dom.js";
import {boundNumber, boundRange, boundSelect} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {lines, type Lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {scheduleControls} from "../lab/scheduleControls.js";
import {
  effortCurves,
  floorCurves,
  levelDensities,
  namedObjectives,
  objectiveNames,
  weightCurves,
  type ObjectiveView
} from "./objectives.js";
import {lawWords, linesRows, WIDTH} from "./shared.js";
import type {DenoiserState} from "./state.js";

/** The objective that stands out, the constants of all, and the page's schedule, which one of them draws t from. */
export function objectiveControls({own, keep}: LabPage<DenoiserState>): HTMLElement {
  const {lab, objective, P_mean, P_std, P_uniform, T} = own;
  const options = objectiveNames.map((key) => [key, namedObjectives[key].name] as const);
  return h(
    "div",
    {class: "lab-row"},
    h(
      "div",
      {},
      h("div", {class: "run"}, keep(boundSelect("Objective", objective, options))),
      h(
        "div",
        {class: "panel-controls"},
        keep(boundRange("P_mean", P_mean, {min: -4, max: 3, step: 0.1})),
        keep(boundRange("P_std", P_std, {min: 0.1, max: 3, step: 0.1})),
        keep(boundRange("P_uniform", P_uniform, {min: 0, max: 1, step: 0.05})),
        keep(boundNumber("T of the chain", T, {min: 1, max: 2000}))
      )
    ),
    keep(scheduleControls(lab, {width: roomFor(WIDTH), height: 150})).element
  );
}

/** The four figures about objectives, in their order. */
export function objectiveFigures(page: LabPage<DenoiserState>): HTMLElement[] {
  const {own, keep, strip} = page;
  const {lab, objectives, least, objective, sigma, P_mean, P_std, T} = own;
  const law = lawWords(own);
  const view = computed(
    (): ObjectiveView | undefined =>
      least.value && {
        objectives: objectives.value,
        least: least.value,
        chosen: objective.value,
        sigma: sigma.value
      }
  );
  // The schedule's own objective is missing while there is no schedule: the others stay.
  const missing = computed(() =>
    lab.scheduleTrouble.value ? ` That of the page's schedule is missing: ${lab.scheduleTrouble.value}` : ""
  );
  const figure = (
    id: string,
    title: string,
    draw: (view: ObjectiveView) => Lines,
    name: string,
    {caption}: {caption: string}
  ) => {
    const width = roomFor(WIDTH);
    return keep(
      liveFigure({
        id,
        title,
        painter: lines({width, height: Math.round(0.56 * width)}),
        values: computed(() => view.value && draw(view.value)),
        trouble: lab.lawTrouble,
        caption: computed(() => caption + missing.value),
        provenance: computed(
          () => `${law.value}; P_mean ${P_mean.value}, P_std ${P_std.value}, T = ${T.value}`
        ),
        rows: linesRows,
        source: () =>
          `painted(\n  lines({width: 480, height: 280}),\n  ${name}({objectives, least, chosen: objective, sigma})\n)`,
        strip
      })
    ).element;
  };
  return [
    figure("E9-levels", "Which levels are drawn: p(σ)", levelDensities, "levelDensities", {
      caption: "Each curve has area 1 over ln σ; the chosen objective's is the thick one."
    }),
    figure("E9-weights", "How an error counts: λ(σ)", weightCurves, "weightCurves", {
      caption: "The weight of |D − x₀|². Curves run over the levels that the objective draws."
    }),
    figure("E9-floor", "What nobody can do better than", floorCurves, "floorCurves", {
      caption:
        "Dotted: the mean variance of x₀ given x, a dimension, which is the exact denoiser's error. Solid: weighed by λ(σ), the least loss of each objective."
    }),
    figure(
      "E9-effort",
      "Where the loss comes from: p(σ) λ(σ) × the least error",
      effortCurves,
      "effortCurves",
      {
        caption:
          "Of a perfectly trained network, as parts of its whole loss. Gradients come from the same levels: here a small network is made to be good."
      }
    )
  ];
}
