/** The two terms of a VAE's loss against the epoch, one above the other. */
import {axisTicks} from "../axisTicks.js";
import {svg} from "../dom.js";
import {plotElement, plotText, ticksBelow} from "../plotFrame.js";

/** A point of a training curve: means of the loss and its terms. */
export interface TermsAt {
  epoch: number;
  /** Mean squared error of the pixels, in units of the images' deviation. */
  gen: number;
  /** Nats. */
  kld: number;
}

const margin = {top: 24, right: 14, bottom: 40, left: 46, between: 34};

/** Part of a training after which the axis of the error no longer has to hold its first fall. */
const FALL = 0.04;

/** `draw` shows a curve; `epochs` is where the axis ends. */
export function curvePlot(size: {width: number; height: number}): {
  element: SVGSVGElement;
  draw(points: readonly TermsAt[], epochs: number): void;
} {
  const {width, height} = size;
  const element = plotElement(size);
  const [x0, x1] = [margin.left, width - margin.right];
  const each = (height - margin.top - margin.bottom - margin.between) / 2;
  const tops = [margin.top, margin.top + each + margin.between];
  return {
    element,
    draw(points, epochs) {
      const last = points.at(-1);
      element.setAttribute(
        "aria-label",
        `Training curve: mean squared error and KL divergence against the epoch. ${last ? `Last: ${last.gen.toFixed(4)}, ${last.kld.toFixed(1)} nats at epoch ${last.epoch.toFixed(1)}.` : "No training yet."}` // prettier-ignore
      );
      const end = Math.max(epochs, last?.epoch ?? 0, 1e-9);
      const x = (epoch: number) => x0 + ((x1 - x0) * epoch) / end;
      const late = points.filter(({epoch}) => epoch >= FALL * end);
      const shown = late.length > 2 ? late : points;
      const panel = (k: number, term: "gen" | "kld", color: string, label: string): SVGElement[] => {
        const [top, bottom] = [tops[k], tops[k] + each];
        const values = (term === "gen" ? shown : points).map((p) => p[term]);
        let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
        if (term === "kld") low = 0;
        const pad = 0.06 * (high - low) || 0.05 * (Math.abs(high) || 1);
        [low, high] = [term === "kld" ? 0 : low - pad, high + pad];
        const y = (v: number) => bottom - ((bottom - top) * (v - low)) / (high - low);
        const d = points.map((p, i) => `${i ? "L" : "M"}${x(p.epoch).toFixed(1)},${y(p[term]).toFixed(1)}`).join(""); // prettier-ignore
        return [
          ...axisTicks(low, high, each / 20).flatMap(({value, label: words}) => {
            const p = Math.round(y(value)) + 0.5;
            return [
              svg("path", {d: `M${x0},${p}H${x1}`, stroke: "var(--theme-foreground-faintest)"}),
              plotText({x: x0 - 6, y: p + 4}, words, "end")
            ];
          }),
          plotText({x: 0, y: top - 9}, label),
          // cut off at the frame, as a nested svg is
          svg(
            "svg",
            {x: x0, y: top, width: x1 - x0 + 4, height: each, viewBox: `${x0} ${top} ${x1 - x0 + 4} ${each}`},
            svg("path", {d, fill: "none", stroke: color, "stroke-width": 1.8, "stroke-linejoin": "round"}),
            ...(points.length <= 80
              ? points.map((p) => svg("circle", {cx: x(p.epoch), cy: y(p[term]), r: 2.4, fill: color}))
              : [])
          ),
          svg("path", {d: `M${x0},${bottom + 0.5}H${x1}`, stroke: "var(--theme-foreground-fainter)"})
        ];
      };
      element.replaceChildren(
        ...panel(0, "gen", "var(--series-prior)", "↑ mean squared error of the pixels"),
        ...panel(1, "kld", "var(--series-encodings)", "↑ KL from N(0, I), nats"),
        ...ticksBelow(end, [x0, x1], tops[1] + each),
        plotText({x: x1, y: height - 4}, "epoch →", "end")
      );
    }
  };
}
