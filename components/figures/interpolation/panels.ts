/** Curves along a path, in panels above each other over one axis from 0 to 1. */
import {svg} from "../dom.js";
import {ticksOf} from "../lab/plane.js";
import {plotElement, plotText, ticksBelow} from "../plotFrame.js";

export interface Curve {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** CSS variable. */
  color: string;
  width?: number;
  dash?: string;
  /** Draws points as well (`true`), or alone (`"only"`). */
  dots?: boolean | "only";
}

/** A scale's name: `quality` is 1 - value on a logarithmic axis, since good correlations differ in their last digits. */
export type PanelScale = "linear" | "log" | "quality";

export type Panel =
  | {
      kind: "curves";
      label: string;
      scale?: PanelScale;
      /** Default: that of the curves and the band. */
      domain?: readonly [number, number];
      curves: readonly Curve[];
      /** A stretch of usual values, with the middle one as a line. */
      band?: {low: number; high: number; middle: number; color: string; name: string};
      levels?: readonly {y: number; name: string}[];
      height?: number;
    }
  | {
      kind: "rows";
      label: string;
      /** A row a path: its colour, and coloured stretches on it. */
      rows: readonly {color: string; spans: readonly {from: number; to: number; color: string}[]}[];
    };

export interface Panels {
  element: SVGSVGElement;
  /** Draws the line at x, or takes it away. */
  mark(x: number | undefined): void;
  /** The value of x under a pointer. */
  at(event: {clientX: number}): number;
}

const LEFT = 56;
const RIGHT = 14;
const [TOP, GAP, BOTTOM] = [20, 32, 42];
const ROW = 9;

/** @param width CSS pixels */
export function panels(
  parts: readonly Panel[],
  {width, xLabel, label}: {width: number; xLabel: string; label: string}
): Panels {
  // prettier-ignore
  const [x0, x1] = [LEFT, width - RIGHT];
  const px = (x: number) => x0 + (x1 - x0) * x;
  const drawn: SVGElement[] = [];
  let top = TOP;
  const first = top;
  for (const part of parts) {
    const height = part.kind === "rows" ? ROW * part.rows.length : (part.height ?? 170);
    drawn.push(plotText({x: 4, y: top - 7}, part.kind === "rows" ? part.label : `↑ ${part.label}`));
    if (part.kind === "rows") drawn.push(...rowsPanel(part, top, px));
    else drawn.push(...curvesPanel(part, {top, height, x0, x1, px}));
    top += height + GAP;
  }
  const foot = top - GAP;
  const line = svg("path", {
    d: "",
    stroke: "var(--theme-foreground)",
    "stroke-width": 1.2,
    "stroke-dasharray": "3 3"
  });
  const element = plotElement(
    {width, height: foot + BOTTOM},
    ...drawn,
    ...ticksBelow(1, [x0, x1], foot),
    plotText({x: x1, y: foot + 34}, `${xLabel} →`, "end"),
    line
  );
  element.setAttribute("aria-label", label);
  return {
    element,
    mark(x) {
      line.setAttribute("d", x === undefined ? "" : `M${px(x).toFixed(2)},${first}V${foot}`);
    },
    at({clientX}) {
      const box = element.getBoundingClientRect();
      const x = (((clientX - box.left) / box.width) * width - x0) / (x1 - x0);
      return Math.min(1, Math.max(0, x));
    }
  };
}

function rowsPanel(
  part: Extract<Panel, {kind: "rows"}>,
  top: number,
  px: (x: number) => number
): SVGElement[] {
  return part.rows.flatMap(({color, spans}, i) => {
    const y = top + ROW * i;
    const track = svg("rect", {x: px(0), y: y + 1, width: px(1) - px(0), height: ROW - 2, fill: `var(${color})`, "fill-opacity": 0.12}); // prettier-ignore
    const pieces = spans.map(
      ({from, to, color: fill}) =>
      svg("rect", {x: px(from), y: y + 1, width: Math.max(1, px(to) - px(from)), height: ROW - 2, fill: `var(${fill})`}) // prettier-ignore
    );
    return [track, svg("rect", {x: px(0) - 12, y: y + 1, width: 8, height: ROW - 2, fill: `var(${color})`}), ...pieces]; // prettier-ignore
  });
}

