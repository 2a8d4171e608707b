/** What all walks have in common: their step, their seed, how long they are; and the head's play, pause and slider. */
import {effect} from "@preact/signals-core";
import {h} from "../dom.js";
import {numberControl, rangeControl, selectControl} from "../runControl.js";
import {limits, speeds, usual, type LangevinState} from "./state.js";
import {timeText, type WalkSettings} from "./walk.js";

interface Part {
  element: HTMLElement;
  dispose(): void;
}

/** Two digits that matter, which is as fine as the slider goes. */
const twoDigits = (v: number) => Number(v.toPrecision(2));

export function walkControls(state: LangevinState): Part {
  const {settings, colour} = state;
  const change = (part: Partial<WalkSettings>) => {
    const next = {...settings.value, ...part};
    state.playing.value = false;
    const atEnd = state.head.value >= settings.value.steps;
    settings.value = next;
    if (atEnd || state.head.value > next.steps) state.head.value = next.steps;
  };
  const [low, high] = limits.dt;
  const dt = rangeControl("dt", {
    value: Math.log10(settings.value.dt),
    min: Math.log10(low),
    max: Math.log10(high),
    step: 0.01,
    show: (v) => String(twoDigits(10 ** v)),
    change: (v) => change({dt: Math.min(high, Math.max(low, twoDigits(10 ** v)))})
  });
  const kind = selectControl<WalkSettings["kind"]>("Step", {
    value: settings.value.kind,
    options: [
      ["euler", "Euler's (the talk's)"],
      ["exact", "exact"]
    ],
    change: (value) => change({kind: value})
  });
  const menu = kind.querySelector("select")!;
  const steps = numberControl("Steps", {
    value: settings.value.steps,
    min: limits.steps[0],
    max: limits.steps[1],
    change: (value) => change({steps: value})
  });
  const seed = numberControl("Seed", {
    value: settings.value.seed,
    min: limits.seed[0],
    max: limits.seed[1],
    change: (value) => change({seed: value})
  });
  const quiet = (words: string, title: string, onclick: () => void) =>
    h("button", {type: "button", class: "quiet", title, onclick}, words);
  const next = quiet("New walk", "Another seed", () => change({seed: (settings.value.seed + 1) % limits.seed[1]})); // prettier-ignore
  const reset = quiet("Reset", "Settings as they were at first", () => {
    change(usual);
    state.head.value = usual.steps;
    colour.value = "time";
  });
  const colours = selectControl<"time" | "state">("Colours show", {
    value: colour.value,
    options: [
      ["time", "the time of the walk"],
      ["state", "the encodings' state"]
    ],
    change: (value) => (colour.value = value)
  });
  const colourMenu = colours.querySelector("select")!;
  const stop = effect(() => {
    const now = settings.value;
    dt.set(Math.log10(now.dt));
    menu.value = now.kind;
    for (const [control, value] of [
      [steps, now.steps],
      [seed, now.seed]
    ] as const)
      // prettier-ignore
      if (Number(control.querySelector("input")!.value) !== value) control.set(value);
    colourMenu.value = colour.value;
  });
  const element = h("div", {class: "run walk-controls"}, dt, kind, steps, seed, next, reset, colours);
  return {element, dispose: stop};
}

/** Play, pause, back to the start, and a slider through the walk; several may stand on a page. */
export function headControls(state: LangevinState): Part {
  const {head, playing, settings, speed} = state;
  const play = h("button", {type: "button", class: "quiet play", onclick: () => (playing.value = !playing.value)}); // prettier-ignore
  const back = h(
    "button",
    {
      type: "button",
      class: "quiet play",
      title: "Back to the start",
      "aria-label": "Back to the start",
      onclick() {
        playing.value = false;
        head.value = 0;
      }
    },
    "|◀"
  );
  const slider = h("input", {type: "range", min: "0", step: "1", "aria-label": "Step of the walk"});
  slider.addEventListener("input", () => {
    playing.value = false;
    head.value = Number(slider.value);
  });
  const output = h("output", {});
  const pace = selectControl("Speed", {
    value: String(speed.value),
    options: speeds.map((v) => [String(v), `${v} steps a second`] as const),
    change: (value) => (speed.value = Number(value))
  });
  const paceMenu = pace.querySelector("select")!;
  const stops = [
    effect(() => {
      play.textContent = playing.value ? "❚❚" : "▶";
      play.title = playing.value ? "Pause" : "Play";
      play.setAttribute("aria-label", play.title);
    }),
    effect(() => {
      const {steps, dt} = settings.value;
      slider.max = String(steps);
      slider.value = String(Math.min(head.value, steps));
      const words = `step ${Math.min(head.value, steps)} of ${steps}, ${timeText(Math.min(head.value, steps), dt)}`; // prettier-ignore
      output.textContent = words;
      slider.setAttribute("aria-valuetext", words);
    }),
    effect(() => {
      paceMenu.value = String(speed.value);
    })
  ];
  const player = h("div", {class: "player control walk-player", role: "group", "aria-label": "The head of the walk"}, back, play, slider, output); // prettier-ignore
  return {
    element: h("div", {class: "run"}, player, pace),
    dispose() {
      for (const stop of stops) stop();
    }
  };
}
