import type {Comparison} from "../analysis/compare.js";
import {h} from "./dom.js";

/** A row of table T2: a law whose samples were compared with encodings. */
export interface MetricRow {
  name: string;
  comparison: Comparison;
  /** The talk's number for it, if it gives one. */
  talk?: number;
}

const three = (v: number) => v.toPrecision(3);

/** Metrics of each law, each with its floor from two parts of the encodings, and the talk's column beside them. */
export function metricTable(rows: MetricRow[], floor: Comparison): HTMLElement {
  const cell = (value: number, floor: number, text = three) =>
    h("td", {}, text(value), h("span", {class: "ratio"}, `${(value / floor).toPrecision(3)} × floor`));
  const percent = (v: number) => `${(100 * v).toFixed(1)}%`;
  const body = rows.map(({name, comparison: c, talk}) =>
    h(
      "tr",
      {},
      h("th", {scope: "row"}, name),
      cell(c.mmd, c.mmdFloor),
      cell(c.slicedW2, c.slicedW2Floor),
      h(
        "td",
        {},
        percent(c.accuracy),
        h("span", {class: "ratio"}, `chance 50 ± ${(100 * c.accuracyError).toFixed(1)}%`)
      ),
      h("td", {class: "talk"}, talk === undefined ? "–" : String(talk))
    )
  );
  const floorRow = h(
    "tr",
    {class: "floor"},
    h("th", {scope: "row"}, "Floor: two parts of the encodings"),
    h("td", {}, three(floor.mmdFloor)),
    h("td", {}, three(floor.slicedW2Floor)),
    h("td", {}, percent(floor.accuracyFloor)),
    h("td", {class: "talk"}, "not given")
  );
  const head = ["Samples of", "MMD", "Sliced W₂", "Classifier accuracy"].map((t) =>
    h("th", {scope: "col"}, t)
  );
  const table = h(
    "table",
    {class: "numbers"},
    h(
      "thead",
      {},
      h("tr", {}, ...head, h("th", {scope: "col", class: "talk"}, "The talk's number (metric not named)"))
    ),
    h("tbody", {}, ...body, floorRow)
  );
  return h("div", {class: "table-scroll"}, table);
}

/** The table as rows of a CSV file. */
export function metricRows(rows: MetricRow[]): (string | number)[][] {
  return rows.map(({name, comparison: c, talk}) => [
    name,
    c.mmd,
    c.mmdFloor,
    c.slicedW2,
    c.slicedW2Floor,
    c.accuracy,
    c.accuracyFloor,
    c.n,
    c.draws,
    talk ?? ""
  ]);
}
export const metricColumns = [
  "samples of",
  "MMD",
  "MMD floor",
  "sliced W2",
  "sliced W2 floor",
  "accuracy",
  "accuracy floor",
  "n",
  "draws",
  "talk"
];
