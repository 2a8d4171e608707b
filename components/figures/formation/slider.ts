import {effect, type ReadonlySignal} from "@preact/signals-core";
import {rangeControl} from "../runControl.js";
import {parameters, type Parameter, type ParameterName, type Settings} from "./parameters.js";

/** Sliders bound to parameters: either moves the other. A limit may depend on what is looked at. */
export function sliders(
  settings: Settings,
  names: readonly ParameterName[],
  limits: Partial<Record<ParameterName, ReadonlySignal<number | undefined>>> = {}
): {elements: HTMLElement[]; dispose(): void} {
  const stops: (() => void)[] = [];
  const elements = names.map((name) => {
    const parameter: Parameter = parameters[name];
    const {label, min, max, step, show} = parameter;
    const value = settings[name];
    const control = rangeControl(label, {
      value: value.peek(),
      min,
      max,
      step,
      show,
      change: (v) => (value.value = v)
    });
    const input = control.querySelector("input")!;
    input.dataset.parameter = name;
    stops.push(
      effect(() => {
        const most = limits[name]?.value;
        if (most !== undefined) input.max = String(most);
        control.hidden = most === 0;
        if (Number(input.value) !== value.value) control.set(value.value);
      })
    );
    return control;
  });
  return {elements, dispose: () => stops.forEach((stop) => stop())};
}
