import type {Ctf} from "../../cryoem/ctf.js";
import {ctfCurve, ctfZeros} from "../../cryoem/ctfCurve.js";
import {svg} from "../dom.js";
import {plotElement, plotText, ticksBelow, type PlotSize} from "../plotFrame.js";

const margin = {top: 22, right: 12, bottom: 36, left: 34};

/** Points a curve is drawn with. */
const POINTS = 300;

/** CTF against spatial frequency, along its largest and its smallest defocus, with envelope and zeros. */
export function ctfPlot({width, height}: PlotSize): {
  element: SVGSVGElement;
  /** @param nyquist where the axis ends, 1/Å */
  draw(ctf: Ctf, nyquist: number): void;
} {
  const [x0, x1, y0, y1] = [margin.left, width - margin.right, height - margin.bottom, margin.top];
  const y = (v: number) => (y0 + y1) / 2 - (v * (y0 - y1)) / 2;
  const curve = (color: string, extra = {}) =>
    svg("path", {fill: "none", stroke: color, "stroke-width": 1.6, "stroke-linejoin": "round", ...extra});
  const alongU = curve("var(--series-encodings)");
  const alongV = curve("var(--series-prior)");
  const envelopes = curve("var(--theme-foreground-muted)", {"stroke-width": 1, "stroke-dasharray": "2 3"});
  const zeros = svg("g");
  const ticks = svg("g");
  const element = plotElement(
    {width, height},
    ...[-1, 0, 1].flatMap((v) => [
      svg("path", {d: `M${x0},${y(v) + 0.5}H${x1}`, stroke: "var(--theme-foreground-faintest)"}),
      plotText({x: x0 - 6, y: y(v) + 4}, String(v).replace("-", "−"), "end")
    ]),
    ticks,
    zeros,
    envelopes,
    alongV,
    alongU,
    plotText({x: 0, y: 11}, "↑ CTF"),
    plotText({x: x0 + 60, y: 11}, "— along U", "start", "var(--series-encodings)"),
    plotText({x: x0 + 130, y: 11}, "— along V", "start", "var(--series-prior)"),
    plotText({x: x0 + 205, y: 11}, "● zeros"),
    plotText({x: x1, y: height - 3}, "spatial frequency, 1/Å →", "end")
  );
  let reach = 0;
  return {
    element,
    draw(ctf, nyquist) {
      const x = (s: number) => x0 + ((x1 - x0) * s) / nyquist;
      const frequencies = Float64Array.from({length: POINTS}, (_, i) => (nyquist * i) / (POINTS - 1));
      const path = (values: ArrayLike<number>) =>
        Array.from(
          values,
          (v, i) => `${i ? "L" : "M"}${x(frequencies[i]).toFixed(1)},${y(v).toFixed(1)}`
        ).join("");
      const angle = ctf.astigmatismAngle;
      alongU.setAttribute("d", path(ctfCurve(ctf, frequencies, angle)));
      alongV.setAttribute("d", path(ctfCurve(ctf, frequencies, angle + 90)));
      const envelope = frequencies.map((s) => Math.exp((-(ctf.bFactor ?? 0) * s * s) / 4));
      envelopes.setAttribute("d", ctf.bFactor ? path(envelope) + path(envelope.map((v) => -v)) : "");
      zeros.replaceChildren(
        ...ctfZeros(ctf, angle, nyquist)
          .slice(0, 60)
          .map((s) =>
            svg("circle", {cx: x(s).toFixed(1), cy: y(0) + 0.5, r: 2.5, fill: "var(--series-encodings)"})
          )
      );
      element.setAttribute(
        "aria-label",
        `Contrast transfer function up to ${nyquist.toPrecision(3)} per Å, defocus ${(ctf.defocusU / 1e4).toFixed(2)} and ${(ctf.defocusV / 1e4).toFixed(2)} µm`
      );
      if (reach === nyquist) return;
      reach = nyquist;
      ticks.replaceChildren(...ticksBelow(nyquist, [x0, x1], y0));
    }
  };
}
