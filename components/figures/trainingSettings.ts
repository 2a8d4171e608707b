import {backends, type Backend} from "../compute/network.js";
import {priorPresets} from "../diffusion/presets.js";
import {urlState} from "./urlState.js";

/** Those for latents; `lesson` is for laws of one or two dimensions. */
export const presetNames = ["quick", "fast", "paper"] as const satisfies (keyof typeof priorPresets)[];
export type PresetName = (typeof presetNames)[number];

/** What a reader chooses before a training in the page. Seed, steps and patience may be out of range: see `problemOf`. */
export interface TrainingSettings {
  preset: PresetName;
  seed: number;
  steps: number;
  /** Evaluations without a better held-out loss that it ends after; 0 for never. */
  patience: number;
  backend: Backend | "auto";
  /** Threads of this machine; other backends than `wasm` take one. */
  threads: number;
}

export const backendNames: readonly TrainingSettings["backend"][] = ["auto", "wasm", ...backends.filter((b) => b !== "wasm")]; // prettier-ignore

/** Whole numbers that can be trained with, from and to. */
export const ranges = {
  seed: [0, 2 ** 31 - 1],
  steps: [50, 200_000],
  patience: [0, 1000]
} as const;

/** Threads that this machine runs at once. */
export const cores = (): number => Math.max(1, globalThis.navigator?.hardwareConcurrency || 1);

/** A preset's patience as the form has it. */
export const patienceOf = (preset: PresetName): number => priorPresets[preset].training.patience ?? 0;

/**
 * The settings that the page's address asks for, else the defaults. A number that makes no sense stays, to be told of.
 * @param usual the page's own preset
 */
export function settingsOfAddress(usual: PresetName = "quick"): TrainingSettings {
  const preset = urlState.text("preset", usual, presetNames) as PresetName;
  const number = (name: string, otherwise: number) => {
    const text = urlState.text(name, "");
    return text === "" ? otherwise : Number(text);
  };
  return {
    preset,
    seed: number("trainSeed", 1),
    steps: number("steps", priorPresets[preset].training.steps),
    patience: number("patience", patienceOf(preset)),
    backend: urlState.text("backend", "auto", backendNames) as TrainingSettings["backend"],
    threads: Math.round(urlState.number("threads", cores(), 1, cores()))
  };
}

/** Writes settings into the address; defaults leave it as short as it was. @param usual the page's own preset */
export function settingsToAddress(
  {preset, seed, steps, patience, backend, threads}: TrainingSettings,
  usual: PresetName = "quick"
): void {
  const unless = <T>(usual: T, value: T) => (value === usual ? undefined : value);
  urlState.set({
    preset: unless(usual, preset),
    trainSeed: unless(1, seed),
    steps: unless(priorPresets[preset].training.steps, steps),
    patience: unless(patienceOf(preset), patience),
    backend: unless("auto", backend),
    threads: unless(cores(), threads)
  });
}

/** Why these settings can't be trained with, or undefined. */
export function problemOf(
  settings: Pick<TrainingSettings, "seed" | "steps" | "patience">
): string | undefined {
  for (const name of ["seed", "steps", "patience"] as const) {
    const [found, [from, to]] = [settings[name], ranges[name]];
    if (Number.isInteger(found) && found >= from && found <= to) continue;
    const said = Number.isNaN(found) ? "no number" : found.toLocaleString("en");
    return `${name}: found ${said}; expected a whole number from ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;
  }
  return undefined;
}

/** Names a training: what it starts from and how long it is. Backend and threads leave it the same. */
export const trainingName = ({preset, seed, steps, patience}: TrainingSettings): string =>
  `preset ${preset}, seed ${seed}, ${steps.toLocaleString("en")} steps${patienceText(patience)}`;

/** A patience behind a number of steps. */
export const patienceText = (patience: number): string => (patience ? `, patience ${patience}` : "");
