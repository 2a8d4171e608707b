import {readdirSync} from "node:fs";
import type {ElementHandle, Page} from "playwright-core";
import type {AnnouncedFigure, Description, Look} from "../../components/figures/announce.js";
import {launch} from "../launch.js";
import {serve} from "../serve.js";

/** A file of a figure: its bytes, and what is known of a picture. */
export interface FigureFile {
  name: string;
  bytes: Buffer;
  /** A picture of the element on the page. */
  photograph?: boolean;
  /** Pixels. */
  width?: number;
  height?: number;
}

/** A figure in its static form. */
export interface StaticFigure extends Omit<Description, "files"> {
  /** Name of its files: its id, and that of the data set where there is one of each. */
  name: string;
  page: string;
  files: FigureFile[];
}

export interface CollectOptions {
  /** The built site. */
  folder: string;
  /** Path of the browser's program. */
  executablePath: string;
  /** Ids that are wanted: `E7` stands for `E7-field` as well. Default: all. */
  only?: readonly string[];
  /** Pages that are looked at, such as `prior`; the first page is `index`. Default: all. */
  pages?: readonly string[];
  /** Of figures that there are of each data set, the one that is wanted. Default: all. */
  set?: string;
  /** Milliseconds that a figure may take. */
  limit: number;
  signal: AbortSignal;
  /** Told of each figure: how many there are so far, and how many of them are done. */
  progress(done: number, known: number, name: string): void;
  /** Takes a figure as soon as it is there. */
  take(figure: StaticFigure): void;
}

/** Pages that are open at a time: most of the time each waits for its own threads. */
const AT_ONCE = 2;

/** The paper that pages are printed on: white, with fonts that have a name. What is for a reader's hand is left out. */
const paper = `<style>
:root { --theme-background-a: #fff !important; --sans-serif: Helvetica, Arial, "Liberation Sans", sans-serif !important; }
html, body { background: #fff !important; }
.photographed { margin: 0 !important; padding: 8px; background: #fff; }
.figure.photographed { width: fit-content; }
.photographed :is(.run, .downloads, .provenance, .figure-caption, .live-title, .live-trouble, .scatter-zoom, .control, .choice, button) { display: none !important; }
</style>`;

type FigureHandle = ElementHandle<HTMLElement & {figure: AnnouncedFigure}>;

/**
 * Opens the pages of a built site and takes from each figure what it is in print.
 * @returns what could not be made, one line each
 * @throws when the browser doesn't start, or `signal` is aborted
 */
export async function collect(options: CollectOptions): Promise<string[]> {
  const {folder, executablePath, signal, pages, only, set} = options;
  signal.throwIfAborted();
  const site = await serve(folder, {isolated: true, head: paper});
  const browser = await launch(executablePath, {handleSIGINT: false});
  const stop = () => void browser.close();
  signal.addEventListener("abort", stop);
  const faults: string[] = [];
  const seen = new Map<string, string>();
  const found: string[] = [];
  let done = 0;
  const queue = sitePages(folder)
    .filter((page) => !pages || pages.includes(page))
    .map((page) => ({page, set: undefined as string | undefined}));

  async function visit({page: name, set: asked}: (typeof queue)[number]): Promise<void> {
    const path = name === "index" ? "" : name;
    const page = await browser.newPage({
      viewport: {width: 1280, height: 2000},
      deviceScaleFactor: 2,
      colorScheme: "light",
      reducedMotion: "reduce"
    });
    try {
      const query = asked === undefined ? "" : `?set=${encodeURIComponent(asked)}`;
      await page.goto(`${site.base}/${path}${query}`, {waitUntil: "load"});
      faults.push(...(await whole(page, options.limit)).map((why) => `page ${name}: ${why}`));
      const handles = (await page.$$("[data-figure]")) as FigureHandle[];
      const all = await Promise.all(
        handles.map(async (handle) => ({handle, what: await handle.evaluate((e) => e.figure.describe())}))
      );
      if (asked === undefined) {
        // The page of each other data set is a page of its own.
        const others = new Set(
          all.flatMap(({what}) => (isOf(what) ? what.sets.filter((s) => s !== what.set) : []))
        );
        for (const other of others) if (!set || set === other) queue.push({page: name, set: other});
      }
      const mine = all.filter(
        ({what}) =>
          isOf(what) && (asked === undefined ? !what.set || !set || what.set === set : what.set === asked)
      );
      found.push(...mine.map(({what}) => nameOf(what)));
      for (const {handle, what} of mine) {
        signal.throwIfAborted();
        const label = nameOf(what);
        const other = seen.get(label);
        if (other !== undefined)
          faults.push(`${label}: found on page ${name} and on page ${other}; expected on one`);
        else {
          seen.set(label, name);
          try {
            options.take({...(await printed(handle, options.limit)), name: label, page: name});
          } catch (error) {
            signal.throwIfAborted();
            faults.push(`${label}: ${(error as Error).message.split("\n", 1)[0]}`);
          }
        }
        options.progress(++done, found.length, label);
      }
    } catch (error) {
      signal.throwIfAborted();
      faults.push(`page ${name}: ${(error as Error).message.split("\n", 1)[0]}`);
    } finally {
      await page.close().catch(() => undefined);
    }
  }
  const isOf = ({id}: Description) =>
    !only || only.some((wanted) => id === wanted || id.startsWith(`${wanted}-`));

  try {
    const open = new Set<Promise<void>>();
    try {
      while (queue.length > 0 || open.size > 0) {
        while (queue.length > 0 && open.size < AT_ONCE) {
          const visiting: Promise<void> = visit(queue.shift()!).finally(() => open.delete(visiting));
          open.add(visiting);
        }
        await Promise.race(open);
      }
    } finally {
      await Promise.allSettled(open);
    }
    for (const wanted of only ?? [])
      if (!found.some((name) => name === wanted || name.startsWith(`${wanted}-`)))
        faults.push(
          `${wanted}: no figure of that name on ${pages ? `page ${pages.join(", ")}` : "any page"}`
        );
    return faults;
  } finally {
    signal.removeEventListener("abort", stop);
    await browser.close().catch(() => undefined);
    await site.close();
  }
}

