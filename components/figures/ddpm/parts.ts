import {effect, signal, computed, type ReadonlySignal} from "@preact/signals-core";
import {h, roomFor} from "../dom.js";
import {player} from "../lab/player.js";
import {visible} from "../visible.js";
import {chainKinds} from "../../diffusion/ddpmKinds.js";
import type {DdpmState} from "./state.js";

/** The size of a figure, two of which stand side by side. */
export const half = (height = 340) => ({width: roomFor(520), height});

/** A slider through t = 0 .. T that plays. */
export function timePlayer(own: DdpmState, {least = 0, show = (v: number) => `${v}`} = {}) {
  const made = player({label: "t", value: own.t, min: least, max: own.T.peek(), step: 1, seconds: 8, show});
  const stop = effect(() => made.range(least, Math.max(least, own.T.value)));
  return {
    element: made.element,
    dispose() {
      stop();
      made.dispose();
    }
  };
}

/** Text that follows a signal, below a figure. */
export function followed(text: ReadonlySignal<string>): {element: HTMLElement; dispose(): void} {
  const element = h("p", {class: "note-small", role: "status"});
  const stop = effect(() => {
    element.textContent = text.value;
    element.hidden = text.value === "";
  });
  return {element, dispose: stop};
}

/** A table that follows its rows. The first cell of each is its name. */
export function numbersTable(head: string[], rows: ReadonlySignal<(string | number)[][]>) {
  const body = h("tbody", {});
  const element = h(
    "div",
    {class: "table-scroll"},
    h(
      "table",
      {class: "numbers"},
      h("thead", {}, h("tr", {}, ...head.map((text) => h("th", {scope: "col"}, text)))),
      body
    )
  );
  const stop = effect(() => {
    body.replaceChildren(
      ...rows.value.map(([name, ...cells]) =>
        h("tr", {}, h("th", {scope: "row"}, name), ...cells.map((cell) => h("td", {}, cell)))
      )
    );
    element.hidden = rows.value.length === 0;
  });
  return {element, dispose: stop};
}

/** A question that is asked once wherever its figure is, and from then on only while the figure can be seen. */
export function whileShown<T>(question: ReadonlySignal<T>) {
  const shown = signal(true);
  let last: T;
  return {
    question: computed(() => (shown.value ? (last = question.value) : last)),
    watch(element: Element): {dispose(): void} {
      const seen = visible(element);
      const stop = effect(() => {
        shown.value = seen.shown.value;
      });
      return {
        dispose() {
          stop();
          seen.dispose();
        }
      };
    }
  };
}

/** How a chain was made, in a few words. */
export const chainText = ({kind, T}: DdpmState): string => {
  const key = kind.value;
  const name =
    key in chainKinds ? chainKinds[key as keyof typeof chainKinds].label : key === "drawn" ? "drawn" : key;
  return `β ${name}, T = ${T.value}`;
};

export const short = (v: number): string => {
  if (v === 0 || !Number.isFinite(v)) return String(v);
  return Math.abs(v) < 1e-3 || Math.abs(v) >= 1e5 ? v.toExponential(2) : String(Number(v.toPrecision(4)));
};
