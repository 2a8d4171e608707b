import {batch, computed, effect} from "@preact/signals-core";
import {drawnRate, drawnSchedule, type ControlPoint} from "../../diffusion/drawnCurve.js";
import {scheduleKinds, type ScheduleKind} from "../../diffusion/scheduleKinds.js";
import {h, roomFor} from "../dom.js";
import {selectControl} from "../runControl.js";
import {boundRange} from "./boundControls.js";
import {curveEditor} from "./curveEditor.js";
import {isSketch, valuesOf, type Lab} from "./lab.js";
import type {Axis} from "./plane.js";

const kinds: Record<string, ScheduleKind> = scheduleKinds;

/** Control points that a preset is taken up with. */
const HANDLES = 6;

/** The highest rate, and the noise levels, that can be drawn. */
const MOST_BETA = 40;
const LEVELS = [0.001, 100] as const;

/** What of a laboratory the controls are for. */
export type ScheduleState = Pick<
  Lab,
  "scheduleKey" | "parameters" | "points" | "offered" | "scheduleTrouble"
>;

export interface ScheduleControlsOptions {
  width?: number;
  height?: number;
  /** Keys to choose from, `drawnBeta` and `drawnSigma` among them; all, and those of the reader's cells, where left out. */
  only?: readonly string[];
}

/** Chooses a schedule, its parameters, or drags its curve: a preset whose point is dragged becomes one drawn by hand. */
export function scheduleControls(
  lab: ScheduleState,
  {width = roomFor(460), height = 210, only}: ScheduleControlsOptions = {}
) {
  const {scheduleKey, parameters, points} = lab;
  const preset = computed(() => kinds[scheduleKey.value] as ScheduleKind | undefined);
  const draws = computed((): "beta" | "sigma" | undefined => {
    if (preset.value) return preset.value.draws;
    if (scheduleKey.value === "drawnBeta") return "beta";
    if (scheduleKey.value === "drawnSigma") return "sigma";
    return undefined;
  });
  const span = computed((): [number, number] => {
    if (scheduleKey.value === "edm") {
      const {sigma_min, sigma_max} = valuesOf(parameters.edm);
      return [Math.min(sigma_min, sigma_max), Math.max(sigma_min, sigma_max) + 1e-3];
    }
    if (scheduleKey.value.startsWith("drawn") && points.value.length > 1) {
      const times = points.value.map(({t}) => t);
      return [Math.min(0, ...times), Math.max(1, ...times)];
    }
    return [0, 1];
  });
  const curve = computed((): ((t: number) => number) => {
    if (preset.value) return preset.value.curve(valuesOf(parameters[scheduleKey.value]));
    const drawn = points.value;
    if (drawn.length === 0) return () => NaN;
    return draws.value === "sigma" ? drawnSchedule(drawn).sigma : drawnRate(drawn).beta;
  });
  const shown = computed((): readonly ControlPoint[] => {
    if (!preset.value) return points.value;
    const [low, high] = span.value;
    const round = (v: number) => Number(v.toPrecision(3));
    const limit = (v: number) =>
      draws.value === "beta" ? Math.min(MOST_BETA, v) : Math.min(LEVELS[1], Math.max(LEVELS[0], v));
    return Array.from({length: HANDLES}, (_, i) => {
      // EDM's levels grow with time itself: most of what happens is at its beginning
      const part = (i / (HANDLES - 1)) ** (scheduleKey.value === "edm" ? 3 : 1);
      const t = low + (high - low) * part;
      return {t: round(t), value: round(limit(curve.value(t)))};
    });
  });
  const x = computed((): Axis => ({domain: span.value, label: "t"}));
  const y = computed((): Axis =>
    draws.value === "beta"
      ? {domain: [0, Math.max(20, ...shown.value.map(({value}) => value), 1) * 1.0001], label: "β(t)"}
      : {domain: [...LEVELS], label: "σ(t)", log: true}
  );
  // While a point is dragged, the axis that it is dragged along stays.
  const held = {domain: undefined as Axis | undefined};
  const steady = computed((): Axis => {
    const now = y.value;
    const before = held.domain;
    if (before?.label === now.label && scheduleKey.value === "drawnBeta" && before.domain[1] >= now.domain[1])
      return before;
    return (held.domain = scheduleKey.value === "drawnBeta" ? {...now, domain: [0, MOST_BETA]} : now);
  });

  const editor = curveEditor({
    width,
    height,
    name: "The schedule's curve",
    x,
    y: steady,
    points: shown,
    curve,
    change: (next) =>
      batch(() => {
        const drawn = draws.peek() === "beta" ? "drawnBeta" : "drawnSigma";
        points.value = next;
        scheduleKey.value = drawn;
      })
  });
  const choice = selectControl("Schedule", {
    value: "",
    options: [],
    change: (key: string) =>
      batch(() => {
        // Something to begin a drawing from.
        if (key === "drawnBeta" && draws.peek() !== "beta")
          points.value = [0, 0.25, 0.5, 0.75, 1].map((t) => ({t, value: 0.1 + 20 * t}));
        else if (key === "drawnSigma" && draws.peek() !== "sigma")
          points.value = [0, 0.25, 0.5, 0.75, 1].map((t) => ({t, value: Number((0.01 * 5000 ** t).toPrecision(3))}));
        else if (key.startsWith("drawn") && preset.peek()) points.value = [...shown.peek()];
        scheduleKey.value = key;
      })
  }); // prettier-ignore
  const select = choice.querySelector("select")!;
  const sliders = h("div", {class: "panel-controls"});
  const trouble = h("p", {class: "note-small problem", role: "alert"});
  let made: {dispose(): void}[] = [];
  const stops = [
    effect(() => {
      const own = [...lab.offered.value].filter(([, value]) => isSketch(value)).map(([name]) => `cell:${name}`);
      const offers = (key: string) => !only || only.includes(key);
      if (scheduleKey.value.startsWith("cell:") && !own.includes(scheduleKey.value)) own.push(scheduleKey.value);
      const options: [string, string][] = [
        ...Object.entries(kinds).map(([key, {label}]): [string, string] => [key, label]),
        ["drawnBeta", "VP, β(t) drawn by hand"],
        ["drawnSigma", "σ(t) drawn by hand"],
        ...own.map((key): [string, string] => [key, `${key.slice(5)}, from your cell`])
      ];
      select.replaceChildren(...options.filter(([key]) => offers(key)).map(([key, label]) => h("option", {value: key}, label)));
      select.value = scheduleKey.value;
    }),
    effect(() => {
      for (const each of made) each.dispose();
      const kind = preset.value;
      const controls = kind
        ? Object.entries(kind.parameters).map(([name, {label, min, max, step}]) =>
            boundRange(label, parameters[scheduleKey.value][name], {min, max, step})
          )
        : [];
      made = controls;
      sliders.replaceChildren(...controls);
    }),
    effect(() => {
      trouble.textContent = lab.scheduleTrouble.value;
      trouble.hidden = lab.scheduleTrouble.value === "";
    }),
    effect(() => {
      editor.element.hidden = draws.value === undefined;
    })
  ]; // prettier-ignore
  return {
    element: h("div", {class: "schedule-controls"}, choice, editor.element, sliders, trouble),
    dispose() {
      for (const stop of stops) stop();
      for (const each of made) each.dispose();
      editor.dispose();
    }
  };
}
