import {priorPresets} from "../diffusion/presets.js";
import {h} from "./dom.js";
import {numberControl, selectControl} from "./runControl.js";
import type {Store} from "./store.js";
import {
  backendNames,
  cores,
  patienceOf,
  presetNames,
  problemOf,
  ranges,
  settingsToAddress,
  type PresetName,
  type TrainingSettings
} from "./trainingSettings.js";

const backendText: Record<TrainingSettings["backend"], string> = {
  auto: "auto: the fastest here",
  wasm: "wasm: this notebook's kernel",
  webgpu: "webgpu (TensorFlow.js)",
  webgl: "webgl (TensorFlow.js)",
  cpu: "cpu: plain JavaScript"
};

/**
 * The controls of a training: they change `settings` and the page's address, and say what can't be trained with.
 * @param usual the page's own preset, which the address doesn't name
 */
export function trainingForm(
  settings: Store<TrainingSettings>,
  usual?: PresetName
): HTMLElement & {lock(locked: boolean): void} {
  const about = h("p", {class: "note-small"});
  const problem = h("p", {class: "note-small problem", role: "alert"});
  const change = (part: Partial<TrainingSettings>) => {
    settings.set({...settings.value, ...part});
    settingsToAddress(settings.value, usual);
  };
  const {preset, seed, steps, patience, backend, threads} = settings.value;
  const stepsControl = numberControl("Steps", {
    value: steps,
    min: ranges.steps[0],
    max: ranges.steps[1],
    change: (steps) => change({steps}),
    refuse: (steps) => change({steps})
  });
  const patienceControl = numberControl(
    "Stop after N evaluations without a better held-out loss (0: never)",
    {
      value: patience,
      min: ranges.patience[0],
      max: ranges.patience[1],
      change: (patience) => change({patience}),
      refuse: (patience) => change({patience})
    }
  );
  const threadsControl = numberControl("Threads", {
    value: threads,
    min: 1,
    max: cores(),
    change: (threads) => change({threads})
  });
  const threadsInput = threadsControl.querySelector("input")!;
  const fields = h(
    "fieldset",
    {class: "run training-settings", "aria-label": "Training"},
    selectControl("Preset", {
      value: preset,
      options: presetNames.map((name) => [name, name] as const),
      change(preset) {
        const {steps} = priorPresets[preset].training;
        const patience = patienceOf(preset);
        stepsControl.set(steps);
        patienceControl.set(patience);
        change({preset, steps, patience});
      }
    }),
    numberControl("Seed", {
      value: seed,
      min: ranges.seed[0],
      max: ranges.seed[1],
      change: (seed) => change({seed}),
      refuse: (seed) => change({seed})
    }),
    stepsControl,
    patienceControl,
    selectControl("Backend", {
      value: backend,
      options: backendNames.map((name) => [name, backendText[name]] as const),
      change: (backend) => change({backend})
    }),
    threadsControl
  );
  settings.subscribe((now) => {
    about.textContent = `Preset ${now.preset}: ${priorPresets[now.preset].about}.`;
    const found = problemOf(now);
    problem.textContent = found ? `Can't train this: ${found}.` : "";
    problem.hidden = !found;
    threadsInput.disabled = now.backend !== "auto" && now.backend !== "wasm";
  });
  return Object.assign(h("div", {}, fields, about, problem), {
    lock(locked: boolean) {
      fields.disabled = locked;
    }
  });
}
