import {batch, effect, signal, type ReadonlySignal} from "@preact/signals-core";
import {h} from "../dom.js";
import {visible} from "../visible.js";

export interface MeasuredContext<R> {
  signal: AbortSignal;
  progress(done: number, total: number): void;
  partial(result: R): void;
}

export interface Measured<R> {
  /** What is known so far; that of the last question until there is something to the present one. */
  result: ReadonlySignal<R | undefined>;
  /** Why there is nothing. */
  trouble: ReadonlySignal<string>;
  /** Progress, and a button that cancels it or begins anew. */
  controls: HTMLElement;
  dispose(): void;
}

/** Milliseconds that the settings must rest before they are measured. */
const REST = 400;

/**
 * Measurements that take seconds, of a changing question: begun by themselves when the controls are on the screen and the question
 * has been the same for a while, with results as they come. A cancelled one waits for the button or for another question.
 */
export function measured<Q, R>(
  question: ReadonlySignal<Q | undefined>,
  work: (question: Q, context: MeasuredContext<R>) => Promise<R>
): Measured<R> {
  const result = signal<R | undefined>(undefined);
  const trouble = signal("");
  const bar = h("progress", {value: 0, max: 1, "aria-label": "Progress of the measurement"});
  bar.max = 1;
  const said = h("span", {role: "status", class: "note-small"});
  const button = h("button", {type: "button", class: "quiet", onclick: () => toggle()}, "Cancel");
  const controls = h("div", {class: "measured", "data-state": "idle"}, bar, button, said);
  const seen = visible(controls);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: {question: Q; controller: AbortController} | undefined;
  let settled: Q | undefined; // answered, or cancelled

  const state = (name: "idle" | "busy" | "done" | "cancelled", words: string) => {
    controls.dataset.state = name;
    bar.hidden = name !== "busy";
    button.textContent = name === "busy" ? "Cancel" : "Measure again";
    button.hidden = name === "idle";
    said.textContent = words;
  };
  state("idle", "");

  async function begin(now: Q) {
    running?.controller.abort();
    const controller = new AbortController();
    running = {question: now, controller};
    const began = performance.now();
    bar.value = 0;
    state("busy", "");
    const mine = () => running?.controller === controller;
    try {
      const found = await work(now, {
        signal: controller.signal,
        progress(done, total) {
          if (!mine()) return;
          bar.value = total > 0 ? done / total : 0;
          said.textContent = `${done} of ${total}`;
        },
        partial: (part) => {
          if (mine()) result.value = part;
        }
      });
      if (!mine()) return;
      settled = now;
      batch(() => {
        result.value = found;
        trouble.value = "";
      });
      state("done", `Measured in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    } catch (error) {
      if (!mine()) return;
      settled = now;
      if (controller.signal.aborted) state("cancelled", "Cancelled.");
      else {
        trouble.value = (error as Error).message;
        state("cancelled", "");
      }
    }
    running = undefined;
  }
  function toggle() {
    if (running) running.controller.abort();
    else if (question.peek() !== undefined) void begin(question.peek()!);
  }
  const stop = effect(() => {
    const now = question.value;
    const shown = seen.shown.value;
    clearTimeout(timer);
    if (now === running?.question) return;
    if (running) {
      const {controller} = running;
      running = undefined;
      controller.abort();
      state("idle", "");
    }
    trouble.value = "";
    if (now === undefined || !shown || now === settled) return;
    timer = setTimeout(() => void begin(now), result.peek() === undefined ? 0 : REST);
  });
  return {
    result,
    trouble,
    controls,
    dispose() {
      stop();
      clearTimeout(timer);
      running?.controller.abort();
      running = undefined;
      seen.dispose();
    }
  };
}
