import type {Ctf} from "../../cryoem/ctf.js";
import {ctfCurve, ctfZeros} from "../../cryoem/ctfCurve.js";
import {axisTicks} from "../axisTicks.js";
import {svg} from "../dom.js";

const margin = {top: 22, right: 12, bottom: 36, left: 34};

/** Points a curve is drawn with. */
const POINTS = 300;

/** CTF against spatial frequency, along its largest and its smallest defocus, with envelope and zeros. */
export function ctfPlot({width, height}: {width: number; height: number}): {
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
  const text = (
    at: {x: number; y: number},
    words: string,
    anchor = "start",
    fill = "var(--theme-foreground-muted)"
  ) => svg("text", {...at, "text-anchor": anchor, fill}, words);
  const element = svg(
    "svg",
    {width, height, viewBox: `0 0 ${width} ${height}`, class: "loss-plot", role: "img", "font-size": 12},
    ...[-1, 0, 1].flatMap((v) => [
      svg("path", {d: `M${x0},${y(v) + 0.5}H${x1}`, stroke: "var(--theme-foreground-faintest)"}),
      text({x: x0 - 6, y: y(v) + 4}, String(v).replace("-", "−"), "end")
    ]),
    ticks,
    zeros,
    envelopes,
    alongV,
    alongU,
    text({x: 0, y: 11}, "↑ CTF"),
    text({x: x0 + 60, y: 11}, "— along U", "start", "var(--series-encodings)"),
    text({x: x0 + 130, y: 11}, "— along V", "start", "var(--series-prior)"),
    text({x: x0 + 205, y: 11}, "● zeros"),
    text({x: x1, y: height - 3}, "spatial frequency, 1/Å →", "end")
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
      ticks.replaceChildren(
        ...axisTicks(0, nyquist, (x1 - x0) / 80).flatMap(({value, label}) => [
          svg("path", {
            d: `M${Math.round(x(value)) + 0.5},${y0}v5`,
            stroke: "var(--theme-foreground-fainter)"
          }),
          text({x: x(value), y: y0 + 17}, label, value > 0.97 * nyquist ? "end" : "middle")
        ])
      );
    }
  };
}
