import {axisTicks} from "./axisTicks.js";
import {svg} from "./dom.js";

export interface PlotSize {
  width: number;
  height: number;
}

/** An empty plot that scales with its place. */
export const plotElement = ({width, height}: PlotSize, ...children: Node[]): SVGSVGElement =>
  svg(
    "svg",
    {width, height, viewBox: `0 0 ${width} ${height}`, class: "plot", role: "img", "font-size": 12},
    ...children
  );

/** Words in a plot, muted unless they have a curve's colour. */
export const plotText = (
  at: {x: number; y: number},
  words: string,
  anchor: "start" | "middle" | "end" = "start",
  fill = "var(--theme-foreground-muted)"
): SVGTextElement => svg("text", {...at, "text-anchor": anchor, fill}, words);

/** Ticks below a horizontal axis from 0 to `high`, which runs from x0 to x1 at the height y0. */
export const ticksBelow = (high: number, [x0, x1]: readonly [number, number], y0: number): SVGElement[] =>
  axisTicks(0, high, (x1 - x0) / 80).flatMap(({value, label}) => {
    const x = x0 + ((x1 - x0) * value) / high;
    return [
      svg("path", {d: `M${Math.round(x) + 0.5},${y0}v5`, stroke: "var(--theme-foreground-fainter)"}),
      plotText({x: Math.min(x, x1), y: y0 + 17}, label, x > x1 - 12 ? "end" : "middle")
    ];
  });
