import {vaePresets} from "../../vae/presets.js";
import {h} from "../dom.js";
import {numberControl} from "../runControl.js";
import type {Store} from "../store.js";
import {cores} from "../trainingSettings.js";
import {liveSettings, problemOf, ranges, settingsToAddress, type LiveSettings} from "./liveSettings.js";

/** The controls of a VAE's training: they change `settings` and the page's address, and say what can't be trained with. */
export function liveForm(settings: Store<LiveSettings>): HTMLElement & {lock(locked: boolean): void} {
  const about = h("p", {class: "note-small"});
  const problem = h("p", {class: "note-small problem", role: "alert"});
  const field = (
    label: string,
    key: "images" | "epochs" | "seed" | "threads",
    [min, max]: readonly [number, number]
  ) => {
    const change = (value: number) => {
      const {images, epochs, seed, threads}: LiveSettings = {...settings.value, [key]: value};
      settings.set(liveSettings(images, epochs, seed, threads));
      settingsToAddress(settings.value);
    };
    const refuse = key === "threads" ? undefined : change;
    return numberControl(label, {value: settings.value[key], min, max, change, refuse});
  };
  const fields = h(
    "fieldset",
    {class: "run training-settings", "aria-label": "Training"},
    field("Images", "images", ranges.images),
    field("Epochs", "epochs", ranges.epochs),
    field("Seed", "seed", ranges.trainSeed),
    field("Threads", "threads", [1, cores()])
  );
  settings.subscribe((now) => {
    const {about: preset} = vaePresets.quick;
    about.textContent = `Preset quick: ${preset}. ${Number.isFinite(now.steps) ? `${now.steps.toLocaleString("en")} steps.` : ""}`; // prettier-ignore
    const found = problemOf(now);
    problem.textContent = found ? `Can't train this: ${found}.` : "";
    problem.hidden = !found;
  });
  return Object.assign(h("div", {}, fields, about, problem), {
    lock(locked: boolean) {
      fields.disabled = locked;
    }
  });
}
