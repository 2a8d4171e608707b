import {computed, effect} from "@preact/signals-core";
import {h, roomFor} from "../dom.js";
import {selectControl} from "../runControl.js";
import {boundRange, boundSelect} from "../lab/boundControls.js";
import {curveEditor} from "../lab/curveEditor.js";
import {spacings, type SpacingName} from "../../diffusion/times.js";
import {langevinStrength} from "../../samplers/langevinStrength.js";
import {kinds, type SamplersState} from "./state.js";

/** Chooses a sampler, its steps and its parameters. */
export function samplerControls(state: SamplersState) {
  const {samplerKey, parameters, steps, ownSamplers, samplerTrouble, lab} = state;
  const choice = selectControl("Sampler", {
    value: "",
    options: [],
    change: (key: string) => (samplerKey.value = key)
  });
  const select = choice.querySelector("select")!;
  const number = boundRange("N, steps", steps, {min: 1, max: 200, step: 1});
  const sliders = h("div", {class: "panel-controls"});
  const note = h("p", {class: "note-small", role: "status"});
  let made: {dispose(): void}[] = [];
  const stops = [
    effect(() => {
      const own = [...ownSamplers.value];
      if (samplerKey.value.startsWith("cell:") && !own.includes(samplerKey.value)) own.push(samplerKey.value);
      select.replaceChildren(
        ...Object.entries(kinds).map(([key, {label}]) => h("option", {value: key}, label)),
        ...own.map((key) => h("option", {value: key}, `${key.slice(5)}, from your cell`))
      );
      select.value = samplerKey.value;
    }),
    effect(() => {
      for (const each of made) each.dispose();
      const key = samplerKey.value;
      const controls = Object.entries(kinds[key]?.parameters ?? {}).map(([name, {label, min, max, step}]) =>
        boundRange(label, parameters[key][name], {min, max, step})
      );
      made = controls;
      sliders.replaceChildren(...controls);
    }),
    effect(() => {
      const kind = kinds[samplerKey.value];
      const schedule = lab.schedule.value;
      const words =
        samplerTrouble.value ||
        (kind && schedule ? kind.unsuited?.(schedule) : undefined) ||
        (kind && !kind.calls
          ? "It chooses its steps itself: N only says where the picture stops to look."
          : "");
      note.textContent = words;
      note.hidden = words === "";
    })
  ];
  return {
    element: h("div", {class: "sampler-controls"}, h("div", {class: "run"}, choice, number), sliders, note),
    dispose() {
      for (const stop of stops) stop();
      for (const each of made) each.dispose();
      number.dispose();
    }
  };
}

/** Where all samplers of the page stop on their way. */
export const spacingControl = ({spacing}: SamplersState) =>
  boundSelect(
    "Steps are",
    spacing,
    Object.entries(spacings).map(([key, {label}]) => [key as SpacingName, label] as const)
  );

/** The highest value that a shape can be drawn to. */
const MOST = 4;

/** Chooses how beta(t) goes with time, its strength, and drags its curve. */
export function strengthControls(state: SamplersState) {
  const {shapeKind, shapePoints, shape, b, lab} = state;
  const kind = boundSelect("β(t)", shapeKind, [
    ["constant", "constant"],
    ["rising", "rising with the noise"],
    ["sde", "σ′/σ: b = 1 is the reverse SDE"],
    ["drawn", "drawn by hand"]
  ]);
  const slider = boundRange("b, its strength", b, {min: 0, max: 10, step: 0.01});
  const whole = computed(() => (shapeKind.value === "rising" ? [0, 2] : [1, 1]));
  const points = computed(() =>
    shapeKind.value === "drawn"
      ? shapePoints.value
      : [0, 0.25, 0.5, 0.75, 1].map((t) => {
          const [low, high] = whole.value;
          return {t, value: low + (high - low) * t};
        })
  );
  const curve = computed(() => {
    const unit = {
      name: "",
      t_min: 0,
      t_max: 1,
      s: () => 1,
      sigma: (t: number) => t,
      ds: () => 0,
      dsigma: () => 1
    };
    if (shape.value.kind === "sde" || (shape.value.kind === "drawn" && shape.value.points.length === 0))
      return () => NaN;
    return langevinStrength(shape.value, 1, unit);
  });
  const editor = curveEditor({
    width: roomFor(420),
    height: 150,
    name: "The shape of β(t)",
    x: computed(() => ({domain: [0, 1], label: "part of the time, data to noise"})),
    y: computed(() => ({domain: [0, MOST], label: "β(t) (t_max − t_min) / b"})),
    points,
    curve,
    color: "--series-prior",
    change(next) {
      shapePoints.value = next;
      shapeKind.value = "drawn";
    }
  });
  const note = h("p", {class: "note-small"});
  const stops = [
    effect(() => {
      editor.element.hidden = shapeKind.value === "sde";
    }),
    effect(() => {
      const schedule = lab.schedule.value;
      note.textContent =
        schedule && shapeKind.value !== "sde"
          ? `The whole of β(t), its integral over time, is ${total(langevinOr(state), schedule).toPrecision(2)}.`
          : "";
      note.hidden = note.textContent === "";
    })
  ];
  return {
    element: h(
      "div",
      {class: "strength-controls"},
      h("div", {class: "run"}, kind, slider),
      editor.element,
      note
    ),
    dispose() {
      for (const stop of stops) stop();
      for (const each of [kind, slider, editor]) each.dispose();
    }
  };
}

function langevinOr({shape, b, lab}: SamplersState): (t: number) => number {
  const now = shape.value;
  if (now.kind === "drawn" && now.points.length === 0) return () => 0;
  return langevinStrength(now, b.value, lab.schedule.value!);
}

/** Integral of beta over a schedule's time. */
function total(beta: (t: number) => number, {t_min, t_max}: {t_min: number; t_max: number}): number {
  const pieces = 200;
  let sum = 0;
  for (let i = 0; i < pieces; ++i) sum += beta(t_min + ((t_max - t_min) * (i + 0.5)) / pieces);
  return (sum * (t_max - t_min)) / pieces;
}
