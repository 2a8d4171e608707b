import {vaePresets} from "../../vae/presets.js";
import {stepsOf} from "../../vae/training.js";
import type {RunSettings} from "../trainingPlan.js";
import {cores} from "../trainingSettings.js";
import {urlState} from "../urlState.js";

/** The box that images are cropped to, as the preset's quick runs do. */
export const BOX = 32;

/** What a reader chooses before training a VAE in the page; numbers may be out of range: see `problemOf`. */
export interface LiveSettings extends RunSettings {
  images: number;
  epochs: number;
  seed: number;
}

/** Whole numbers that can be trained with, from and to. */
export const ranges = {images: [64, 5000], epochs: [1, 300], trainSeed: [0, 2 ** 31 - 1]} as const;
export const usual = {images: 1000, epochs: vaePresets.quick.training.epochs, trainSeed: 1};

/** Settings with the number of steps that follows. */
export function liveSettings(images: number, epochs: number, seed: number, threads: number): LiveSettings {
  const training = {...vaePresets.quick.training, epochs, seed, heldOut: 0};
  return {images, epochs, seed, threads, backend: "wasm", steps: stepsOf(training, images)};
}

/** Those that the page's address asks for, else the defaults. A number that makes no sense stays, to be told of. */
export function settingsOfAddress(): LiveSettings {
  const number = (name: keyof typeof usual) => {
    const text = urlState.text(name, "");
    return text === "" ? usual[name] : Number(text);
  };
  const threads = Math.round(urlState.number("threads", cores(), 1, cores()));
  return liveSettings(number("images"), number("epochs"), number("trainSeed"), threads);
}

export function settingsToAddress({images, epochs, seed, threads}: LiveSettings): void {
  const unless = (value: number, of: number) => (value === of ? undefined : value);
  urlState.set({
    images: unless(images, usual.images),
    epochs: unless(epochs, usual.epochs),
    trainSeed: unless(seed, usual.trainSeed),
    threads: unless(threads, cores())
  });
}

/** Why these settings can't be trained with, or undefined. */
export function problemOf({images, epochs, seed}: LiveSettings): string | undefined {
  for (const [name, found, [from, to]] of [
    ["images", images, ranges.images],
    ["epochs", epochs, ranges.epochs],
    ["seed", seed, ranges.trainSeed]
  ] as const) {
    if (Number.isInteger(found) && found >= from && found <= to) continue;
    const said = Number.isNaN(found) ? "no number" : found.toLocaleString("en");
    return `${name}: found ${said}; expected a whole number from ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`; // prettier-ignore
  }
  return undefined;
}

export const settingsText = ({images, epochs, seed}: LiveSettings): string =>
  `preset quick, ${images.toLocaleString("en")} images, seed ${seed}, ${epochs} epochs`;
