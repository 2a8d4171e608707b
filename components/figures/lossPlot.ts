import {axisTicks} from "./axisTicks.js";
import {svg} from "./dom.js";
import {plotElement, plotText} from "./plotFrame.js";

export interface LossPoint {
  step: number;
  loss: number;
}

/** What the plot shows; each curve may be empty. */
export interface LossCurves {
  /** Where the axis of steps ends. */
  steps: number;
  /** Means over the few steps since the point before. */
  trained: LossPoint[];
  heldOut: LossPoint[];
  /** Held-out losses of the prior that ships. */
  shipped: LossPoint[];
}

/** CSS colours of the curves. */
export const lossColors = {
  trained: "var(--theme-foreground-muted)",
  heldOut: "var(--series-live)",
  shipped: "var(--series-prior)"
} as const;

/** Points of a line at most; more are averaged, so that a long training is drawn as quickly as a short one. */
const MOST = 400;

/** Steps at the beginning in which the loss falls fast, at least; else a tenth of all. */
const FALL = 200;

const margin = {top: 24, right: 14, bottom: 40, left: 42};

/** Loss against step, drawn anew by `draw` in a millisecond or so. */
export function lossPlot(size: {width: number; height: number}): {
  element: SVGSVGElement;
  draw(curves: LossCurves): void;
} {
  const {width, height} = size;
  const element = plotElement(size);
  const [x0, x1, y0, y1] = [margin.left, width - margin.right, height - margin.bottom, margin.top];
  return {
    element,
    draw({steps, ...curves}) {
      const trained = thinned(curves.trained, MOST);
      const shipped = curves.shipped.filter(({step}) => step <= steps);
      const [low, high] = lossRange(trained, [...curves.heldOut, ...shipped], steps);
      const x = (step: number) => x0 + ((x1 - x0) * step) / steps;
      const y = (loss: number) => y0 - ((y0 - y1) * (loss - low)) / (high - low);
      const line = (points: LossPoint[], color: string, attributes: Record<string, string | number> = {}) =>
        svg("path", {
          d: points.map((p, i) => `${i ? "L" : "M"}${x(p.step).toFixed(1)},${y(p.loss).toFixed(1)}`).join(""),
          fill: "none",
          stroke: color,
          "stroke-linejoin": "round",
          ...attributes
        });
      const dots = (points: LossPoint[], color: string, r: number) =>
        points.map((p) => svg("circle", {cx: x(p.step), cy: y(p.loss), r, fill: color}));
      const {length} = curves.heldOut;
      element.setAttribute("aria-label", describe(curves));
      element.replaceChildren(
        ...axes(),
        // Cut off at the frame, as a nested svg is.
        svg(
          "svg",
          {x: x0, y: y1, width: x1 - x0, height: y0 - y1, viewBox: `${x0} ${y1} ${x1 - x0} ${y0 - y1}`},
          line(trained, lossColors.trained, {"stroke-width": 1, "stroke-opacity": 0.75})
        ),
        svg(
          "g",
          {opacity: 0.5},
          line(shipped, lossColors.shipped, {"stroke-width": 2}),
          ...dots(shipped, lossColors.shipped, 2)
        ),
        line(curves.heldOut, lossColors.heldOut, {"stroke-width": 2}),
        ...dots(curves.heldOut, lossColors.heldOut, length > 60 ? 1.5 : 3)
      );

      function* axes(): Generator<SVGElement> {
        for (const {value, label} of axisTicks(low, high, (y0 - y1) / 45)) {
          const p = Math.round(y(value)) + 0.5;
          yield svg("path", {d: `M${x0},${p}H${x1}`, stroke: "var(--theme-foreground-faintest)"});
          yield plotText({x: x0 - 6, y: p + 4}, label, "end");
        }
        for (const {value} of axisTicks(0, steps, (x1 - x0) / 100)) {
          const p = Math.round(x(value)) + 0.5;
          yield svg("path", {d: `M${p},${y0}v5`, stroke: "var(--theme-foreground-fainter)"});
          yield plotText({x: Math.min(p, x1), y: y0 + 17}, (value || 0).toLocaleString("en"), value > 0.95 * steps ? "end" : "middle"); // prettier-ignore
        }
        yield svg("path", {d: `M${x0},${y0 + 0.5}H${x1}`, stroke: "var(--theme-foreground-fainter)"});
        yield plotText({x: 0, y: 11}, "↑ EDM loss", "start");
        yield plotText({x: x1, y: height - 4}, "step →", "end");
      }
    }
  };
}

/** Means of consecutive points, so that at most `most` are left. */
export function thinned(points: readonly LossPoint[], most: number): LossPoint[] {
  const each = Math.ceil(points.length / most);
  if (each <= 1) return [...points];
  return Array.from({length: Math.ceil(points.length / each)}, (_, i) => {
    const bin = points.slice(i * each, (i + 1) * each);
    return {step: bin.at(-1)!.step, loss: bin.reduce((sum, {loss}) => sum + loss, 0) / bin.length};
  });
}

/**
 * Limits of the axis of losses. At first they hold everything, and the loss 1 of a network that answers zero. Later the training
 * loss of the first steps may leave the frame: their fall would hide all that follows.
 */
function lossRange(
  trained: readonly LossPoint[],
  heldOut: readonly LossPoint[],
  steps: number
): [low: number, high: number] {
  const late = trained.filter(({step}) => step >= Math.max(FALL, 0.1 * steps));
  const zoomed = late.length > 2;
  const shown = [...(zoomed ? late : trained), ...heldOut].map(({loss}) => loss);
  if (!zoomed) shown.push(0.6, 1);
  let [low, high] = [Infinity, -Infinity];
  for (const loss of shown) [low, high] = [Math.min(low, loss), Math.max(high, loss)];
  const pad = Math.max(0.002, 0.05 * (high - low));
  return [low - pad, high + pad];
}

function describe({trained, heldOut}: Omit<LossCurves, "steps">): string {
  const last = [
    trained.length > 0 && `training loss ${trained.at(-1)!.loss.toFixed(3)}`,
    heldOut.length > 0 && `held-out loss ${heldOut.at(-1)!.loss.toFixed(4)}`
  ].filter(Boolean);
  return `Loss against step. ${last.length ? `Last: ${last.join(", ")}.` : "No training yet: the held-out loss of the prior that ships."}`;
}
