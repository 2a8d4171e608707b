import * as Plot from "@observablehq/plot";

export interface Strip {
  name: string;
  values: ArrayLike<number>;
  /** CSS variable. */
  color: string;
}

/** Median of some numbers. */
export function median(values: ArrayLike<number>): number {
  const sorted = Array.from(values).sort((a, b) => a - b);
  const m = sorted.length >> 1;
  return sorted.length % 2 ? sorted[m] : (sorted[m - 1] + sorted[m]) / 2;
}

/**
 * Correlations, one row a set: every value as a tick, the middle half as a box, the median as a line. The axis is 1 - r on a
 * logarithmic scale, better to the right: good correlations differ in their last digits.
 */
export function stripPlot(
  strips: Strip[],
  {label, width = 680}: {label: string; width?: number}
): SVGSVGElement {
  const rows = strips.flatMap(({name, values}) =>
    Array.from(values, (value) => ({name, value: Math.max(1e-6, 1 - value)}))
  );
  const colors = Object.fromEntries(strips.map(({name, color}) => [name, `var(${color})`]));
  const plot = Plot.plot({
    width,
    height: 62 + 58 * strips.length,
    marginBottom: 44,
    marginLeft: 130,
    marginRight: 16,
    style: {fontSize: "12px", fontFamily: "var(--sans-serif)", background: "none"},
    x: {
      type: "log",
      reverse: true,
      label,
      labelAnchor: "right",
      grid: true,
      ticks: width / 160,
      tickFormat: (v: number) => String(Number((1 - v).toPrecision(6)))
    },
    y: {domain: strips.map((s) => s.name), label: null, padding: 0.35},
    marks: [
      Plot.tickX(rows, {
        x: "value",
        y: "name",
        stroke: (d: {name: string}) => colors[d.name],
        strokeOpacity: 0.25
      }),
      Plot.barX(
        rows,
        Plot.groupY(
          {x1: "p25", x2: "p75"},
          {
            x: "value",
            y: "name",
            fill: "var(--card)",
            fillOpacity: 0.6,
            stroke: "currentColor",
            insetTop: 8,
            insetBottom: 8
          }
        )
      ),
      Plot.tickX(
        rows,
        Plot.groupY({x: "median"}, {x: "value", y: "name", stroke: "currentColor", strokeWidth: 3})
      )
    ]
  });
  return plot as unknown as SVGSVGElement;
}
