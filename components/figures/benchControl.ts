import {backends as allBackends, type Backend} from "../compute/network.js";
import {workNames} from "../jobs/bench/plan.js";
import type {Standing, Standings} from "./benchBackends.js";
import {SECONDS, type BenchSettings} from "./benchSettings.js";
import {workTexts} from "./benchWorks.js";
import {h} from "./dom.js";
import {numberControl, runControl, type RunControlOptions} from "./runControl.js";
import type {Store} from "./store.js";

const backendTexts: Record<Backend, string> = {
  webgpu: "webgpu (graphics card)",
  wasm: "wasm (the CPU kernel)",
  webgl: "webgl (graphics card)",
  cpu: "cpu (plain JavaScript)"
};
const standingTexts: Record<Standing, string> = {
  quick: "",
  slow: ", very slow here",
  missing: ", not found here"
};

/** Which works and backends, and for how long; Start and Cancel. A backend that is missing can be asked for, and will fail. */
export function benchControl(
  settings: Store<BenchSettings>,
  here: Standings,
  run: RunControlOptions["run"]
): HTMLElement {
  const now = settings.value;
  const set = (changes: Partial<BenchSettings>) => settings.set({...settings.value, ...changes});
  const works = checkboxes("Works", {
    options: workNames.map((work) => [work, workTexts[work].title]),
    chosen: now.works,
    change: (works) => set({works})
  });
  const backends = checkboxes("Backends", {
    options: allBackends.map((b) => [b, backendTexts[b] + standingTexts[here[b]]]),
    chosen: now.backends,
    change: (backends) => set({backends})
  });
  const seconds = numberControl("Seconds each", {
    value: now.seconds,
    min: SECONDS.min,
    max: SECONDS.max,
    step: 0.1,
    change: (seconds) => set({seconds})
  });
  return h("div", {class: "bench-control"}, works, backends, runControl({label: "Start", controls: [seconds], run}));
} // prettier-ignore

/** Boxes to tick, in a frame with a name; calls `change` with those that are ticked, in their order. */
function checkboxes<T extends string>(
  legend: string,
  {options, chosen, change}: {options: (readonly [T, string])[]; chosen: readonly T[]; change(chosen: T[]): void}
): HTMLElement {
  const boxes = options.map(([name, text]) => {
    const box = h("input", {type: "checkbox", name, checked: chosen.includes(name)});
    box.addEventListener("change", () => change(options.map(([n]) => n).filter((_, i) => boxes[i].box.checked)));
    return {box, label: h("label", {}, box, text)};
  });
  return h("fieldset", {class: "choice"}, h("legend", {}, legend), ...boxes.map(({label}) => label));
} // prettier-ignore
