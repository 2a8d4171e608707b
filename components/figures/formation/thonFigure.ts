import {computed, effect, signal} from "@preact/signals-core";
import {thonFit, thonSpectrum, type ThonSpectrum} from "../../analysis/thonFit.js";
import type {Ctf} from "../../cryoem/ctf.js";
import {centredHalf} from "../../cryoem/powerSpectrum.js";
import {h} from "../dom.js";
import {csvBlob, pngBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {provenanceLabel} from "../provenance.js";
import {rangeControl} from "../runControl.js";
import {urlState} from "../urlState.js";
import {follow} from "../follow.js";
import type {Workers} from "./panel.js";
import {thonPlot} from "./thonPlot.js";
import {thonTask, type ThonSources, type ThonTask} from "./thonTask.js";
import {imageView, sampledLimits} from "./view.js";

/** Thon rings of a micrograph whose defocus is hidden: the reader moves the model until its rings lie on the measured ones. */
export function thonFigure(workers: Workers, sources: ThonSources): {element: HTMLElement; dispose(): void} {
  const seed = signal(urlState.number("thon", 1, 0, 2 ** 31 - 1));
  const fit = {defocusU: signal(10000), defocusV: signal(10000), astigmatismAngle: signal(0)};
  const task = thonTask(seed, sources);
  const measured = follow<ThonTask, {task: ThonTask; spectrum: ThonSpectrum}>(
    task,
    async (asked, signal) => ({
      task: asked,
      spectrum: thonSpectrum(await asked.power(workers, signal), asked.D, asked.pixelSize)
    })
  );
  const model = computed<Ctf>(() => ({
    ...task.value.ctf,
    defocusU: fit.defocusU.value,
    defocusV: fit.defocusV.value,
    astigmatismAngle: fit.astigmatismAngle.value
  }));
  const compared = computed(
    () => measured.value.value && thonFit(measured.value.value.spectrum, model.value)
  );
  const view = imageView(
    computed(() => {
      const spectrum = measured.value.value?.spectrum;
      if (!spectrum || !compared.value) return undefined;
      return {
        values: halves(spectrum, compared.value.model),
        D: spectrum.D,
        range: [0, 1] as [number, number]
      };
    }),
    {label: "Left half: the measured power spectrum. Right half: the model, CTF²."}
  );
  const plot = thonPlot({width: 520, height: 280});
  const score = h("p", {class: "scatter-status", role: "status"}, "\u00a0");
  const answer = h("p", {class: "note-small"}, "");
  const microns = (v: number) => `${(v / 1e4).toFixed(2)} µm`;
  const range = (
    label: string,
    value: (typeof fit)["defocusU"],
    max: number,
    step: number,
    show: (v: number) => string
  ) => rangeControl(label, {value: value.peek(), min: 0, max, step, show, change: (v) => (value.value = v)});
  const controls = [
    range("Defocus U", fit.defocusU, 30000, 50, microns),
    range("Defocus V", fit.defocusV, 30000, 50, microns),
    range("Angle of U", fit.astigmatismAngle, 180, 1, (v) => `${v}°`)
  ];
  const another = h("button", {type: "button", class: "action"}, "Another micrograph");
  another.addEventListener("click", () => {
    seed.value += 1;
    urlState.set({thon: seed.value});
  });
  const reveal = h("button", {type: "button", class: "quiet"}, "Show its defocus");
  reveal.addEventListener("click", () => {
    const {defocusU, defocusV, astigmatismAngle} = task.value.ctf;
    answer.textContent = `${task.value.simulated ? "It was made with" : "Their file says:"} defocus ${microns(defocusU)} and ${microns(defocusV)}, U at ${astigmatismAngle.toFixed(0)}°.`;
  });
  const stops = [
    effect(() => {
      score.dataset.state = measured.busy.value ? "busy" : "done";
      if (!compared.value)
        return void (score.textContent = measured.error.value || "Making the micrograph …");
      score.textContent = `Agreement of model and spectrum: ${compared.value.score.toFixed(3)}`;
      plot.draw(compared.value, task.value.pixelSize);
    })
  ];
  const caption = h("span", {});
  const provenance = h("div", {});
  stops.push(
    effect(() => {
      caption.textContent = `${task.value.text} In the picture, the left half is measured and the right half is the model.`;
      provenance.replaceChildren(provenanceLabel({kind: "live", detail: task.value.source}));
      another.hidden = !task.value.simulated;
    }),
    effect(() => {
      if (task.value) answer.textContent = "";
    })
  );
  const element = figure(
    [
      h("div", {class: "thon"}, view.element, h("div", {class: "panel-plot"}, plot.element)),
      h("div", {class: "panel-controls"}, ...controls),
      h("div", {class: "run"}, another, reveal),
      score,
      answer,
      h("div", {class: "figure-caption"}, caption),
      provenance
    ],
    {
      id: "F1-thon",
      title: "Thon rings: measured, and of a model",
      provenance: [],
      files: [
        {label: "PNG", name: "thon-rings.png", make: () => pngBlob(view.canvas)},
        {label: "SVG", name: "thon-curve.svg", make: () => svgBlob(plot.element)},
        {
          label: "CSV",
          name: "thon-curve.csv",
          make: () => {
            if (!compared.value) throw new Error("no spectrum yet");
            const {measured, curve} = compared.value;
            const {D, pixelSize} = task.value;
            const rows = Array.from(measured, (p, r) => [r / (D * pixelSize), p, curve[r]]);
            return csvBlob(["frequency (1/A)", "power", "CTF^2 of the model"], rows);
          }
        }
      ]
    }
  );
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      view.dispose();
      measured.dispose();
    }
  };
}

/** Left half measured, right half modelled, both between 0 and 1. */
function halves({rings, D}: ThonSpectrum, model: Float64Array): Float32Array {
  const picture = centredHalf(model, D);
  const left = centredHalf(rings, D);
  const [low, high] = sampledLimits(left);
  for (let y = 0; y < D; ++y)
    for (let x = 0; x < D / 2; ++x) picture[y * D + x] = (left[y * D + x] - low) / (high - low);
  return picture;
}