const nameOf = ({id, set}: Description) => (set ? `${id}-${set}` : id);

/** Pages of a built site by name, the first page first. */
export function sitePages(folder: string): string[] {
  const pages = readdirSync(folder)
    .filter((file) => file.endsWith(".html"))
    .map((file) => file.slice(0, -5));
  return pages.sort((a, b) => Number(b === "index") - Number(a === "index") || a.localeCompare(b));
}

/** Waits until every cell of a page has run. @returns what went wrong on it */
async function whole(page: Page, limit: number): Promise<string[]> {
  const shown = await page.waitForFunction(cellsShown, undefined, {timeout: limit}).then(
    () => [],
    (error: Error) => {
      if (error.name !== "TimeoutError") throw error;
      return [`a cell shows nothing after ${limit / 1000} s`];
    }
  );
  const said = await page.$$eval(".observablehq--error, .failure", (all) =>
    all.map((e) => e.textContent?.trim() ?? "")
  );
  return [...shown, ...said];
}

/** In the page: whether each cell that displays something has done so. A cell's place is a comment with its id. */
const cellsShown = `(() => {
  const code = [...document.scripts].map((script) => script.text).join("");
  const ids = [...code.matchAll(/define\\(\\{id: "([0-9a-f-]+)", (?:mode: "\\w+", )?inputs: \\[[^\\]]*"display"/g)].map((m) => m[1]);
  const places = new Map();
  const comments = document.createNodeIterator(document.body, NodeFilter.SHOW_COMMENT);
  for (let node; (node = comments.nextNode()); ) places.set(node.data, node);
  return ids.every((id) => {
    const before = places.get(":" + id + ":")?.previousSibling;
    return before && before.nodeName !== "OBSERVABLEHQ-LOADING";
  });
})()`;

/** Takes a figure's static form. */
async function printed(handle: FigureHandle, limit: number): Promise<Omit<StaticFigure, "name" | "page">> {
  await handle.evaluate((e) => e.scrollIntoView({block: "center", behavior: "instant"}));
  const look: Look = await handle.evaluate((e, limit) => e.figure.settled(limit), limit);
  if (look.state === "failed") throw new Error(look.why);
  if (look.state === "waiting") throw new Error(`not ready after ${limit / 1000} s: ${look.why}`);
  const {files: names, ...words} = await handle.evaluate((e) => e.figure.describe());
  if (!words.caption && words.tables.length === 0) throw new Error("it has no caption");
  if (words.provenance.length === 0) throw new Error("it does not say where it came from");
  const files: FigureFile[] = [];
  for (const [i, name] of names.entries()) {
    if (!(words.photograph ? /\.csv$/ : /\.(svg|png|csv)$/).test(name)) continue;
    const {base64, size} = await handle.evaluate((e, i) => e.figure.make(i), i);
    if (size?.flat) throw new Error(`${name} is one flat colour`);
    files.push({name, bytes: Buffer.from(base64, "base64"), width: size?.width, height: size?.height});
  }
  if (!files.some(({name}) => /\.(svg|png)$/.test(name))) files.push(await photograph(handle));
  return {...words, files};
}

/** A picture of the element itself, without its controls, for what is text, or has no file of its own. */
async function photograph(handle: FigureHandle): Promise<FigureFile> {
  await handle.evaluate((e) => e.classList.add("photographed"));
  try {
    const bytes = await handle.screenshot({type: "png", animations: "disabled"});
    return {
      name: "picture.png",
      bytes,
      photograph: true,
      width: bytes.readUInt32BE(16),
      height: bytes.readUInt32BE(20)
    };
  } finally {
    await handle.evaluate((e) => e.classList.remove("photographed"));
  }
}
