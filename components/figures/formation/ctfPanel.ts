import {computed, effect} from "@preact/signals-core";
import {ctfZeros} from "../../cryoem/ctfCurve.js";
import {centredHalf} from "../../cryoem/powerSpectrum.js";
import {h} from "../dom.js";
import {ctfPlot} from "./ctfPlot.js";
import type {Formation} from "./graph.js";
import type {Panel} from "./panel.js";
import {opticsOf} from "./parameters.js";
import {sliders} from "./slider.js";
import {imageView} from "./view.js";
import {visible} from "../visible.js";

/** The contrast transfer function: along both axes of its astigmatism, and in 2-D. */
export function ctfPanel({settings, transfer, frame, loaded}: Formation): Panel & {plot: SVGSVGElement} {
  const optics = opticsOf(settings);
  const plot = ctfPlot({width: 460, height: 250});
  const holder = h("div", {class: "panel-plot"}, plot.element);
  const seen = visible(holder);
  const view = imageView(
    computed(
      () =>
        transfer.value && {
          values: centredHalf(transfer.value, frame.value!.D),
          D: frame.value!.D,
          range: [-1, 1]
        }
    ),
    {label: "The contrast transfer function in 2-D, frequency 0 in the middle, black −1, white 1"}
  );
  const caption = h("figcaption", {});
  const status = h("p", {class: "scatter-status"}, "\u00a0");
  let drawn = false;
  const stops = [
    effect(() => {
      if ((!seen.shown.value && drawn) || !frame.value) return;
      drawn = true;
      plot.draw(optics.value, 0.5 / frame.value.pixelSize);
    }),
    effect(() => {
      if (!frame.value) return;
      const nyquist = 0.5 / frame.value.pixelSize;
      caption.textContent = `in 2-D, to ${(1 / nyquist).toFixed(1)} Å`;
      const zeros = ctfZeros(optics.value, optics.value.astigmatismAngle, nyquist).slice(0, 4);
      const list = zeros.map((s) => (1 / s).toFixed(1)).join(", ");
      status.textContent =
        loaded.value && !loaded.value.ctf
          ? "No CTF was loaded with these particles: it counts as 1."
          : zeros.length
            ? `First zeros along U: ${list} Å`
            : `No zero up to the Nyquist frequency, ${(1 / nyquist).toFixed(1)} Å`;
    })
  ];
  const controls = sliders(settings, [
    "defocusU",
    "defocusV",
    "astigmatismAngle",
    "voltage",
    "sphericalAberration",
    "amplitudeContrast",
    "phaseShift",
    "bFactor"
  ]);
  return {
    pictures: [h("figure", {class: "of-plot"}, holder), h("figure", {}, view.element, caption)],
    controls: controls.elements,
    status,
    plot: plot.element,
    dispose() {
      for (const stop of stops) stop();
      view.dispose();
      controls.dispose();
      seen.dispose();
    }
  };
}
