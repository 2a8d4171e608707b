import {batch, computed, effect} from "@preact/signals-core";
import {chainKinds, type ChainKind, type ChainKindName} from "../../diffusion/ddpmKinds.js";
import {drawnCurve} from "../../diffusion/drawnCurve.js";
import {h, roomFor} from "../dom.js";
import {boundRange, boundSelect} from "../lab/boundControls.js";
import {curveEditor} from "../lab/curveEditor.js";
import {isSketch, valuesOf} from "../lab/lab.js";
import type {Axis} from "../lab/plane.js";
import {selectControl} from "../runControl.js";
import type {DdpmState} from "./state.js";

const kinds: Record<string, ChainKind> = chainKinds;

/** Points that a preset's curve is taken up with, steps that it is drawn from, and the highest rate that can be drawn. */
const HANDLES = 6;
const STEPS = 400;
const MOST = 40;

const round = (v: number) => Number(v.toPrecision(3));

/** The kind of beta_t, dragged or chosen; T; and the variance of the reverse step: what stands in the place of a continuous schedule. */
export function chainControls(own: DdpmState, {width = Math.min(420, roomFor(420)), height = 150} = {}) {
  const {lab, kind, parameters, points, T, variance} = own;
  const preset = computed(() => kinds[kind.value] as ChainKind | undefined);
  const curve = computed((): ((u: number) => number) => {
    if (!preset.value) return points.value.length ? drawnCurve(points.value).value : () => 0;
    const betas = preset.value.betas(STEPS, valuesOf(parameters[kind.value as ChainKindName]));
    return (u) => Math.min(2 * MOST, STEPS * betas[Math.max(0, Math.ceil(u * STEPS) - 1)]);
  });
  const shown = computed(() =>
    preset.value
      ? Array.from({length: HANDLES}, (_, i) => {
          const u = i / (HANDLES - 1);
          return {t: round(u), value: round(Math.min(MOST, curve.value(u)))};
        })
      : points.value
  );
  const x = computed((): Axis => ({domain: [0, 1], label: "t / T"}));
  const y = computed((): Axis => {
    const top = preset.value ? Math.max(20, ...shown.value.map(({value}) => value)) : MOST;
    return {domain: [0, top * 1.0001], label: "T β"};
  });
  const editor = curveEditor({
    width,
    height,
    name: "T β against t / T",
    x,
    y,
    points: shown,
    curve,
    change: (next) =>
      batch(() => {
        points.value = next;
        kind.value = "drawn";
      })
  });
  const choice = selectControl("β", {
    value: "",
    options: [],
    change: (key: string) =>
      batch(() => {
        // A drawing begins with the curve that is seen.
        if (key === "drawn" && (preset.peek() || points.peek().length === 0))
          points.value = preset.peek() ? [...shown.peek()] : [0, 1].map((t) => ({t, value: 0.1 + 20 * t}));
        if (key.startsWith("cell:")) lab.scheduleKey.value = key;
        kind.value = key;
      })
  });
  const select = choice.querySelector("select")!;
  const sliders = h("div", {class: "panel-controls"});
  const trouble = h("p", {class: "note-small problem", role: "alert"});
  const steps = stepsControl(T);
  const stepWidth = boundSelect("σₜ²", variance, [
    ["beta", "βₜ"],
    ["betaTilde", "β̃ₜ"]
  ]);
  let made: {dispose(): void}[] = [];
  const stops = [
    effect(() => {
      const cells = [...lab.offered.value]
        .filter(([, value]) => isSketch(value))
        .map(([name]) => `cell:${name}`);
      if (kind.value.startsWith("cell:") && !cells.includes(kind.value)) cells.push(kind.value);
      const options: [string, string][] = [
        ...Object.entries(kinds).map(([key, {label}]): [string, string] => [key, label]),
        ["drawn", "drawn by hand"],
        ...cells.map((key): [string, string] => [key, `${key.slice(5)}, from your cell`])
      ];
      select.replaceChildren(...options.map(([key, label]) => h("option", {value: key}, label)));
      select.value = kind.value;
    }),
    effect(() => {
      for (const each of made) each.dispose();
      const controls = Object.entries(preset.value?.parameters ?? {}).map(([name, {label, min, max, step}]) =>
        boundRange(label, parameters[kind.value as ChainKindName][name], {min, max, step})
      );
      made = controls;
      sliders.replaceChildren(...controls);
    }),
    effect(() => {
      trouble.textContent = own.chainTrouble.value;
      trouble.hidden = own.chainTrouble.value === "";
    }),
    effect(() => {
      editor.element.hidden = kind.value.startsWith("cell:");
    })
  ];
  return {
    element: h(
      "div",
      {class: "schedule-controls"},
      h("div", {class: "run"}, choice),
      editor.element,
      trouble
    ),
    /** What belongs to the chain and has room beside its curve. */
    more: h("div", {}, h("div", {class: "run"}, steps.element, stepWidth), sliders),
    dispose() {
      for (const stop of stops) stop();
      for (const each of made) each.dispose();
      steps.dispose();
      stepWidth.dispose();
      editor.dispose();
    }
  };
}

/** T on a slider whose steps grow with it: 1, 2, ..., 10, 20, 50, ..., 1000; any other by the address. */
function stepsControl(T: DdpmState["T"]) {
  const stops = [1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 50, 70, 100, 140, 200, 300, 500, 700, 1000];
  const input = h("input", {
    type: "range",
    min: "0",
    max: String(stops.length - 1),
    step: "1",
    "aria-label": "T"
  });
  const output = h("output", {});
  input.addEventListener("input", () => (T.value = stops[Number(input.value)]));
  const stop = effect(() => {
    const at = stops.findIndex((v) => v >= T.value);
    if (stops[Number(input.value)] !== T.value) input.value = String(at);
    output.textContent = String(T.value);
    input.setAttribute("aria-valuetext", `T = ${T.value}`);
  });
  return {element: h("label", {class: "control"}, h("span", {}, "T"), input, output), dispose: stop};
}
