/** Small parts of which figures and their sources are put together. */
import {h} from "../dom.js";

/** Figures side by side where there is room. */
export const row = (...figures: HTMLElement[]): HTMLElement => h("div", {class: "lab-row"}, ...figures);

/** What a colour of a plane means. */
export interface LegendEntry {
  name: string;
  /** Name of a CSS variable of the page. */
  color: string;
  kind?: "line" | "dots" | "dashed";
}

/** What the colours of a plane mean. */
export const legend = (...entries: LegendEntry[]): HTMLElement =>
  h(
    "div",
    {class: "line-legend"},
    ...entries.map(({name, color, kind = "line"}) =>
      h(
        "span",
        {},
        h("span", {
          class: `line-swatch${kind === "dots" ? " of-dots" : kind === "dashed" ? " dashed" : ""}`,
          style: `--color:var(${color});background:var(${color})`
        }),
        name
      )
    )
  );

/** The source of a cell whose names are its own: those of two figures may be the same, and a name can be defined by one cell only. */
export const block = (source: string): string =>
  /^(const|let|function|class) /m.test(source) ? `{\n${source.replace(/^(?=.)/gm, "  ")}\n}` : source;

/** A whole number in superscript. */
export const superscript = (n: number): string =>
  String(n).replace(/[-\d]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]));
