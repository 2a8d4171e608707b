import {h} from "./dom.js";
import {downloads, type Download} from "./download.js";
import {provenanceLabel, type Provenance} from "./provenance.js";

/** A figure as the notebook shows it: what is drawn, what it shows, where it came from, and how to take it along. */
export function figure(
  content: Node[],
  {caption, provenance, files = []}: {caption?: string; provenance: Provenance[]; files?: Download[]}
): HTMLElement {
  return h(
    "div",
    {class: "figure"},
    ...content,
    caption !== undefined && h("div", {class: "figure-caption"}, caption),
    provenance.length > 0 && provenanceLabel(...provenance),
    files.length > 0 && downloads(...files)
  );
}
