/** What is written beside the figures: a list for people in Markdown and HTML, and one for programs. */
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import type {TableText} from "../../components/figures/tableText.js";

/** A figure in figures.json. */
export interface ListedFigure {
  name: string;
  id: string;
  set?: string;
  title: string;
  caption: string;
  /** Numbers that stand below the picture. */
  numbers: string;
  provenance: {kind: string; detail: string}[];
  /** Where it is in the notebook, in the state that it was made in, from the site's root on. */
  address: string;
  /** Names of the files that show it, each picture once: in its vector form where it has one. */
  pictures: string[];
  files: {name: string; bytes: number; photograph?: boolean; width?: number; height?: number}[];
}

export interface FigureList {
  notebook: string;
  version: string;
  license: string;
  /** How to cite the notebook, and what it reproduces. */
  cite: string;
  figures: ListedFigure[];
}

/** What goes into the lists beside the figures themselves. */
export function notebookWords(root: string): Pick<FigureList, "notebook" | "version" | "license" | "cite"> {
  const {title, version, license, authors, references} = parse(
    readFileSync(join(root, "CITATION.cff"), "utf8")
  ) as {
    title: string;
    version: string;
    license: string;
    authors: {name: string}[];
    references: {
      title: string;
      year: number;
      authors: Record<string, string>[];
      identifiers?: {value: string}[];
    }[];
  };
  const [paper] = references;
  const names = paper.authors.map((author) => author["family-names"]).join(", ");
  const cite = `${authors.map(({name}) => name).join(", ")}, "${title}", version ${version}; after ${names} (${paper.year}), "${paper.title}", ${paper.identifiers?.[0]?.value ?? ""}`;
  return {notebook: title, version, license, cite};
}

/** Figures and tables, equations, algorithms, then the diffusion model's; of a letter by number, a figure's parts after it. */
const LETTERS = "FTEAD";
export function inOrder<F extends {name: string}>(figures: readonly F[]): F[] {
  const letter = ({name}: F) => LETTERS.indexOf(name[0]);
  return [...figures].sort(
    (a, b) => letter(a) - letter(b) || a.name.localeCompare(b.name, "en", {numeric: true})
  );
}

const kinds: Record<string, string> = {
  talk: "copied from the talk",
  shipped: "made before, by a recipe of the repository",
  live: "made in the browser when the figure was written"
};

const sources = ({provenance}: ListedFigure): string =>
  provenance.map(({kind, detail}) => `${kind}: ${detail}`).join("; ");

const intro = ({license}: FigureList): string =>
  `Each figure says where it came from: ${Object.entries(kinds)
    .map(([kind, meaning]) => `“${kind}”, ${meaning}`)
    .join("; ")}. Licence: ${license}.`;

/** The pictures to show of a figure; none where they are those of tables that are said in text. */
const shown = ({files, pictures}: ListedFigure, asText: boolean) =>
  files.filter(({name, photograph}) => pictures.includes(name) && !(asText && photograph));

const link = (site: string, address: string) => `${site.replace(/\/$/, "")}${address}`;

export function markdownList(list: FigureList, tables: Map<string, TableText[]>, site: string): string {
  const parts = list.figures.map((figure) => {
    const {name, title, caption, numbers, address, files} = figure;
    const found = tables.get(name) ?? [];
    const images = shown(figure, found.length > 0);
    return [
      `## ${name}: ${title}`,
      ...images.map((picture) => `![${title}](${picture.name})`),
      ...found.map(({markdown}) => markdown),
      [caption, numbers].filter(Boolean).join(" "),
      `*${sources(figure)}.*`,
      `[In the notebook](${link(site, address)}). Files: ${files.map(({name}) => `[${name}](${name})`).join(", ")}. Cite: ${list.cite}. ${list.license}.`
    ]
      .filter(Boolean)
      .join("\n\n");
  });
  return `${[`# Figures of “${list.notebook}”`, intro(list), ...parts].join("\n\n")}\n`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export function htmlList(list: FigureList, tables: Map<string, TableText[]>, site: string): string {
  const parts = list.figures.map((figure) => {
    const {name, title, caption, numbers, address, files} = figure;
    const found = tables.get(name) ?? [];
    const images = shown(figure, found.length > 0);
    const pictures = images.map(({name, width}) => {
      // One of two pixels a unit is shown at its size on the page.
      const wide = width && Math.round(name.endsWith(".png") ? width / 2 : width);
      return `<img src="${escaped(name)}" alt="${escaped(title)}"${wide ? ` width="${wide}"` : ""} loading="lazy">`;
    });
    const body = [...pictures, ...found.map(({html}) => html)].join("\n");
    return `<figure id="${escaped(name)}">
<h2><a href="#${escaped(name)}">${escaped(name)}</a> ${escaped(title)}</h2>
${body}
<figcaption>
<p>${escaped([caption, numbers].filter(Boolean).join(" "))}</p>
<p class="source">${escaped(sources(figure))}</p>
<p class="source"><a href="${escaped(link(site, address))}">In the notebook</a> · ${files.map(({name}) => `<a href="${escaped(name)}">${escaped(name)}</a>`).join(" ")}</p>
<p class="source">Cite: ${escaped(list.cite)}. ${escaped(list.license)}.</p>
</figcaption>
</figure>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Figures of ${escaped(list.notebook)}</title>
<style>
body { font: 16px/1.5 Georgia, serif; max-width: 1000px; margin: 2rem auto; padding: 0 1rem; color: #23262b; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.1rem; margin: 3rem 0 0.6rem; } h2 a { text-decoration: none; }
figure { margin: 0; } img { max-width: 100%; height: auto; } figcaption { max-width: 720px; }
table { border-collapse: collapse; font: 14px/1.4 Helvetica, Arial, sans-serif; } th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid #ddd; }
.source { font: 12px/1.5 Helvetica, Arial, sans-serif; color: #666; margin: 0.3rem 0; overflow-wrap: anywhere; }
</style>
<h1>Figures of “${escaped(list.notebook)}”</h1>
<p>${escaped(intro(list))}</p>
${parts.join("\n")}
</html>
`;
}
