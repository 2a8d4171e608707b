import {priorPresets} from "../diffusion/presets.js";
import {h, roomFor} from "./dom.js";
import {bytesBlob, csvBlob, downloads, svgBlob, type Download} from "./download.js";
import {figure} from "./figure.js";
import {lossColors, lossPlot, type LossPoint} from "./lossPlot.js";
import type {PriorState} from "./priorState.js";
import {priorTraining} from "./priorTraining.js";
import {provenanceLabel, type Provenance} from "./provenance.js";
import {store} from "./store.js";
import {trainingControl} from "./trainingControl.js";
import {trainingForm} from "./trainingForm.js";
import {placeBadge, placeText} from "./trainingPlace.js";
import {trainingSession, type Training as TrainingOf} from "./trainingSession.js";
import {
  patienceText,
  problemOf,
  settingsOfAddress,
  trainingName,
  type PresetName,
  type TrainingSettings
} from "./trainingSettings.js";

type Training = TrainingOf<TrainingSettings>;

/** Milliseconds between two drawings of a training that runs, at least. */
const REDRAW = 300;

/**
 * Trains a prior in the page, and shows its losses, where it runs and how fast. `dispose` ends what runs.
 * @param options `preset`: the one that the page begins with (`quick`)
 */
export function trainingFigure(
  state: PriorState,
  {preset}: {preset?: PresetName} = {}
): {element: HTMLElement; dispose(): void} {
  const chosen = store(settingsOfAddress(preset));
  const session = trainingSession(priorTraining(state), chosen);
  const {training} = session;
  const form = trainingForm(chosen, preset);
  const control = trainingControl(session);
  const badge = placeBadge();
  const trouble = h("p", {class: "note-small", role: "alert"});
  const legend = lossLegend();
  const width = roomFor(680);
  const plot = lossPlot({width, height: Math.round(Math.max(230, 0.38 * width))});
  const labels = h("div", {});
  const files = h("div", {});
  let shipped: Awaited<ReturnType<PriorState["run"]["training"]>> = {losses: [], detail: ""};

  function draw() {
    const {settings, step, rate, place, points, losses, phase} = training.value;
    const going = points.length > 0 || losses.length > 0 || phase !== "idle";
    const next = problemOf(chosen.value) ? priorPresets[chosen.value.preset].training : chosen.value;
    const {steps} = going ? settings : next;
    const heldOut = heldOutOf(losses);
    plot.draw({steps, trained: points, heldOut, shipped: heldOutOf(shipped.losses)});
    legend.show({trained: points.at(-1)?.loss, heldOut: heldOut.at(-1)?.loss}, shipped.losses.length > 0);
    control.progress(step, settings.steps, phase === "running" ? rate : undefined);
    badge.show(place, rate);
    const sources: Provenance[] = [];
    if (going) sources.push({kind: "live", detail: provenanceOf(training.value)});
    if (shipped.detail) sources.push({kind: "shipped", detail: `pale line: the prior that ships, ${shipped.detail}`});
    labels.replaceChildren(provenanceLabel(...sources));
  } // prettier-ignore

  let timer: ReturnType<typeof setTimeout> | undefined;
  const drawSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      draw();
    }, REDRAW);
  };
  let shown: Training | undefined;
  training.subscribe((now) => {
    const changed = (...keys: (keyof Training)[]) => !shown || keys.some((key) => shown![key] !== now[key]);
    if (changed("phase", "saved", "crashed", "settings")) {
      form.lock(now.phase !== "idle");
      show();
      draw();
    }
    if (changed("said")) control.say(now.said);
    if (changed("result")) files.replaceChildren(downloads(...filesOf(now, plot.element)));
    if (changed("result") && now.result)
      state.trained?.({name: `prior, ${trainingName(now.settings)}`, bytes: now.result.prior});
    if (changed("trouble")) trouble.textContent = now.trouble;
    trouble.hidden = !now.trouble;
    shown = now;
    drawSoon();
  });
  function show() {
    const {phase, saved, crashed} = training.value;
    control.show({phase, from: saved?.step, again: crashed, blocked: problemOf(chosen.value) !== undefined});
  }
  chosen.subscribe(() => {
    show();
    drawSoon();
  });
  // A prior that can't be read is told of where it is needed; here it is a line that is missing.
  state.run.training().then((found) => {
    shipped = found;
    draw();
  }, () => {}); // prettier-ignore

  const caption = h(
    "div",
    {class: "figure-caption"},
    "When the fall at the beginning is over, the axis closes in on the losses after it. With another seed, other encodings are held out."
  );
  const below = [badge.element, legend.element, plot.element, caption, labels, files];
  return {
    element: figure([form, control.element, trouble, ...below], {provenance: []}),
    dispose() {
      session.cancel();
      clearTimeout(timer);
    }
  };
}

const heldOutOf = (losses: Training["losses"]): LossPoint[] =>
  losses.map(({step, heldOut}) => ({step, loss: heldOut}));

/** Preset, seed, steps done, patience, backend, threads. */
function provenanceOf({settings, step, place}: Training): string {
  const {preset, seed, steps, patience} = settings;
  const done = step < steps ? `${step.toLocaleString("en")} of ` : "";
  const where = place ? `, ${placeText(place)}` : "";
  return `preset ${preset}, seed ${seed}, ${done}${steps.toLocaleString("en")} steps${patienceText(patience)}${where}`;
}

function filesOf({result, settings}: Training, plot: SVGSVGElement): Download[] {
  const picture = {label: "SVG", name: "losses.svg", make: () => svgBlob(plot)};
  if (!result) return [picture];
  const name = `${settings.preset}-seed${settings.seed}`;
  const rows = result.losses.map(({step, trained, heldOut}) => [step, trained, heldOut]);
  return [
    picture,
    {
      label: "Prior, .safetensors",
      name: `prior-${name}.safetensors`,
      make: () => bytesBlob(result.prior)
    },
    {
      label: "Losses, CSV",
      name: `losses-${name}.csv`,
      make: () => csvBlob(["step", "training loss", "held-out loss"], rows)
    }
  ];
}

/** Which line is which, with the last values. */
function lossLegend() {
  const [trained, heldOut] = [h("b", {}), h("b", {})];
  const entry = (color: string, kind: string, ...children: (Node | string)[]) =>
    h("span", {}, h("span", {class: `line-swatch ${kind}`, style: `background:${color}`}), ...children);
  const pale = entry(lossColors.shipped, "pale", "held out, the prior that ships");
  return {
    element: h(
      "div",
      {class: "line-legend"},
      entry(lossColors.trained, "thin", "training ", trained),
      entry(lossColors.heldOut, "", "held out ", heldOut),
      pale
    ),
    show(last: {trained?: number; heldOut?: number}, shipped: boolean) {
      trained.textContent = last.trained?.toFixed(3) ?? "";
      heldOut.textContent = last.heldOut?.toFixed(4) ?? "";
      pale.hidden = !shipped;
    }
  };
}
