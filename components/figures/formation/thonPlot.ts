import {backgroundWidth, type ThonFit} from "../../analysis/thonFit.js";
import {runningMean} from "../../cryoem/powerSpectrum.js";
import {svg} from "../dom.js";
import {plotElement, plotText, ticksBelow, type PlotSize} from "../plotFrame.js";

const margin = {top: 22, right: 12, bottom: 36, left: 12};

/** First ring drawn, of 128. */
const FIRST = 4;

/** The measured spectrum's mean along the model's rings, less its background, and the model's CTF^2. */
export function thonPlot({width, height}: PlotSize) {
  const [x0, x1, y0, y1] = [margin.left, width - margin.right, height - margin.bottom, margin.top];
  const element = plotElement({width, height});
  return {
    element,
    draw({measured, curve, score}: ThonFit, pixelSize: number) {
      const last = measured.length - 1;
      const x = (r: number) => x0 + ((x1 - x0) * r) / last;
      const y = (v: number) => y0 - (y0 - y1) * Math.min(1.05, Math.max(-0.05, v));
      const path = (values: ArrayLike<number>) =>
        Array.from(
          {length: last + 1 - FIRST},
          (_, i) => `${i ? "L" : "M"}${x(i + FIRST).toFixed(1)},${y(values[i + FIRST]).toFixed(1)}`
        ).join("");
      element.setAttribute(
        "aria-label",
        `Power spectrum and model against spatial frequency; agreement ${score.toFixed(3)}`
      );
      element.replaceChildren(
        ...ticksBelow(0.5 / pixelSize, [x0, x1], y0),
        svg("path", {d: `M${x0},${y0 + 0.5}H${x1}`, stroke: "var(--theme-foreground-fainter)"}),
        svg("path", {d: path(curve), fill: "none", stroke: "var(--series-prior)", "stroke-width": 1.4}),
        svg("path", {
          d: path(flattened(measured)),
          fill: "none",
          stroke: "var(--series-encodings)",
          "stroke-width": 1.6
        }),
        plotText({x: 0, y: 11}, "— measured", "start", "var(--series-encodings)"),
        plotText({x: 90, y: 11}, "— model, CTF²", "start", "var(--series-prior)"),
        plotText({x: x1, y: height - 3}, "spatial frequency, 1/Å →", "end")
      );
    }
  };
}

/** The spectrum without its background, scaled so that its rings fill the plot. */
function flattened(measured: Float64Array): Float64Array {
  const background = runningMean(measured, backgroundWidth(2 * (measured.length - 1)));
  const rings = measured.map((p, r) => (background[r] > 0 ? p / background[r] - 1 : 0));
  let largest = 0;
  for (let r = 2 * FIRST; r < rings.length; ++r) largest = Math.max(largest, Math.abs(rings[r]));
  return rings.map((v) => 0.5 + (0.5 * v) / (largest || 1));
}
