import {h} from "./dom.js";

export interface RunControlOptions {
  /** What the button says. */
  label: string;
  /** Controls to the left of the button, such as a seed. */
  controls?: HTMLElement[];
  /**
   * The work. Reports how far it is, and stops when the signal is aborted. What it returns is said when it is done.
   */
  run(context: {
    signal: AbortSignal;
    progress(done: number, total: number, note?: string): void;
  }): Promise<string>;
}

/**
 * A button that starts long work, with its progress and a button to cancel it. Starting again ends what still runs. `start` does
 * what the button does, and waits until the work is done, cancelled or failed.
 */
export function runControl({
  label,
  controls = [],
  run
}: RunControlOptions): HTMLElement & {start(): Promise<void>} {
  let current: AbortController | undefined;
  const start = h("button", {type: "button", class: "action", onclick: () => void begin()}, label);
  const stop = h(
    "button",
    {type: "button", class: "quiet", disabled: true, onclick: () => current?.abort()},
    "Cancel"
  );
  const bar = h("progress", {value: 0, "aria-label": `${label}: progress`});
  bar.max = 1;
  bar.hidden = true;
  const status = h("span", {role: "status"});

  async function begin() {
    current?.abort();
    const controller = (current = new AbortController());
    const mine = () => current === controller;
    start.disabled = true;
    stop.disabled = false;
    bar.hidden = false;
    bar.value = 0;
    status.textContent = "";
    try {
      const done = await run({
        signal: controller.signal,
        progress(done, total, note) {
          if (!mine()) return;
          bar.value = total > 0 ? done / total : 0;
          status.textContent = note ?? `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
        }
      });
      if (mine()) status.textContent = done;
    } catch (error) {
      if (mine())
        status.textContent = controller.signal.aborted ? "Cancelled." : `Failed: ${(error as Error).message}`;
    } finally {
      if (mine()) {
        start.disabled = false;
        stop.disabled = true;
        bar.hidden = true;
      }
    }
  }
  return Object.assign(h("div", {class: "run"}, ...controls, start, stop, bar, status), {start: begin});
}

/**
 * A number to type in, with a label; calls `change` with every valid number, and `refuse`, where given, with every other
 * one: out of range, between two steps, or NaN for what is none.
 */
export function numberControl(
  label: string,
  {
    value,
    min,
    max,
    step = 1,
    change,
    refuse
  }: {
    value: number;
    min: number;
    max: number;
    step?: number;
    change(v: number): void;
    refuse?(v: number): void;
  }
): HTMLElement & {set(value: number): void} {
  const input = h("input", {
    type: "number",
    min: String(min),
    max: String(max),
    step: String(step),
    value: String(value)
  });
  input.addEventListener("input", () => {
    if (input.validity.valid && input.value !== "") change(Number(input.value));
    else refuse?.(input.value === "" ? NaN : Number(input.value));
  });
  const element = h("label", {class: "control"}, h("span", {}, label), input);
  return Object.assign(element, {
    set(next: number) {
      input.value = String(next);
    }
  });
}

/** A choice from a list, with a label. */
export function selectControl<T extends string>(
  label: string,
  {value, options, change}: {value: T; options: readonly (readonly [T, string])[]; change(v: T): void}
): HTMLElement {
  const select = h(
    "select",
    {},
    ...options.map(([name, text]) => h("option", {value: name, selected: name === value}, text))
  );
  select.addEventListener("change", () => change(select.value as T));
  return h("label", {class: "control"}, h("span", {}, label), select);
}

/** A slider with a label and its value in words. */
export function rangeControl(
  label: string,
  options: {
    value: number;
    min: number;
    max: number;
    step?: number;
    show?(v: number): string;
    change(v: number): void;
  }
): HTMLElement & {set(value: number): void} {
  const {value, min, max, step = 1, show = String, change} = options;
  const input = h("input", {
    type: "range",
    min: String(min),
    max: String(max),
    step: String(step),
    value: String(value)
  });
  const output = h("output", {}, show(value));
  input.addEventListener("input", () => {
    output.textContent = show(Number(input.value));
    change(Number(input.value));
  });
  const element = h("label", {class: "control"}, h("span", {}, label), input, output);
  return Object.assign(element, {
    set(next: number) {
      input.value = String(next);
      output.textContent = show(next);
    }
  });
}
