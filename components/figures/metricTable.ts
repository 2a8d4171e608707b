import type {Comparison} from "../analysis/compare.js";
import type {PrecisionRecallBeside} from "../analysis/precisionRecall.js";
import {h} from "./dom.js";

/** A row of table T2: a law whose samples were compared with encodings. */
export interface MetricRow {
  name: string;
  comparison: Comparison;
  /** Not of live samples. */
  precisionRecall?: PrecisionRecallBeside;
  /** The talk's number for it, if it gives one. */
  talk?: number;
}

const three = (v: number) => v.toPrecision(3);

/**
 * Metrics of each law, each with its floor from two parts of the encodings, and the talk's column beside them where it has a number.
 * @param near precision and recall, with their floors; without them these columns are left out
 */
export function metricTable(rows: MetricRow[], floor: Comparison, near?: PrecisionRecallBeside): HTMLElement {
  const cell = (value: number, floor: number, text = three) =>
    h("td", {}, text(value), h("span", {class: "ratio"}, `${(value / floor).toPrecision(3)} × floor`));
  const percent = (v: number) => `${(100 * v).toFixed(1)}%`;
  const talks = rows.some(({talk}) => talk !== undefined);
  /** Cells of columns that not every table has. */
  const nearCells = (...texts: string[]) => (near ? texts.map((text) => h("td", {}, text)) : []);
  const talkCell = (text: string) => (talks ? [h("td", {class: "talk"}, text)] : []);
  const body = rows.map(({name, comparison: c, precisionRecall: p, talk}) =>
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
      ...nearCells(p ? percent(p.precision) : "–", p ? percent(p.recall) : "–"),
      ...talkCell(talk === undefined ? "–" : String(talk))
    )
  );
  const floorRow = h(
    "tr",
    {class: "floor"},
    h("th", {scope: "row"}, "Floor: two parts of the encodings"),
    h("td", {}, three(floor.mmdFloor)),
    h("td", {}, three(floor.slicedW2Floor)),
    h("td", {}, percent(floor.accuracyFloor)),
    ...(near ? nearCells(percent(near.precisionFloor), percent(near.recallFloor)) : []),
    ...talkCell("not given")
  );
  const head = [
    "Samples of",
    "MMD",
    "Sliced W₂",
    "Classifier accuracy",
    ...(near ? ["Precision", "Recall"] : [])
  ].map((t) => h("th", {scope: "col"}, t));
  if (talks) head.push(h("th", {scope: "col", class: "talk"}, "The talk's number (metric not named)"));
  const table = h(
    "table",
    {class: "numbers"},
    h("thead", {}, h("tr", {}, ...head)),
    h("tbody", {}, ...body, floorRow)
  );
  return h("div", {class: "table-scroll"}, table);
}

/** The table as rows of a CSV file. */
export function metricRows(rows: MetricRow[]): (string | number)[][] {
  return rows.map(({name, comparison: c, precisionRecall: p, talk}) => [
    name,
    c.mmd,
    c.mmdFloor,
    c.slicedW2,
    c.slicedW2Floor,
    c.accuracy,
    c.accuracyFloor,
    p?.precision ?? "",
    p?.precisionFloor ?? "",
    p?.recall ?? "",
    p?.recallFloor ?? "",
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
  "precision",
  "precision floor",
  "recall",
  "recall floor",
  "n",
  "draws",
  "talk"
];
