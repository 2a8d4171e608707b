import {stateCount} from "../../cryoem/motion.js";
import type {Recipe} from "../../cryoem/recipe.js";
import {imageCount} from "../../cryoem/recipe.js";
import {h} from "../dom.js";
import {csvBlob, type Download} from "../download.js";
import {figure} from "../figure.js";
import type {RunAbout} from "../../jobs/runAbout.js";
import type {Provenance} from "../provenance.js";

/** A line of table T1: a data set, and what was trained on it. */
export interface SetLine {
  D?: number;
  /** Images. */
  N: number;
  /** Å. */
  pixelSize?: number;
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

/** What is known of one of our sets: what it is, its recipe if it is simulated, and the record of what was trained on it. */
export interface OurSet {
  about: Pick<RunAbout, "name" | "kind" | "folder" | "images" | "zdim">;
  recipe?: Recipe;
  provenance?: TrainedRecord;
}

/** The part of data/trained/NAME/provenance.json that the table shows. */
export interface TrainedRecord {
  simulation: {images: number; measuredSnr: number; seconds: number; date: string};
  vae: {
    config: {zdim: number; encoderLayers: number; encoderWidth: number; decoderLayers: number; decoderWidth: number; boxSize: number}; // prettier-ignore
    epochs: number;
    seconds: number;
    /** The training that this one went on from. */
    loaded?: {epochs: number; seconds: number};
    machine: string;
    date: string;
  };
}

/** A line of the table for one of our sets. */
export function ourLine({about, recipe, provenance}: OurSet): SetLine {
  if (!recipe) return {N: about.images, zdim: about.zdim};
  const {boxSize: D, pixelSize} = recipe;
  if (!provenance) return {D, N: imageCount(recipe), pixelSize};
  const {simulation, vae} = provenance;
  const {zdim, decoderWidth: width, decoderLayers: layers} = vae.config;
  return {
    D,
    N: simulation.images,
    pixelSize,
    zdim,
    width,
    layers,
    epochs: vae.epochs + (vae.loaded?.epochs ?? 0)
  };
}

const heads = ["Data set", "", "D", "N", "Å/pix.", "|z|", "Architecture", "Epochs", "States"];
const missing = "—";

/** T1: the talk's table, and below each of its lines what this notebook has, from the files that ship. */
export function setTable(ours: Map<string, OurSet>): HTMLElement {
  const rows: (string | number)[][] = [];
  const body = talk.flatMap(({name, what, line}) => {
    const set = ours.get(name);
    const of = (values: SetLine, states: number | undefined) => [
      values.D ?? missing,
      values.N.toLocaleString("en"),
      values.pixelSize ?? missing,
      values.zdim ?? missing,
      values.width !== undefined ? `${values.width} × ${values.layers}` : missing,
      values.epochs ?? missing,
      states ?? missing
    ];
    const talkCells = of(line, undefined);
    const ourCells = set
      ? of(ourLine(set), set.recipe && stateCount(set.recipe.motion))
      : talkCells.map(() => missing);
    rows.push([name, "talk", ...talkCells], [name, called(set), ...ourCells]);
    const cells = (values: (string | number)[]) => values.map((v) => h("td", {}, v));
    const label = (kind: "talk" | "shipped", text: string) =>
      h("td", {}, h("span", {class: `provenance-kind provenance-${kind}`}, text));
    return [
      h("tr", {class: "of-talk"}, h("th", {scope: "rowgroup", rowspan: 2}, name, h("span", {class: "ratio"}, what)), label("talk", "talk"), ...cells(talkCells)), // prettier-ignore
      h("tr", {class: "of-us"}, label("shipped", called(set)), ...cells(ourCells))
    ];
  });
  const table = h(
    "table",
    {class: "numbers sets"},
    h("thead", {}, h("tr", {}, ...heads.map((t) => h("th", {scope: "col"}, t)))),
    h("tbody", {}, ...body)
  );
  return figure([h("div", {class: "table-scroll"}, table)], {
    id: "T1",
    title: "The data sets of the talk, and ours",
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
        ...(recipe ? [jsonFile(`Recipe of ${recipe.name}`, `${recipe.name}.json`, recipe)] : []),
        ...(provenance ? [jsonFile(`Record of ${name}`, `${name}-provenance.json`, provenance)] : [])
      ])
    ]
  });
}

/** A set of the talk's own name is `ours`; a stand-in or a reader's own is called what it is. */
const called = (set: OurSet | undefined): string =>
  !set || set.about.kind === "simulated" ? "ours" : set.about.name;

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
  for (const [talk, {about, recipe, provenance}] of ours) {
    const {name, kind} = about;
    if (kind === "real") {
      notes.push(
        `${name} is a run of yours (${about.folder}) on ${talk}; the pages show it in place of the stand-in.`
      );
      continue;
    }
    if (kind === "stand-in" || recipe!.name !== talk)
      notes.push(`${recipe!.name} is a synthetic stand-in for ${talk}, an experimental set that has to be downloaded, and trained by cryoDRGN on a graphics card; such a run takes its place when it is put in data/runs/${talk}.`); // prettier-ignore
    if (!provenance) {
      notes.push(`${recipe!.name} is simulated by its recipe; no run trained on it ships.`);
      continue;
    }
    const {simulation, vae} = provenance;
    const {boxSize, encoderWidth, encoderLayers, decoderWidth, decoderLayers} = vae.config;
    const all = imageCount(recipe!);
    if (simulation.images < all)
      notes.push(`${name} has ${all.toLocaleString("en")} images by its recipe, of which ${simulation.images.toLocaleString("en")} were simulated and trained on.`); // prettier-ignore
    if (boxSize !== recipe!.boxSize)
      notes.push(`${name} was trained on its images cropped to ${boxSize} pixels.`);
    if (encoderWidth !== decoderWidth || encoderLayers !== decoderLayers)
      notes.push(`Its encoder has ${encoderWidth} × ${encoderLayers}.`);
  }
  return notes.join(" ");
}

function sources(ours: Map<string, OurSet>): Provenance[] {
  return [...ours.values()].map(({about, recipe, provenance}): Provenance => {
    if (!recipe) return {kind: "shipped", detail: `${about.name}: cryoDRGN run in ${about.folder}`};
    if (!provenance) return {kind: "shipped", detail: `recipe ${recipe.name}, seed ${recipe.seed}`};
    const {simulation, vae} = provenance;
    const minutes = (s: number) => `${Math.round(s / 60)} min`;
    return {
      kind: "shipped",
      detail: `recipe ${recipe.name}, seed ${recipe.seed}: simulated in ${minutes(simulation.seconds)}, measured SNR ${simulation.measuredSnr.toFixed(4)}; trained in ${minutes(vae.seconds + (vae.loaded?.seconds ?? 0))}, ${vae.machine}, ${vae.date}`
    };
  });
}