interface Place {
  top: number;
  height: number;
  x0: number;
  x1: number;
  px(x: number): number;
}

function curvesPanel(part: Extract<Panel, {kind: "curves"}>, {top, height, x0, x1, px}: Place): SVGElement[] {
  const {scale = "linear", curves, band, levels = []} = part;
  const to = scales[scale];
  const values = [
    ...curves.flatMap(({y}) => Array.from(y)),
    ...(band ? [band.low, band.high] : []),
    ...levels.map(({y}) => y)
  ].filter((v) => Number.isFinite(to(v)));
  const [least, most] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const domain = part.domain ?? (values.length > 0 ? [least, most] : [0, 1]);
  const pad = part.domain ? 0 : 0.05 * (to(domain[1]) - to(domain[0])) || 0.5;
  const [low, high] = [to(domain[0]) - pad, to(domain[1]) + pad];
  const bottom = top + height;
  const py = (v: number) => bottom - (height * (Math.min(high, Math.max(low, to(v))) - low)) / (high - low);
  const out: SVGElement[] = [];
  for (const {value, label} of ticks(scale, low, high, height / 40)) {
    const y = Math.round(py(value)) + 0.5;
    out.push(svg("path", {d: `M${x0},${y}H${x1}`, stroke: "var(--theme-foreground-faintest)"}));
    out.push(plotText({x: x0 - 6, y: y + 4}, label, "end"));
  }
  out.push(svg("path", {d: `M${x0},${bottom + 0.5}H${x1}`, stroke: "var(--theme-foreground-fainter)"}));
  if (band) {
    const [upper, lower] = [py(band.high), py(band.low)];
    out.push(svg("rect", {x: x0, y: upper, width: x1 - x0, height: Math.max(1, lower - upper), fill: `var(${band.color})`, "fill-opacity": 0.16})); // prettier-ignore
    out.push(svg("path", {d: `M${x0},${py(band.middle).toFixed(1)}H${x1}`, stroke: `var(${band.color})`, "stroke-width": 1.2, "stroke-dasharray": "6 3"})); // prettier-ignore
    out.push(plotText({x: x1 - 4, y: lower - 4}, band.name, "end"));
  }
  for (const {y, name} of levels) {
    out.push(svg("path", {d: `M${x0},${py(y).toFixed(1)}H${x1}`, stroke: "var(--theme-foreground-muted)", "stroke-dasharray": "2 4"})); // prettier-ignore
    out.push(plotText({x: x1 - 4, y: py(y) - 4}, name, "end"));
  }
  for (const {x, y, color, width = 1.8, dash, dots = false} of curves) {
    const points = Array.from(x, (v, i) => [px(v), y[i]] as const).filter(([, v]) => !Number.isNaN(v));
    const at = points.map(([a, v]) => `${a.toFixed(2)},${py(v).toFixed(2)}`);
    if (dots !== "only" && at.length > 0)
      out.push(svg("path", {d: `M${at.join("L")}`, fill: "none", stroke: `var(${color})`, "stroke-width": width, "stroke-linejoin": "round", ...(dash ? {"stroke-dasharray": dash} : {})})); // prettier-ignore
    if (dots)
      for (const [a, v] of points)
        out.push(svg("circle", {cx: a.toFixed(2), cy: py(v).toFixed(2), r: 2.4, fill: `var(${color})`}));
  }
  return out;
}

/** Values to what is even on the axis. */
const scales: Record<PanelScale, (v: number) => number> = {
  linear: (v) => v,
  log: (v) => Math.log10(v),
  quality: (v) => -Math.log10(Math.max(1e-6, 1 - v))
};

const qualities = [-1, 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999];

function ticks(scale: PanelScale, low: number, high: number, count: number) {
  if (scale === "linear") return ticksOf({domain: [low, high], label: ""}, count);
  if (scale === "log") return ticksOf({domain: [10 ** low, 10 ** high], label: "", log: true}, count);
  return qualities
    .filter((v) => scales.quality(v) >= low && scales.quality(v) <= high)
    .map((value) => ({value, label: String(value).replace("-", "−")}));
}
