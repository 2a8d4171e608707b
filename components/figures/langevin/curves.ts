/** Parts that the plots of walks have in common. */
import type * as Plot from "@observablehq/plot";

/** How a plot of numbers looks on these pages. */
export const plotStyle = {fontSize: "12px", fontFamily: "var(--sans-serif)", background: "none", overflow: "visible"}; // prettier-ignore

/** The look of a frame: room for ticks and labels around it. */
export const frame = {marginLeft: 48, marginRight: 14, marginBottom: 38} satisfies Plot.PlotOptions;

/** A plot as an SVG element with a description. */
export function described(plot: (SVGSVGElement | HTMLElement) & Plot.Plot, words: string) {
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", words);
  return plot as unknown as SVGSVGElement & Plot.Plot;
}
