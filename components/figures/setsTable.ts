import {h} from "./dom.js";
import {csvBlob} from "./download.js";
import {figure} from "./figure.js";
import {runOf, setNames, type SetName} from "./runs.js";
import type {TrainedRun} from "./shippedRun.js";
import {talkNumbers} from "./talkNumbers.js";

const heads = [
  "Data set",
  "Samples of",
  "MMD",
  "Classifier accuracy",
  "Precision",
  "Recall",
  "States: total variation",
  "The talk's number (metric not named)"
];
const columns = ["data set", "samples of", "MMD", "MMD floor", "accuracy", "precision", "precision floor", "recall", "recall floor", "total variation of states", "the same by chance", "talk"]; // prettier-ignore
const missing = "–";

/** A number, and what it would be by chance. */
interface Beside {
  value: number;
  floor: number;
}

/** What a law's samples have in one set; the talk's number stands alone where a set has no evaluation. */
interface Row {
  samples: string;
  mmd?: Beside;
  accuracy?: number;
  precision?: Beside;
  recall?: Beside;
  states?: Beside;
  talk: number;
}

interface SetRows {
  set: SetName;
  note: string;
  source: string;
  rows: Row[];
}

/** T2: the two priors on the talk's four data sets, by our metrics with their floors, and the talk's column. */
export async function setsTable(): Promise<HTMLElement> {
  const found = await Promise.all(setNames.map((set) => rowsOf(runOf(set), set)));
  const table = h(
    "table",
    {class: "numbers sets"},
    h("thead", {}, h("tr", {}, ...heads.map((t, i) => h("th", {scope: "col", class: i === heads.length - 1 ? "talk" : undefined}, t)))), // prettier-ignore
    h("tbody", {}, ...found.flatMap(linesOf))
  );
  return figure([h("div", {class: "table-scroll"}, table)], {
    id: "T2",
    title: "The diffusion prior and the Gaussian prior on four data sets",
    caption:
      "Samples against encodings that the prior's training held out; small: the same number between two parts of the encodings, and for the states that of as many draws of the images' own law. Total variation is that of the law of the samples' states from that of the images'.",
    provenance: [
      ...found.map(({source}) => ({kind: "shipped" as const, detail: source})),
      {kind: "talk" as const, detail: "last column"}
    ],
    files: [{label: "CSV", name: "priors.csv", make: () => csvBlob(columns, found.flatMap(csvOf))}]
  });
}

function linesOf({set, note, rows}: SetRows): HTMLElement[] {
  const beside = (cell: Beside | undefined) =>
    cell
      ? h("td", {}, cell.value.toPrecision(3), h("span", {class: "ratio"}, cell.floor.toPrecision(3)))
      : h("td", {}, missing);
  return rows.map((row, i) =>
    h(
      "tr",
      {class: i === 0 ? "of-talk" : "of-us"},
      i === 0 && h("th", {scope: "rowgroup", rowspan: rows.length}, set, h("span", {class: "ratio"}, note)),
      h("td", {}, row.samples),
      beside(row.mmd),
      beside(row.accuracy === undefined ? undefined : {value: row.accuracy, floor: 0.5}),
      beside(row.precision),
      beside(row.recall),
      beside(row.states),
      h("td", {class: "talk"}, row.talk)
    )
  );
}

const csvOf = ({set, rows}: SetRows): (string | number)[][] =>
  rows.map(({samples, mmd, accuracy, precision, recall, states, talk}) => {
    const pair = (cell: Beside | undefined) => [cell?.value ?? "", cell?.floor ?? ""];
    return [
      set,
      samples,
      ...pair(mmd),
      accuracy ?? "",
      ...pair(precision),
      ...pair(recall),
      ...pair(states),
      talk
    ];
  });

async function rowsOf(run: TrainedRun, set: SetName): Promise<SetRows> {
  const talk = talkNumbers[set];
  const laws = [
    {kind: "prior", samples: "diffusion prior"},
    {kind: "gaussian", samples: "N(0, I)"}
  ] as const;
  try {
    const {name, kind} = await run.about();
    const note = kind === "stand-in" ? `synthetic stand-in: ${name}` : kind === "real" ? name : "simulated";
    const {comparison, precisionRecall, states, made, seed} = await run.evaluation();
    await run.checkEvaluation();
    return {
      set,
      note,
      source: `${name}: npm run evaluate, seed ${seed}, ${made.machine}, ${made.date}`,
      rows: laws.map(({kind, samples}): Row => {
        const {mmd, mmdFloor, accuracy} = comparison[kind];
        const p = precisionRecall[kind];
        const s = states?.[kind];
        return {
          samples,
          mmd: {value: mmd, floor: mmdFloor},
          accuracy,
          precision: {value: p.precision, floor: p.precisionFloor},
          recall: {value: p.recall, floor: p.recallFloor},
          states: s && {value: s.distance, floor: s.noise.mean},
          talk: talk[kind]
        };
      })
    };
  } catch (error) {
    // One set without numbers leaves the others their lines.
    const rows = laws.map(({kind, samples}): Row => ({samples, talk: talk[kind]}));
    return {set, note: (error as Error).message, source: `${set}: no evaluation`, rows};
  }
}
