import {computed, effect, signal, type ReadonlySignal} from "@preact/signals-core";
import {relionAngles} from "../../cryoem/poses.js";
import {h} from "../dom.js";
import {numberControl} from "../runControl.js";
import {follow} from "../follow.js";
import {assign, type Settings} from "./parameters.js";
import type {Particle, ParticleStack} from "./particleStack.js";
import {drawGrey} from "./view.js";

/** Thumbnails on a page. */
const SHOWN = 12;

/** Pages through a stack; the chosen particle's pose, shift and CTF become the page's own. */
export function stackBrowser(
  stack: ReadonlySignal<ParticleStack | undefined>,
  settings: Settings
): {element: HTMLElement; particle: ReadonlySignal<Particle | undefined>; dispose(): void} {
  const index = signal(0);
  const question = computed(() => stack.value && {stack: stack.value, index: index.value});
  const found = follow<{stack: ParticleStack; index: number}, Particle>(question, (asked) =>
    asked.stack.particle(asked.index)
  );
  // As soon as the stack is gone, or another, its particle is.
  const particle = computed(() => {
    const of = stack.value;
    return of && found.value.value?.D === of.D ? found.value.value : undefined;
  });
  const first = computed(() => Math.floor(index.value / SHOWN) * SHOWN);
  const strip = h("div", {class: "stack-strip"});
  const status = h("p", {class: "scatter-status", role: "status"});
  const number = numberControl("Particle", {
    value: 1,
    min: 1,
    max: 1,
    change: (v) => (index.value = v - 1),
    refuse: (v) =>
      (status.textContent = `There is no particle ${v}: give a whole number from 1 to ${stack.peek()?.n ?? 1}.`)
  });
  const of = h("span", {class: "unit"});
  number.append(of);
  const step = (by: number, text: string, label: string) => {
    const button = h("button", {type: "button", class: "quiet", "aria-label": label}, text);
    button.addEventListener("click", () => go(index.value + by));
    return button;
  };
  const go = (to: number) => {
    const n = stack.peek()?.n ?? 1;
    index.value = Math.min(n - 1, Math.max(0, to));
  };
  const element = h(
    "div",
    {class: "stack-browser"},
    strip,
    h(
      "div",
      {class: "run"},
      step(-SHOWN, "«", "Twelve particles back"),
      step(-1, "‹", "Previous particle"),
      number,
      step(1, "›", "Next particle"),
      step(SHOWN, "»", "Twelve particles on")
    ),
    status
  );
  let drawing = 0;
  async function thumbnails(of: ParticleStack, from: number) {
    const mine = ++drawing;
    const buttons: HTMLElement[] = [];
    for (let i = from; i < Math.min(of.n, from + SHOWN); ++i) {
      const canvas = h("canvas", {class: "gray-image", width: 8, height: 8});
      const button = h(
        "button",
        {type: "button", class: "stack-thumb", "aria-label": `Particle ${i + 1}`},
        canvas
      );
      button.dataset.index = String(i);
      button.addEventListener("click", () => go(i));
      buttons.push(button);
      of.image(i).then(
        (values) => mine === drawing && drawGrey(canvas, {values, D: of.D}),
        () => button.append("?")
      );
    }
    strip.replaceChildren(...buttons);
    mark();
  }
  const mark = () => {
    for (const button of strip.children)
      button.setAttribute(
        "aria-pressed",
        String((button as HTMLElement).dataset.index === String(index.peek()))
      );
  };
  const stops = [
    effect(() => {
      const now = stack.value;
      index.value = 0;
      element.hidden = now === undefined;
      if (!now) return;
      of.textContent = `of ${now.n.toLocaleString("en")}`;
      number.querySelector("input")!.max = String(now.n);
    }),
    effect(() => {
      if (stack.value) void thumbnails(stack.value, first.value);
    }),
    effect(() => {
      number.set(index.value + 1);
      mark();
    }),
    effect(() => {
      if (found.error.value) status.textContent = found.error.value;
      const now = particle.value;
      if (!now) return;
      status.textContent = found.error.value;
      const [rot, tilt, psi] = now.rotation ? relionAngles(now.rotation) : [];
      const [shiftX, shiftY] = now.shift ?? (now.rotation ? [0, 0] : []);
      const known = {rot, tilt, psi, shiftX, shiftY, ...now.ctf, ...(now.ctf && {bFactor: 0})};
      assign(settings, Object.fromEntries(Object.entries(known).filter(([, v]) => v !== undefined)));
    })
  ];
  return {
    element,
    particle,
    dispose() {
      for (const stop of stops) stop();
      found.dispose();
    }
  };
}
