/** Curves in one frame, by Observable Plot, with their names beside them in a legend. */
import {dot, lineY, plot, ruleX, ruleY, type Markish} from "@observablehq/plot";
import {h} from "../dom.js";
import type {Axis} from "./plane.js";
import type {Painter} from "./painter.js";
import {legend} from "./parts.js";

export interface Series {
  /** In the legend; a series without a name has no place there. */
  name: string;
  /** Name of a CSS variable of the page. */
  color: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  dash?: string;
  /** Draws points as well (`true`), or alone (`"only"`). */
  dots?: boolean | "only";
  width?: number;
}

export interface Lines {
  /** Where a domain is left out, it is that of the curves. */
  x: Omit<Axis, "domain"> & {domain?: readonly [number, number]};
  y: Omit<Axis, "domain"> & {domain?: readonly [number, number]};
  series: readonly Series[];
  /** Straight lines at a value: the present time, a floor. */
  rules?: readonly {x?: number; y?: number; color?: string; dash?: string}[];
  label: string;
}

/** @param size of the frame, CSS pixels */
export function lines({width, height}: {width: number; height: number}): Painter<Lines> {
  const key = h("div", {class: "line-legend"});
  const place = h("div", {class: "lines-plot"});
  return {
    element: h("div", {class: "lines"}, key, place),
    draw({x, y, series, rules = [], label}) {
      const marks: Markish[] = [];
      for (const {x: at, y: level, color = "--theme-foreground-muted", dash} of rules) {
        const style = {stroke: `var(${color})`, strokeDasharray: dash};
        if (at !== undefined) marks.push(ruleX([at], style));
        if (level !== undefined) marks.push(ruleY([level], style));
      }
      for (const {x: xs, y: ys, color, dash, dots = false, width: line = 1.8} of series) {
        // On a logarithmic axis what is not above 0 has no place.
        const kept: [number, number][] = [];
        for (let i = 0; i < xs.length; ++i)
          kept.push([x.log && !(xs[i] > 0) ? NaN : xs[i], y.log && !(ys[i] > 0) ? NaN : ys[i]]);
        const channels = {x: (p: [number, number]) => p[0], y: (p: [number, number]) => p[1]};
        const stroke = `var(${color})`;
        if (dots !== "only")
          marks.push(
            lineY(kept, {...channels, stroke, strokeWidth: line, strokeDasharray: dash, clip: true})
          );
        if (dots) marks.push(dot(kept, {...channels, fill: stroke, r: 2.6, clip: true}));
      }
      const scale = ({domain, label, log}: Lines["x"]) => ({
        label,
        type: log ? ("log" as const) : ("linear" as const),
        ...(domain ? {domain: [...domain]} : {}),
        ...(log ? {tickFormat: "~g"} : {})
      });
      const drawing = plot({
        width,
        height,
        marginLeft: 48,
        marginRight: 14,
        marginBottom: 40,
        style: {background: "none", fontSize: "12px", overflow: "visible"},
        x: scale(x),
        y: {...scale(y), grid: true},
        ariaLabel: label,
        marks
      });
      drawing.setAttribute("role", "img");
      place.replaceChildren(drawing);
      key.replaceChildren(
        ...legend(
          ...series
            .filter(({name}) => name)
            .map(({name, color, dash, dots}) => ({
              name,
              color,
              kind: dots === "only" ? ("dots" as const) : dash ? ("dashed" as const) : ("line" as const)
            }))
        ).childNodes
      );
    }
  };
}
