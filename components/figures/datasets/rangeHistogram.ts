import {axisTicks} from "../axisTicks.js";
import {h, svg} from "../dom.js";
import {svgBlob} from "../download.js";
import type {Range} from "./imageFilter.js";
import {rangeInputs} from "./rangeInputs.js";

export interface RangeHistogramOptions {
  label: string;
  unit?: string;
  /** Limits of the axis, in the unit shown. */
  limits: Range;
  bins: number;
  /** Steps of the fields. */
  step: number;
  /** Values are whole numbers, a bin each: the axis reaches half a bin further on both sides. */
  whole?: boolean;
  width?: number;
  /** Called with the range that was chosen, undefined for everything. */
  change(range: Range | undefined): void;
}

export interface RangeHistogram {
  element: HTMLElement;
  /** Shows counts a bin [bins], of all images and of those selected, and the range that is chosen. */
  update(all: Uint32Array, selected: Uint32Array, range: Range | undefined): void;
  svg(): Blob;
}

const height = 118;
const margin = {top: 14, right: 8, bottom: 22, left: 8};

/** A histogram in which a range is chosen by dragging, or in two fields; a click lets everything pass again. */
export function rangeHistogram(options: RangeHistogramOptions): RangeHistogram {
  const {label, unit, limits, bins, step, whole = false, width = 300, change} = options;
  const inputs = rangeInputs({label, unit, limits, step, change});
  const [low, high] = whole ? [limits[0] - 0.5, limits[1] + 0.5] : limits;
  const inner = {w: width - margin.left - margin.right, h: height - margin.top - margin.bottom};
  const base = margin.top + inner.h;
  const x = (v: number) => margin.left + ((v - low) / (high - low)) * inner.w;
  const bar = (color: string) =>
    Array.from({length: bins}, (_, i) =>
      svg("rect", {
        x: margin.left + (i * inner.w) / bins,
        width: Math.max(0.5, inner.w / bins - (inner.w / bins > 4 ? 1 : 0)),
        y: base,
        height: 0,
        fill: color
      })
    );
  const ground = bar("var(--theme-foreground-faintest)");
  const bars = bar("var(--series-encodings)");
  const mark = svg("rect", {
    y: margin.top - 4,
    height: inner.h + 4,
    fill: "var(--series-prior)",
    "fill-opacity": 0.12,
    stroke: "var(--series-prior)"
  });
  mark.style.display = "none";
  const most = svg("text", {x: width - margin.right, y: 9, "text-anchor": "end", fill: "var(--theme-foreground-muted)"}); // prettier-ignore
  const picture = svg(
    "svg",
    {viewBox: `0 0 ${width} ${height}`, width, height, role: "img", class: "range-histogram"},
    ...ground,
    ...bars,
    mark,
    svg("line", {x1: margin.left, x2: width - margin.right, y1: base, y2: base, stroke: "var(--theme-foreground-faint)"}), // prettier-ignore
    ...axisTicks(low, high, inner.w / 60).map(
      ({value, label}) =>
      svg("text", {x: x(value), y: height - 8, "text-anchor": "middle", fill: "var(--theme-foreground-muted)"}, label) // prettier-ignore
    ),
    most
  );

  const valueAt = (event: PointerEvent) => {
    const box = picture.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * width;
    const v = low + ((px - margin.left) / inner.w) * (high - low);
    return Math.min(limits[1], Math.max(limits[0], Math.round(v / step) * step));
  };
  let from: number | undefined;
  let moved = false;
  picture.addEventListener("pointerdown", (event) => {
    from = valueAt(event);
    moved = false;
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (from === undefined) return;
    const to = valueAt(event);
    if (!moved && to === from) return;
    moved = true;
    change([Math.min(from, to), Math.max(from, to)]);
  });
  picture.addEventListener("pointerup", () => {
    if (from !== undefined && !moved) change(undefined);
    from = undefined;
  });
  picture.addEventListener("pointercancel", () => (from = undefined));

  let drawnGround: Uint32Array | undefined;
  const draw = (rects: SVGRectElement[], counts: Uint32Array) => {
    const top = Math.max(1, ...counts);
    rects.forEach((rect, i) => {
      const tall = (counts[i] / top) * inner.h;
      rect.setAttribute("y", String(base - tall));
      rect.setAttribute("height", String(tall));
    });
  };
  return {
    element: h("div", {class: "range-filter"}, inputs.element, picture),
    update(all, selected, range) {
      if (all !== drawnGround) draw(ground, (drawnGround = all));
      draw(bars, selected);
      inputs.set(range);
      const top = Math.max(...selected);
      most.textContent = `highest bar: ${top.toLocaleString("en")}`;
      mark.style.display = range ? "" : "none";
      if (range) {
        const [a, b] = whole ? [range[0] - 0.5, range[1] + 0.5] : range;
        mark.setAttribute("x", String(x(a)));
        mark.setAttribute("width", String(Math.max(1, x(b) - x(a))));
      }
      picture.setAttribute(
        "aria-label",
        `Histogram of ${label}: ${selected.reduce((a, b) => a + b, 0).toLocaleString("en")} selected images${range ? `, range ${range[0]} to ${range[1]}` : ""}`
      );
    },
    svg: () => svgBlob(picture)
  };
}
