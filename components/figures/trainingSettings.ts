import {backends, type Backend} from "../compute/network.js";
import {priorPresets} from "../diffusion/presets.js";
import {urlState} from "./urlState.js";

/** Those for latents; `fast` is for laws of one or two dimensions. */
export const presetNames = ["quick", "paper"] as const satisfies (keyof typeof priorPresets)[];
export type PresetName = (typeof presetNames)[number];

/** What a reader chooses before a training in the page. Seed and steps may be out of range: see `problemOf`. */
export interface TrainingSettings {
  preset: PresetName;
  seed: number;
  steps: number;
  backend: Backend | "auto";
  /** Threads of this machine; other backends than `wasm` take one. */
  threads: number;
}

export const backendNames: readonly TrainingSettings["backend"][] = ["auto", "wasm", ...backends.filter((b) => b !== "wasm")]; // prettier-ignore

/** Whole numbers that can be trained with, from and to. */
export const ranges = {
  seed: [0, 2 ** 31 - 1],
  steps: [50, 200_000]
} as const;

/** Threads that this machine runs at once. */
export const cores = (): number => Math.max(1, globalThis.navigator?.hardwareConcurrency || 1);

/** The settings that the page's address asks for, else the defaults. A number that makes no sense stays, to be told of. */
export function settingsOfAddress(): TrainingSettings {
  const preset = urlState.text("preset", "quick", presetNames) as PresetName;
  const number = (name: string, otherwise: number) => {
    const text = urlState.text(name, "");
    return text === "" ? otherwise : Number(text);
  };
  return {
    preset,
    seed: number("trainSeed", 1),
    steps: number("steps", priorPresets[preset].training.steps),
    backend: urlState.text("backend", "auto", backendNames) as TrainingSettings["backend"],
    threads: Math.round(urlState.number("threads", cores(), 1, cores()))
  };
}

/** Writes settings into the address; defaults leave it as short as it was. */
export function settingsToAddress({preset, seed, steps, backend, threads}: TrainingSettings): void {
  const unless = <T>(usual: T, value: T) => (value === usual ? undefined : value);
  urlState.set({
    preset: unless("quick", preset),
    trainSeed: unless(1, seed),
    steps: unless(priorPresets[preset].training.steps, steps),
    backend: unless("auto", backend),
    threads: unless(cores(), threads)
  });
}

/** Why these settings can't be trained with, or undefined. */
export function problemOf(settings: Pick<TrainingSettings, "seed" | "steps">): string | undefined {
  for (const name of ["seed", "steps"] as const) {
    const [found, [from, to]] = [settings[name], ranges[name]];
    if (Number.isInteger(found) && found >= from && found <= to) continue;
    const said = Number.isNaN(found) ? "no number" : found.toLocaleString("en");
    return `${name}: found ${said}; expected a whole number from ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;
  }
  return undefined;
}

/** Names a training: what it starts from and how long it is. Backend and threads leave it the same. */
export const trainingName = ({preset, seed, steps}: TrainingSettings): string =>
  `preset ${preset}, seed ${seed}, ${steps.toLocaleString("en")} steps`;
