import {announce, type Announced} from "./announce.js";
import {h} from "./dom.js";
import {downloads, type Download} from "./download.js";
import {provenanceLabel, type Provenance} from "./provenance.js";

type Given = "set" | "sets" | "photograph" | "prepare" | "trouble";

export interface FigureOptions extends Partial<Pick<Announced, Given>> {
  /** Its name in the list of what the notebook reproduces (`F4`, `F4-umap`), and its anchor on the page; one without is left out by `npm run figures`. */
  id?: string;
  /** What it shows, in a few words; the caption says more. */
  title?: string;
  caption?: string;
  provenance: Provenance[];
  files?: Download[];
}

/** A figure as the notebook shows it: what is drawn, what it shows, where it came from, and how to take it along. */
export function figure(
  content: Node[],
  {id, title = "", caption, provenance, files = [], ...announced}: FigureOptions
): HTMLElement {
  const element = h(
    "div",
    {class: "figure", id},
    ...content,
    caption !== undefined && h("div", {class: "figure-caption"}, caption),
    provenance.length > 0 && provenanceLabel(...provenance),
    files.length > 0 && downloads(...files)
  );
  return id === undefined ? element : announce(element, {id, title, files, ...announced});
}
