import {effect, type Signal} from "@preact/signals-core";
import {h} from "../dom.js";
import {numberControl, rangeControl, selectControl} from "../runControl.js";

/** A control bound to a signal: either moves the other. `dispose` ends that. */
export type Bound = HTMLElement & {dispose(): void};

const bound = (element: HTMLElement, stop: () => void): Bound => Object.assign(element, {dispose: stop});

export function boundRange(
  label: string,
  value: Signal<number>,
  options: {min: number; max: number; step: number; show?(v: number): string}
): Bound {
  const control = rangeControl(label, {...options, value: value.peek(), change: (v) => (value.value = v)});
  const input = control.querySelector("input")!;
  return bound(
    control,
    effect(() => {
      if (Number(input.value) !== value.value) control.set(value.value);
    })
  );
}

export function boundNumber(
  label: string,
  value: Signal<number>,
  options: {min: number; max: number; step?: number}
): Bound {
  const control = numberControl(label, {...options, value: value.peek(), change: (v) => (value.value = v)});
  const input = control.querySelector("input")!;
  return bound(
    control,
    effect(() => {
      if (Number(input.value) !== value.value) control.set(value.value);
    })
  );
}

export function boundSelect<T extends string>(
  label: string,
  value: Signal<T>,
  options: readonly (readonly [T, string])[]
): Bound {
  const control = selectControl(label, {value: value.peek(), options, change: (v) => (value.value = v)});
  const select = control.querySelector("select")!;
  return bound(
    control,
    effect(() => {
      select.value = value.value;
    })
  );
}

export function boundCheck(label: string, value: Signal<boolean>): Bound {
  const input = h("input", {type: "checkbox"});
  input.addEventListener("input", () => (value.value = input.checked));
  return bound(
    h("label", {class: "control check"}, input, h("span", {}, label)),
    effect(() => {
      input.checked = value.value;
    })
  );
}
