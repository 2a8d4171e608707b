import {computed, effect} from "@preact/signals-core";
import {h} from "../dom.js";
import {boundNumber, boundSelect} from "./boundControls.js";
import {drawingPad} from "./drawingPad.js";
import type {Lab} from "./lab.js";

/** Chooses the law of the data, or draws it; the number of points, and the seed. */
export function dataControls(lab: Lab, {count = "Points"}: {count?: string} = {}) {
  const choice = boundSelect("Data", lab.lawKey, lab.lawOptions);
  const points = boundNumber(count, lab.count, {min: 1, max: 5000});
  const seed = boundNumber("Seed", lab.seed, {min: 0, max: 2 ** 31 - 1});
  const another = h(
    "button",
    {type: "button", class: "quiet", onclick: () => (lab.seed.value = (lab.seed.peek() + 1) % 2 ** 31)},
    "Draw anew"
  );
  const pads = {1: drawingPad(lab.drawn[1], {d: 1}), 2: drawingPad(lab.drawn[2], {d: 2})};
  const note = h("p", {class: "note-small", role: "status"});
  const text = computed(() => {
    if (lab.lawTrouble.value) return lab.lawTrouble.value;
    const {mixture} = lab;
    if (lab.lawKey.value.startsWith("drawn") && mixture.value?.weights.length === 1)
      return "One point: the law is a single Gaussian around it, and all samples end there.";
    return "";
  });
  const stops = [
    effect(() => {
      pads[1].element.hidden = lab.lawKey.value !== "drawn1";
      pads[2].element.hidden = lab.lawKey.value !== "drawn2";
    }),
    effect(() => {
      note.textContent = text.value;
      note.hidden = text.value === "";
    })
  ];
  return {
    element: h(
      "div",
      {class: "data-controls"},
      h("div", {class: "run"}, choice, points, seed, another),
      pads[1].element,
      pads[2].element,
      note
    ),
    dispose() {
      for (const stop of stops) stop();
      for (const each of [choice, points, seed, pads[1], pads[2]]) each.dispose();
    }
  };
}
