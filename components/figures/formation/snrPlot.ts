import {svg} from "../dom.js";
import {plotElement, plotText, type PlotSize} from "../plotFrame.js";

const margin = {top: 22, right: 12, bottom: 36, left: 44};

/** SNR against the number of copies averaged, both logarithmic, beside the line SNR(1) N. */
export function snrPlot({width, height}: PlotSize) {
  const [x0, x1, y0, y1] = [margin.left, width - margin.right, height - margin.bottom, margin.top];
  const element = plotElement({width, height});
  return {
    element,
    draw(points: readonly {n: number; snr: number}[]) {
      const first = points[0].snr;
      const most = points[points.length - 1];
      const decadesX = Math.max(1, Math.ceil(Math.log10(Math.max(10, most.n))));
      const low = Math.floor(Math.log10(first) - 0.1);
      const decadesY = Math.max(decadesX, Math.ceil(Math.log10(Math.max(most.snr, first * most.n)) - low));
      const x = (n: number) => x0 + ((x1 - x0) * Math.log10(n)) / decadesX;
      const y = (snr: number) => y0 - ((y0 - y1) * (Math.log10(snr) - low)) / decadesY;
      element.setAttribute(
        "aria-label",
        `SNR against number of copies: ${points.map(({n, snr}) => `${n}: ${snr.toPrecision(2)}`).join(", ")}`
      );
      element.replaceChildren(
        ...Array.from({length: decadesY + 1}, (_, k) => {
          const v = 10 ** (low + k);
          return svg(
            "g",
            {},
            svg("path", {
              d: `M${x0},${Math.round(y(v)) + 0.5}H${x1}`,
              stroke: "var(--theme-foreground-faintest)"
            }),
            ...(decadesY < 6 || k % 2 === 0
              ? [
                  plotText(
                    {x: x0 - 6, y: y(v) + 4},
                    v >= 1e4 || v < 1e-3 ? v.toExponential(0) : String(Number(v.toPrecision(1))),
                    "end"
                  )
                ]
              : [])
          );
        }),
        ...Array.from({length: decadesX + 1}, (_, k) =>
          plotText(
            {x: x(10 ** k), y: y0 + 17},
            (10 ** k).toLocaleString("en"),
            k === decadesX ? "end" : "middle"
          )
        ),
        svg("path", {
          d: `M${x(1)},${y(first)}L${x(10 ** decadesX)},${y(first * 10 ** decadesX)}`,
          stroke: "var(--theme-foreground-fainter)",
          "stroke-dasharray": "4 3"
        }),
        ...points.map(({n, snr}) =>
          svg("circle", {cx: x(n), cy: y(snr), r: 3, fill: "var(--series-encodings)"})
        ),
        plotText({x: 0, y: 11}, "↑ SNR of the average, measured"),
        plotText({x: x1, y: height - 3}, "copies N →", "end")
      );
    }
  };
}
