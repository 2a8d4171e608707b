// npm run figures: every figure and table of the notebook as a file, for a report or a slide.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs";
import {join, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {command, numeric, type OptionValues} from "../../components/cli/command.js";
import type {JobContext} from "../../components/compute/job.js";
import type {TableText} from "../../components/figures/tableText.js";
import {InputError} from "../../components/formats/error.js";
import {findBrowser, installBrowser} from "../browser.mjs";
import {buildSite} from "../site.mjs";
import {collect, sitePages, type StaticFigure} from "./collect.js";
import {htmlList, inOrder, markdownList, notebookWords, type FigureList, type ListedFigure} from "./lists.js";
import {fileNames, picturesOf} from "./names.js";

const help = `usage: npm run figures -- [--out DIR] [--only ID,...] [--set NAME] [--page NAME,...] [options]

Writes every figure and table of the notebook as files: SVG where it is drawn with lines, PNG at two pixels a unit, CSV of its
numbers, tables also as Markdown and HTML. It opens the pages in a browser and takes from each figure what its own buttons make, so
that a figure is made in one place. Figures are light, on white, with their legends; SVG files stand by themselves.
figures.md and index.html list them with captions, where they came from, and links; figures.json is for programs.

  --out DIR       where to write (runs/figures); files of the same name are replaced, others are left and stay in the lists
  --only ID,...   only these: F4, or E7 with all that belongs to it (E7-field, ...), or E7-field alone
  --set NAME      of figures that there are of each data set, only this one
  --page NAME,... only figures of these pages: index, prior, ... (quicker with --only, which looks on all pages)
  --site URL      where the notebook is served, for the links in the lists (http://127.0.0.1:3000, as npm run dev does)
  --limit S       seconds that a figure may take before it counts as failed (90)
  --no-build      take dist/ as it is; without, it is built first if something is newer

Nothing is drawn at random here: each page uses the seed that its controls show, which the figure's provenance names.
A figure that can't be made is named on a line of its own, and the exit code is 1; all others are written. Ctrl-C stops; what
was written by then is whole.`;

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface FiguresOptions {
  out: string;
  /** The built site. */
  folder: string;
  executablePath: string;
  site: string;
  only?: string[];
  pages?: string[];
  set?: string;
  /** Milliseconds. */
  limit: number;
}

/** Writes the figures of a built site into a folder. @returns how many, and what could not be made, one line each */
export async function writeFigures(
  {out, site, ...wanted}: FiguresOptions,
  {signal, progress}: Pick<JobContext, "signal" | "progress">
): Promise<{written: ListedFigure[]; faults: string[]}> {
  mkdirSync(out, {recursive: true});
  const tables = new Map<string, TableText[]>();
  const written: ListedFigure[] = [];
  const faults = await collect({
    ...wanted,
    signal,
    progress,
    take(figure) {
      tables.set(figure.name, figure.tables);
      written.push(store(out, figure));
    }
  });
  signal.throwIfAborted();
  const kept = listed(out).filter(({name}) => !written.some((figure) => figure.name === name));
  for (const {name} of kept) {
    const [markdown, html] = [".md", ".html"].map((kind) => readIfThere(join(out, `${name}${kind}`)));
    if (markdown && html) tables.set(name, [{markdown, html}]);
  }
  const list: FigureList = {...notebookWords(root), figures: inOrder([...kept, ...written])};
  write(join(out, "figures.md"), markdownList(list, tables, site));
  write(join(out, "index.html"), htmlList(list, tables, site));
  write(join(out, "figures.json"), `${JSON.stringify(list, null, 2)}\n`);
  return {written, faults};
}

/** Writes a figure's files. */
function store(
  out: string,
  {files, tables, caption, status, name, id, set, title, provenance, address}: StaticFigure
) {
  const pieces = [...files];
  // A figure that is a table has it as text too; one with a table beside its picture has the picture.
  if (tables.length > 0) {
    pieces.push({
      name: "table.md",
      bytes: Buffer.from(tables.map(({markdown}) => `${markdown}\n`).join("\n"))
    });
    pieces.push({name: "table.html", bytes: Buffer.from(tables.map(({html}) => html).join("\n"))});
  }
  const names = fileNames(
    name,
    pieces.map((piece) => piece.name)
  );
  pieces.forEach(({bytes}, i) => write(join(out, names[i]), bytes));
  const listedFiles = pieces.map(({bytes, photograph, width, height}, i) => ({
    name: names[i],
    bytes: bytes.length,
    photograph,
    width,
    height
  }));
  const pictures = picturesOf(pieces.map((piece, i) => ({own: piece.name, name: names[i]})));
  return {name, id, set, title, caption, numbers: status, provenance, address, pictures, files: listedFiles};
}

/** Writes a file so that nobody ever sees a part of it. */
function write(path: string, content: string | Buffer): void {
  const part = `${path}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } finally {
    rmSync(part, {force: true});
  }
}

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

/** What an earlier run has written and is still there. */
function listed(out: string): ListedFigure[] {
  const text = readIfThere(join(out, "figures.json"));
  if (text === undefined) return [];
  try {
    const {figures} = JSON.parse(text) as FigureList;
    return figures.filter(({files}) => files.every(({name}) => existsSync(join(out, name))));
  } catch (error) {
    throw new InputError(
      join(out, "figures.json"),
      "content",
      (error as Error).message,
      "a list that an earlier run wrote, or no file"
    );
  }
}

/** Whether something that the site is made from is newer than the site. */
export function outOfDate(): boolean {
  const built = join(root, "dist/index.html");
  if (!existsSync(built)) return true;
  const then = statSync(built).mtimeMs;
  const newer = (path: string): boolean => {
    const {mtimeMs} = statSync(path);
    if (!statSync(path).isDirectory()) return mtimeMs > then;
    return readdirSync(path)
      .filter((name) => !name.startsWith("."))
      .some((name) => newer(join(path, name)));
  };
  return [
    "components",
    "data",
    "build",
    "observablehq.config.ts",
    "package-lock.json",
    ...pageSources()
  ].some((name) => newer(join(root, name)));
}
const pageSources = () =>
  readdirSync(join(root, "src"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `src/${name}`);

const words = (value: OptionValues[string]): string[] | undefined =>
  typeof value === "string" ? value.split(",").map((word) => word.trim()).filter(Boolean) : undefined; // prettier-ignore

async function run(values: OptionValues, positionals: string[], context: JobContext): Promise<string> {
  if (positionals.length > 0)
    throw new InputError("command line", "argument", positionals[0], "none; --only takes the ids of figures");
  const seconds = numeric(values, "limit", 90, {above: 0});
  const executablePath = findBrowser() ?? installBrowser();
  if (!executablePath)
    throw new InputError(
      "browser",
      "program",
      undefined,
      "Chrome, Chromium or Edge, or CHROME_PATH set to one"
    );
  const folder = join(root, "dist");
  if (values["no-build"] ? !existsSync(join(folder, "index.html")) : outOfDate()) {
    console.error("building the notebook into dist/");
    await buildSite();
  }
  const pages = words(values.page);
  for (const page of pages ?? [])
    if (!sitePages(folder).includes(page))
      throw new InputError("command line", "--page", page, sitePages(folder).join(", "));
  const out = resolve(typeof values.out === "string" ? values.out : join(root, "runs/figures"));
  const start = performance.now();
  const {written, faults} = await writeFigures(
    {
      out,
      folder,
      executablePath,
      site: typeof values.site === "string" ? values.site : "http://127.0.0.1:3000",
      only: words(values.only),
      pages,
      set: typeof values.set === "string" ? values.set : undefined,
      limit: 1000 * seconds
    },
    context
  );
  const files = written.reduce((sum, figure) => sum + figure.files.length, 0);
  if (faults.length > 0) process.exitCode = 1;
  return [
    ...faults,
    `${written.length} figures, ${files} files in ${out}, ${((performance.now() - start) / 1000).toFixed(0)} s${faults.length > 0 ? `; ${faults.length} could not be made` : ""}`
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await command({
    help,
    unit: "figures",
    options: {
      out: {type: "string"},
      only: {type: "string"},
      set: {type: "string"},
      page: {type: "string"},
      site: {type: "string"},
      limit: {type: "string"},
      "no-build": {type: "boolean"}
    },
    run
  });
