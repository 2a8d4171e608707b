import {h} from "./dom.js";

/** Where a number or a picture came from. `talk`: copied from the talk; `shipped`: made by a recipe in the repository;
 * `live`: made just now in this browser; `yours`: read from files of the reader. */
export type Provenance = {kind: "talk" | "shipped" | "live" | "yours"; detail: string};

const meaning = {
  talk: "copied from the talk",
  shipped: "made by the code in this repository, before",
  live: "made just now, in this browser",
  yours: "read from your files, which have not left this machine"
};

/** The label every figure carries. */
export function provenanceLabel(...sources: Provenance[]): HTMLElement {
  return h(
    "p",
    {class: "provenance"},
    ...sources.map(({kind, detail}) =>
      h(
        "span",
        {},
        h("span", {class: `provenance-kind provenance-${kind}`, title: meaning[kind]}, kind),
        ` ${detail}`
      )
    )
  );
}
