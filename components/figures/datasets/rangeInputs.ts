import {h} from "../dom.js";
import type {Range} from "./imageFilter.js";

export interface RangeInputsOptions {
  /** What is ranged over, with its symbol; ` from` and ` to` are added for those who can't see. */
  label: string;
  unit?: string;
  limits: Range;
  step: number;
  /** Lets the first be greater than the last. */
  wraps?: boolean;
  /** Called with a range that was typed in, undefined for everything. */
  change(range: Range | undefined): void;
}

/** A range in two number fields. */
export function rangeInputs({label, unit, limits, step, wraps = false, change}: RangeInputsOptions) {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const round = (v: number) => Number(v.toFixed(digits));
  const field = (end: "from" | "to", limit: number) =>
    h("input", {
      type: "number",
      min: String(round(limits[0])),
      max: String(round(limits[1])),
      step: String(step),
      value: String(round(limit)),
      "aria-label": `${label} ${end}`
    });
  const [low, high] = [field("from", limits[0]), field("to", limits[1])];
  const [first, last] = [low.valueAsNumber, high.valueAsNumber];
  const entered = () => {
    const [a, b] = [low.valueAsNumber, high.valueAsNumber];
    const valid = low.validity.valid && high.validity.valid && !Number.isNaN(a + b) && (wraps || a <= b);
    element.classList.toggle("refused", !valid);
    // A bound at the limit does not bind: values beyond what the fields can show pass too.
    if (valid) change(a === first && b === last ? undefined : [a, b]);
  };
  low.addEventListener("input", entered);
  high.addEventListener("input", entered);
  const element = h(
    "div",
    {class: "control range-inputs", role: "group", "aria-label": label},
    h("span", {}, label),
    low,
    "–",
    high,
    unit !== undefined && h("span", {class: "unit"}, unit)
  );
  return {
    element,
    /** Shows a range that was chosen elsewhere. */
    set(range: Range | undefined) {
      const [a, b] = range ?? [first, last];
      // A field that is being typed in is left alone.
      if (document.activeElement !== low) low.value = String(round(a));
      if (document.activeElement !== high) high.value = String(round(b));
      if (document.activeElement !== low && document.activeElement !== high)
        element.classList.remove("refused");
    }
  };
}
