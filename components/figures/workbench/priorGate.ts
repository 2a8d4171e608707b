import {readPrior} from "../../diffusion/priorFile.js";
import {InputError} from "../../formats/error.js";
import type {NamedBytes} from "../../jobs/files.js";
import type {TrainingEnd} from "../../diffusion/patience.js";
import {h} from "../dom.js";
import {stepsText} from "../trainingEnd.js";

/** The prior that there is, as an input for Framework's `view`: null until one is opened or trained. */
export interface PriorGate {
  element: HTMLElement & {value: NamedBytes | null};
  /** Takes another prior. */
  take(prior: NamedBytes): void;
}

export function priorGate(opened: NamedBytes | undefined): PriorGate {
  const said = h("p", {role: "status", class: "note-small prior-gate"});
  const element = Object.assign(h("div", {}, said), {value: opened ?? null});
  const say = () => {
    said.textContent = element.value ? `The prior: ${describe(element.value)}.` : "There is no prior yet: train one above, or open a prior.safetensors with the run."; // prettier-ignore
  };
  say();
  return {
    element,
    take(prior) {
      element.value = prior;
      say();
      element.dispatchEvent(new Event("input", {bubbles: true}));
    }
  };
}

function describe({name, bytes}: NamedBytes): string {
  try {
    const {metadata} = readPrior(bytes, name);
    if (!name.endsWith(".safetensors")) return name; // one that was trained here is called by its settings
    const {preset, training, end} = metadata as {preset?: string; training?: {steps?: number; seed?: number}; end?: TrainingEnd}; // prettier-ignore
    const parts = [preset && `preset ${preset}`, training?.steps && stepsText(training.steps, end), training?.seed !== undefined && `seed ${training.seed}`]; // prettier-ignore
    return [name, ...parts.filter(Boolean)].join(", ");
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
