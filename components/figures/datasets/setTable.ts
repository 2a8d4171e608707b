import type {Recipe} from "../../cryoem/recipe.js";
import {imageCount} from "../../cryoem/recipe.js";
import {h} from "../dom.js";
import {csvBlob, type Download} from "../download.js";
import {figure} from "../figure.js";
import type {Provenance} from "../provenance.js";

/** A line of table T1: a data set, and what was trained on it. */
export interface SetLine {
  D: number;
  /** Images. */
  N: number;
  /** Å. */
  pixelSize: number;
  zdim?: number;
  /** Width and number of hidden layers. */
  width?: number;
  layers?: number;
  epochs?: number;
}

/** The talk's table of data sets, as it stands there. */
export const talk: {name: string; what: string; line: SetLine}[] = [
  {name: "linear1d", what: "simulated", line: {D: 128, N: 50_000, pixelSize: 6, zdim: 8, width: 256, layers: 3, epochs: 25}}, // prettier-ignore
  {name: "circular1d", what: "simulated", line: {D: 128, N: 100_000, pixelSize: 6, zdim: 8, width: 256, layers: 3, epochs: 25}}, // prettier-ignore
  {name: "ribosome", what: "EMPIAR-10076", line: {D: 256, N: 87_328, pixelSize: 1.6375, zdim: 10, width: 1024, layers: 3, epochs: 50}}, // prettier-ignore
  {name: "covid", what: "Walls et al. 2020", line: {D: 256, N: 276_549, pixelSize: 1.640625, zdim: 8, width: 1024, layers: 3, epochs: 25}} // prettier-ignore
];

/** What is known of one of our sets: its recipe, and the record of what was trained on it. */
export interface OurSet {
  recipe: Recipe;
  provenance?: TrainedRecord;
}

/** The part of data/trained/NAME/provenance.json that the table shows. */
export interface TrainedRecord {
  simulation: {images: number; measuredSnr: number; seconds: number; date: string};
  vae: {
    config: {zdim: number; encoderLayers: number; encoderWidth: number; decoderLayers: number; decoderWidth: number; boxSize: number}; // prettier-ignore
    epochs: number;
    seconds: number;
    machine: string;
    date: string;
  };
}

/** A line of the table for one of our sets. */
export function ourLine({recipe, provenance}: OurSet): SetLine {
  const {boxSize: D, pixelSize} = recipe;
  if (!provenance) return {D, N: imageCount(recipe), pixelSize};
  const {simulation, vae} = provenance;
  const {zdim, decoderWidth: width, decoderLayers: layers} = vae.config;
  return {D, N: simulation.images, pixelSize, zdim, width, layers, epochs: vae.epochs};
}

const heads = ["Data set", "", "D", "N", "Å/pix.", "|z|", "Architecture", "Epochs", "States"];
const missing = "—";

/** T1: the talk's table, and below each of its lines what this notebook has, from the files that ship. */
export function setTable(ours: Map<string, OurSet>): HTMLElement {
  const rows: (string | number)[][] = [];
  const body = talk.flatMap(({name, what, line}) => {
    const set = ours.get(name);
    const of = (values: SetLine, states: number | undefined) => [
      values.D,
      values.N.toLocaleString("en"),
      values.pixelSize,
      values.zdim ?? missing,
      values.width !== undefined ? `${values.width} × ${values.layers}` : missing,
      values.epochs ?? missing,
      states ?? missing
    ];
    const talkCells = of(line, undefined);
    const ourCells = set ? of(ourLine(set), set.recipe.motion.states) : talkCells.map(() => missing);
    rows.push([name, "talk", ...talkCells], [name, "ours", ...ourCells]);
    const cells = (values: (string | number)[]) => values.map((v) => h("td", {}, v));
    const label = (kind: "talk" | "shipped", text: string) =>
      h("td", {}, h("span", {class: `provenance-kind provenance-${kind}`}, text));
    return [
      h("tr", {class: "of-talk"}, h("th", {scope: "rowgroup", rowspan: 2}, name, h("span", {class: "ratio"}, what)), label("talk", "talk"), ...cells(talkCells)), // prettier-ignore
      h("tr", {class: "of-us"}, label("shipped", "ours"), ...cells(ourCells))
    ];
  });
  const table = h(
    "table",
    {class: "numbers sets"},
    h("thead", {}, h("tr", {}, ...heads.map((t) => h("th", {scope: "col"}, t)))),
    h("tbody", {}, ...body)
  );
  return figure([h("div", {class: "table-scroll"}, table)], {
    caption: caption(ours),
    provenance: [...sources(ours), {kind: "talk", detail: "table of the results"}],
    files: [
      {
        label: "CSV",
        name: "datasets.csv",
        make: () =>
          csvBlob(
            heads.map((t) => t || "source"),
            rows
          )
      },
      ...[...ours].flatMap(([name, {recipe, provenance}]) => [
        jsonFile(`Recipe of ${name}`, `${name}.json`, recipe),
        ...(provenance ? [jsonFile(`Record of ${name}`, `${name}-provenance.json`, provenance)] : [])
      ])
    ]
  });
}

const jsonFile = (label: string, name: string, value: unknown): Download => ({
  label,
  name,
  make: () => new Blob([JSON.stringify(value, null, 2) + "\n"], {type: "application/json"})
});

/** What the dashes mean, and what the numbers leave out. */
function caption(ours: Map<string, OurSet>): string {
  const notes = [
    "D is the box in pixels, N the number of images, |z| the dimensions of the latent, Architecture the width and number of hidden layers of encoder and decoder. The talk does not give the number of states."
  ];
  for (const [name, {recipe, provenance}] of ours) {
    if (!provenance) {
      notes.push(`${name} is simulated by its recipe; no run trained on it ships yet.`);
      continue;
    }
    const {config} = provenance.vae;
    const same = config.encoderWidth === config.decoderWidth && config.encoderLayers === config.decoderLayers;
    if (config.boxSize !== recipe.boxSize)
      notes.push(`${name} was trained on its images cropped to ${config.boxSize} pixels.`);
    if (!same) notes.push(`Its encoder has ${config.encoderWidth} × ${config.encoderLayers}.`);
  }
  const absent = talk.filter(({name}) => !ours.has(name)).map(({name}) => name);
  if (absent.length) {
    const experimental: string[] = absent.filter((name) => name === "ribosome" || name === "covid");
    const simulated = absent.filter((name) => !experimental.includes(name));
    if (simulated.length) notes.push(`${simulated.join(" and ")}: not among the sets that ship.`);
    if (experimental.length)
      notes.push(`${experimental.join(" and ")} are experimental sets, which do not ship with the notebook: they have to be downloaded, and trained by cryoDRGN on a graphics card. Synthetic stand-ins will come with a later page.`); // prettier-ignore
  }
  return notes.join(" ");
}

function sources(ours: Map<string, OurSet>): Provenance[] {
  return [...ours.values()].map(({recipe, provenance}): Provenance => {
    if (!provenance) return {kind: "shipped", detail: `recipe ${recipe.name}, seed ${recipe.seed}`};
    const {simulation, vae} = provenance;
    const minutes = (s: number) => `${Math.round(s / 60)} min`;
    return {
      kind: "shipped",
      detail: `recipe ${recipe.name}, seed ${recipe.seed}: simulated in ${minutes(simulation.seconds)}, measured SNR ${simulation.measuredSnr.toFixed(4)}; trained in ${minutes(vae.seconds)}, ${vae.machine}, ${vae.date}`
    };
  });
}
