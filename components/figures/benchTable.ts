import {isMeasured} from "../jobs/bench/measure.js";
import {PLAIN, type Measured} from "../jobs/bench/plan.js";
import {plain, rateText, ratio} from "../jobs/bench/ratios.js";
import {measuredRows, type BenchRow, type BenchState} from "./benchState.js";
import {workTexts} from "./benchWorks.js";
import {h} from "./dom.js";

/**
 * Rates by work as far as they are measured, each with a bar that compares it with the fastest of its work, and its ratio
 * to the plain version.
 */
export function benchTable({rows, running}: BenchState): HTMLElement {
  const results = measuredRows(rows);
  const now = running ? rows.find(({outcome}) => !outcome) : undefined;
  const works = [...new Set(rows.map(({measurement}) => measurement.work))];
  const bodies = works.map((work) => {
    const own = rows.filter(({measurement}) => measurement.work === work);
    const fastest = Math.max(...results.filter((r) => r.work === work).map(({value}) => value));
    const {title, about, talk} = workTexts[work];
    return h(
      "tbody",
      {"data-work": work},
      h(
        "tr",
        {},
        h(
          "th",
          {scope: "rowgroup", colspan: 4},
          title,
          " ",
          h("code", {}, work),
          h("span", {}, about, " ", h("em", {}, `${capital(talk)}.`))
        )
      ),
      ...own.filter((row) => row.outcome || row === now).map((row) => line(row, results, fastest))
    );
  });
  const head = ["Backend", "Threads", "Rate", "×\u00a0plain"].map((t) => h("th", {scope: "col"}, t));
  return h("table", {class: "numbers bench"}, h("thead", {}, h("tr", {}, ...head)), ...bodies);
}

function line({measurement, outcome}: BenchRow, results: Measured[], fastest: number) {
  const {label, threads} = measurement;
  const start = [h("th", {scope: "row"}, label), h("td", {}, outcome?.threads ?? threads)];
  if (!outcome) return h("tr", {class: "waiting"}, ...start, h("td", {}, "measuring …"), h("td"));
  if (!isMeasured(outcome))
    return h("tr", {class: "failed"}, ...start, h("td", {colspan: 2}, `Failed. ${outcome.reason}`));
  const times = ratio(outcome, results, plain);
  const isBaseline = plain(outcome, results) === outcome;
  return h(
    "tr",
    {class: "measured"},
    ...start,
    h(
      "td",
      {},
      `${shownRate(outcome.value)} ${outcome.unit}`,
      h("span", {class: `bar ${kindOf(measurement)}`, style: `width:${(100 * outcome.value) / fastest}%`})
    ),
    h("td", {}, times !== undefined ? timesText(times) : isBaseline && "1\u00a0×")
  );
}

const kindOf = ({job, backend}: BenchRow["measurement"]) =>
  job === "benchPlain" || backend === PLAIN ? "plain" : backend === "wasm" ? "kernel" : "tfjs";

const capital = (text: string) => text[0].toUpperCase() + text.slice(1);

/** A ratio with two digits behind the point, or as many as there is sense in. */
const timesText = (times: number) => `${times.toFixed(times >= 100 ? 0 : times >= 10 ? 1 : 2)}\u00a0×`;

const shownRate = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString("en") : rateText(value);
