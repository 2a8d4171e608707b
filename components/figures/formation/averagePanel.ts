import {computed, effect, signal} from "@preact/signals-core";
import type {Average, AverageInput} from "../../jobs/averageCopies.js";
import {h} from "../dom.js";
import {rangeControl} from "../runControl.js";
import {FOLLOW} from "../worker.js";
import {follow} from "../follow.js";
import type {Formation} from "./graph.js";
import type {Panel, Workers} from "./panel.js";
import {opticsOf} from "./parameters.js";
import {snrPlot} from "./snrPlot.js";
import {imageView} from "./view.js";
import {visible} from "../visible.js";

/** Milliseconds that a control must rest before copies are averaged anew: while it moves, the single image comes first. */
const REST = 150;

/** The same particle N times over, each time in new noise, phase-flipped and averaged. */
export function averagePanel(formation: Formation, workers: Workers): Panel {
  const {projection, noiseLevel, settings, frame, loaded} = formation;
  const log2Copies = signal(6);
  const spread = signal(0);
  const optics = opticsOf(settings);
  const plot = snrPlot({width: 330, height: 200});
  const holder = h("div", {class: "panel-plot"}, plot.element);
  const seen = visible(holder);
  const question = computed<AverageInput | undefined>(() => {
    if (!seen.shown.value || !projection.value || !frame.value || loaded.value) return undefined;
    return {
      projection: Float32Array.from(projection.value),
      ...frame.value,
      ctf: optics.value,
      defocusSpread: spread.value,
      sigma: noiseLevel.value,
      copies: 2 ** log2Copies.value,
      seed: settings.seed.value
    };
  });
  const average = follow<AverageInput, Average>(
    question,
    (input, signal, onPartial) =>
      workers.run("averageCopies", input, {priority: FOLLOW, affinity: "averageCopies", signal, onPartial}),
    {rest: REST}
  );
  const view = imageView(
    computed(() => {
      const image = average.value.value?.image;
      const D = image && Math.sqrt(image.length);
      return image && D ? {values: image, D} : undefined;
    }),
    {
      label: "The average of phase-flipped copies of the particle",
      empty: computed(() =>
        loaded.value ? "Copies can be made of a simulated particle only." : average.error.value || "…"
      )
    }
  );
  const status = h("p", {class: "scatter-status"}, "\u00a0");
  const stops = [
    effect(() => {
      const now = average.value.value;
      holder.hidden = loaded.value !== undefined;
      status.dataset.state = average.busy.value || average.stale.value ? "busy" : "done";
      if (!now) return void (status.textContent = "\u00a0");
      plot.draw(now.snr);
      const last = now.snr[now.snr.length - 1];
      status.textContent = `${last.n.toLocaleString("en")} ${last.n === 1 ? "copy" : "copies"}: SNR ${last.snr.toPrecision(3)}, ${(last.snr / now.snr[0].snr).toPrecision(3)} times that of one`;
    })
  ];
  const copies = rangeControl("Copies N", {
    value: log2Copies.peek(),
    min: 0,
    max: 11,
    show: (v) => (2 ** v).toLocaleString("en"),
    change: (v) => (log2Copies.value = v)
  });
  const spreading = rangeControl("Spread of their defoci", {
    value: 0,
    min: 0,
    max: 6000,
    step: 100,
    show: (v) => `${(v / 1e4).toFixed(2)} µm`,
    change: (v) => (spread.value = v)
  });
  return {
    pictures: [view.element, holder],
    controls: [copies, spreading],
    status,
    dispose() {
      for (const stop of stops) stop();
      view.dispose();
      average.dispose();
      seen.dispose();
    }
  };
}
