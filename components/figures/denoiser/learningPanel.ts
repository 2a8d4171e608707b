import {effect} from "@preact/signals-core";
import {parameterisations} from "../../diffusion/preconditioning.js";
import {priorPresets} from "../../diffusion/presets.js";
import {h} from "../dom.js";
import {boundNumber, boundSelect} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {trainingControl} from "../trainingControl.js";
import {placeBadge} from "../trainingPlace.js";
import {backendNames, cores, ranges} from "../trainingSettings.js";
import {learningPlan, learningPresets, MOST_ROWS} from "./learning.js";
import type {LearningRun} from "./learningRun.js";
import {namedObjectives, objectiveNames} from "./objectives.js";
import {parameterisationNames} from "./sizes.js";
import type {DenoiserState} from "./state.js";

/** What is trained, and the buttons that start, pause and end it. */
export function learningPanel({own, keep}: LabPage<DenoiserState>, run: LearningRun): HTMLElement {
  const {learning, objective, parameterisation} = own;
  const {session, training, otherLaw} = run;
  const {preset, steps, trainSeed, rows, backend, threads} = learning;
  const choice = keep(
    boundSelect(
      "Preset",
      preset,
      learningPresets.map((name) => [name, name] as const)
    )
  );
  // Another preset comes with its own number of steps.
  choice.addEventListener("change", () => (steps.value = priorPresets[preset.value].training.steps));
  const threadsControl = keep(boundNumber("Threads", threads, {min: 1, max: cores()}));
  const fields = h(
    "fieldset",
    {class: "run training-settings", "aria-label": "Training"},
    keep(
      boundSelect(
        "Objective",
        objective,
        objectiveNames.map((key) => [key, namedObjectives[key].name] as const)
      )
    ),
    keep(
      boundSelect(
        "Predicts",
        parameterisation,
        parameterisations.map((kind) => [kind, parameterisationNames[kind]] as const)
      )
    ),
    choice,
    keep(boundNumber("Steps", steps, {min: ranges.steps[0], max: ranges.steps[1]})),
    keep(boundNumber("Points of the law", rows, {min: 1, max: MOST_ROWS})),
    keep(boundNumber("Seed", trainSeed, {min: ranges.seed[0], max: ranges.seed[1]})),
    keep(
      boundSelect(
        "Backend",
        backend,
        backendNames.map((name) => [name, name] as const)
      )
    ),
    threadsControl
  );
  const about = h("p", {class: "note-small"});
  const problem = h("p", {class: "note-small problem", role: "alert"});
  const badge = placeBadge();
  const control = trainingControl(session);
  const stops = [
    effect(() => {
      about.textContent = `Preset ${preset.value}: ${priorPresets[preset.value].about}.`;
      threadsControl.querySelector("input")!.disabled = !["auto", "wasm"].includes(backend.value);
    }),
    effect(() => {
      const {phase, saved, crashed, step, settings, rate, place, said, trouble} = training.value;
      const wrong = phase === "idle" ? learningPlan.problem(learning.settings.value) : undefined;
      control.show({phase, from: saved?.step, again: crashed, blocked: wrong !== undefined});
      control.progress(step, settings.steps, phase === "running" ? rate : undefined);
      control.say(said);
      badge.show(place, rate);
      fields.disabled = phase !== "idle";
      const other = otherLaw.value
        ? `What is shown below was trained on ${settings.lawName}; start again for the data that are chosen now.`
        : "";
      problem.textContent = [wrong && `Can't train this: ${wrong}.`, trouble, other]
        .filter(Boolean)
        .join(" ");
      problem.hidden = problem.textContent === "";
    })
  ];
  keep({
    dispose() {
      for (const stop of stops) stop();
    }
  });
  return h("div", {class: "learning-panel"}, fields, about, control.element, problem, badge.element);
}
