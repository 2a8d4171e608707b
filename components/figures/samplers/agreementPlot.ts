import {barX, dot, plot, text, tickX} from "@observablehq/plot";
import type {Agreement} from "../../analysis/samplerAgreement.js";
import {h} from "../dom.js";
import type {Painter} from "../lab/painter.js";
import {digits} from "./shared.js";

/** Below this p, two sets are said to differ. */
export const LEVEL = 0.05;

/** Each pair's MMD², over what chance makes of two sets of one law. */
export function agreementPlot({width}: {width: number}): Painter<Agreement[]> {
  const place = h("div", {class: "lines-plot"});
  return {
    element: h("div", {class: "lines"}, place),
    draw(found) {
      const name = ({first, second}: Agreement) => `${first}, ${second}`;
      const rows = found.map((pair) => ({...pair, name: name(pair), differs: pair.p < LEVEL}));
      const most = Math.max(...rows.map(({statistic, high}) => Math.max(statistic, high)));
      const drawing = plot({
        width,
        height: 50 + 30 * rows.length,
        marginLeft: 150,
        marginRight: 70,
        style: {background: "none", fontSize: "12px", overflow: "visible"},
        x: {label: "MMD²", domain: [0, 1.05 * most], tickFormat: "~g", ticks: width < 480 ? 2 : 4},
        y: {label: null, domain: rows.map(({name}) => name), padding: 0.4},
        ariaLabel: `Two-sample tests of ${rows.length} pairs`,
        marks: [
          barX(rows, {y: "name", x1: 0, x2: "high", fill: "var(--theme-foreground-faintest)"}),
          tickX(rows, {y: "name", x: "median", stroke: "var(--theme-foreground-muted)"}),
          dot(rows, {
            y: "name",
            x: "statistic",
            r: 5,
            fill: (row: {differs: boolean}) =>
              row.differs ? "var(--series-live)" : "var(--series-encodings)"
          }),
          text(rows, {
            y: "name",
            frameAnchor: "right",
            textAnchor: "start",
            dx: 8,
            text: ({p}: Agreement) => `p = ${digits(p)}`
          })
        ]
      });
      drawing.setAttribute("role", "img");
      place.replaceChildren(drawing);
    }
  };
}

/** What the tests say, in a sentence. */
export function verdict(found: readonly Agreement[]): string {
  const apart = found.filter(({p}) => p < LEVEL);
  if (apart.length === 0)
    return `${found.length} pairs, none told apart: the least p is ${digits(Math.min(...found.map(({p}) => p)))}.`;
  return `${apart.length} of ${found.length} pairs are told apart: ${apart.map(({first, second}) => `${first} and ${second}`).join("; ")}.`;
}
