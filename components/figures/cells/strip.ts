import type {ReadonlySignal} from "@preact/signals-core";
import {h} from "../dom.js";
import {save} from "../download.js";
import {urlState} from "../urlState.js";
import {actionButton, askAboutLink, cellBanner} from "./cellBanner.js";
import {cellView, type CellView} from "./cellView.js";
import type {Engine} from "./engine.js";
import {hungLastTime, keptCells, noteStart} from "./keep.js";
import {decodeCells, encodeCells, LINK_LIMIT} from "./link.js";
import type {Editor, EditorOptions} from "./plainEditor.js";
import {saving} from "./saving.js";
import {namesHelp, stripTools} from "./stripTools.js";

export interface CellStripOptions {
  /** Names the page: cells are kept in this browser (localStorage) under it. */
  page: string;
  /**
   * Page values by name, each a signal: `schedule`, `denoiser`, `data`, `samples`, ... A cell that names one re-runs when it
   * changes; a signal that no cell names is not read. Whatever is no signal is constant.
   */
  values: Record<string, ReadonlySignal<unknown>>;
  /** The library's functions by name, for cells (loaded lazily): `() => import("../lab/library.js")` */
  library: () => Promise<Record<string, unknown>>;
  /**
   * Told what the cells define at their top level, by name, whenever one of these changes: the page's figures offer the
   * schedules and samplers among them. Their loops are guarded, so that one of these functions may throw when called.
   */
  offer?(values: Map<string, unknown>): void;
  /** For the export: lines of a js block that gives a page those of the names that its cells use, made for the present state. */
  prelude(used: {values: string[]; library: string[]}): string | string[];
  /** The library's module, seen from a page in `src/`. Default: that of the pages on diffusion. */
  libraryPath?: string;
  /** Cells to begin with, in a menu. */
  examples?: {label: string; source: string}[];
}

export interface CellStrip {
  element: HTMLElement;
  /** Adds a cell with this source, opens the strip, scrolls to it, runs it. */
  add(source: string): void;
  /** The cells for a link to the page, as the value of `cells` in its address; undefined when there are none, or too many. */
  readonly link: string | undefined;
  dispose(): void;
}

/** The strip of cells at the end of a page, which the reader adds, edits and removes. */
export function cellStrip(options: CellStripOptions): CellStrip {
  const {page, values, prelude, libraryPath = "./components/figures/lab/library.js"} = options;
  const cells: CellView[] = [];
  let nextId = 1;
  let own = true; // or those of a link, which are not kept
  let engine: Promise<Engine> | undefined;
  let editor: ((options: EditorOptions) => Editor) | undefined;
  let ended = false;

  const list = h("div", {class: "cell-list"});
  const banner = cellBanner();
  const said = h("span", {role: "status", class: "cell-said"});
  const fault = h("p", {class: "note-small problem", role: "status"});
  const count = h("span", {class: "cell-count"});
  const sources = () => cells.map(({source}) => source);
  const keeping = saving(
    page,
    sources,
    () => own,
    (text) => (fault.textContent = text)
  );

  function say(text: string, ...buttons: HTMLElement[]) {
    said.replaceChildren(text, ...buttons);
  }

  function openEngine(): Promise<Engine> {
    return (engine ??= Promise.all([import("./engine.js"), options.library()]).then(
      ([{createEngine}, library]) => createEngine({values, library, offer: options.offer})
    ));
  }
  async function run(...chosen: CellView[]) {
    noteStart(page, true);
    for (const cell of chosen) cell.pending();
    try {
      const opened = await openEngine();
      if (ended) return;
      for (const cell of chosen)
        if (cells.includes(cell)) opened.run(cell.id, cell.source, cell.output, cell);
    } catch (error) {
      engine = undefined; // a lost connection may be back at the next try
      const message = `cells can't be run: ${(error as Error).message}`;
      for (const cell of chosen) cell.rejected({message});
    }
    setTimeout(() => noteStart(page, false), 1500);
  }
  const withEngine = (act: (engine: Engine) => void) => void engine?.then(act, () => {});

  function insert(source: string, at = cells.length): CellView {
    const cell = cellView(nextId++, source, {
      run: () => void run(cell),
      stop() {
        withEngine((opened) => opened.stop(cell.id));
        cell.stopped();
      },
      remove: () => remove(cell),
      move(by) {
        const from = cells.indexOf(cell);
        cells.splice(from, 1);
        cells.splice(from + by, 0, cell);
        const focused = document.activeElement; // what is moved in the page loses the focus
        arrange();
        if (focused instanceof HTMLElement) focused.focus();
        cell.element.scrollIntoView({block: "nearest"});
      },
      changed: keeping.later
    });
    if (editor) cell.upgrade(editor);
    cells.splice(at, 0, cell);
    arrange();
    return cell;
  }
  function remove(cell: CellView) {
    const at = cells.indexOf(cell);
    const {source} = cell;
    drop(cell);
    const wasRun = cell.element.dataset.state !== "idle";
    const undo = actionButton("Undo", () => {
      const again = insert(source, Math.min(at, cells.length));
      if (wasRun) void run(again);
      again.focus();
      say("The cell is back.");
    });
    say(`Cell ${at + 1} was removed. `, undo);
    undo.focus();
  }
  function drop(cell: CellView) {
    withEngine((opened) => opened.remove(cell.id));
    cells.splice(cells.indexOf(cell), 1);
    cell.dispose();
    arrange();
  }
  function arrange() {
    // Only what is out of place is moved: a field that is moved loses the focus.
    cells.forEach((cell, i) => {
      if (list.children[i] !== cell.element) list.insertBefore(cell.element, list.children[i] ?? null);
      cell.place(i, cells.length);
    });
    count.textContent = cells.length ? ` (${cells.length})` : "";
    keeping.later();
  }
  function replace(with_: readonly string[]) {
    for (const cell of [...cells]) drop(cell);
    for (const source of with_) insert(source);
  }

  /** Shows cells that came with the link, and runs them when the reader says so. */
  function receive(linked: readonly string[], mine: readonly string[]) {
    own = false;
    replace(linked);
    askAboutLink(banner, mine.length, {
      run: () => void run(...cells),
      keep() {
        own = true;
        mine.forEach((source, i) => void run(insert(source, i)));
        keeping.later();
      },
      leave() {
        own = true;
        replace(mine);
        void run(...cells);
      }
    });
  }

  function add(source: string, {focus = true} = {}) {
    element.open = true;
    const cell = insert(source);
    if (source.trim()) void run(cell);
    void loadEditor().then(() => {
      cell.element.scrollIntoView({block: "center"});
      if (focus) cell.focus();
    });
  }
  async function loadEditor() {
    if (editor) return;
    try {
      const {codeEditor} = await import("./editor.js");
      if (ended || editor) return;
      editor = codeEditor;
      for (const cell of cells) cell.upgrade(codeEditor);
    } catch {
      // the plain field does
    }
  }
  async function download() {
    try {
      const [{exportPage}, library] = await Promise.all([import("./exportPage.js"), options.library()]);
      const title = document.querySelector("#observablehq-main h1")?.textContent ?? page;
      const names = {values: Object.keys(values), library: Object.keys(library)};
      const text = exportPage({title, ...names, prelude, cells, libraryPath});
      save(new Blob([text], {type: "text/markdown"}), `cells-${page}.md`);
      say(`Put cells-${page}.md in the notebook's src folder: it is a page.`);
    } catch (error) {
      say(`The page can't be written: ${(error as Error).message}`);
    }
  }
  async function open(file: File) {
    const {importPage} = await import("./exportPage.js");
    const found = importPage(await file.text());
    for (const source of found) insert(source);
    say(
      found.length
        ? `${found.length} cells of ${file.name} were added, and not run: press Run in those that you want.`
        : `${file.name} has no cells: expected a page with blocks of js.`
    );
  }

  const element = h(
    "details",
    {class: "cells"},
    h("summary", {}, "Your own cells", count),
    h(
      "p",
      {class: "note-small"},
      "JavaScript that sees this page's values by name and runs again when they change. Shift-Enter runs a cell; Escape, then Tab, leaves its editor."
    ),
    namesHelp(Object.keys(values), options.library),
    banner.element,
    list,
    stripTools({add, download, open, examples: options.examples}, said),
    fault
  );
  element.addEventListener("toggle", () => {
    if (element.open) void loadEditor();
  });

  const mine = keptCells(page) ?? [];
  const text = urlState.text("cells", "");
  const linked = text ? decodeCells(text) : [];
  if (linked?.length && JSON.stringify(linked) !== JSON.stringify(mine)) receive(linked, mine);
  else {
    for (const source of mine) insert(source);
    if (!linked) say("The cells in this link can't be read: it may have been cut short.");
    if (mine.length && hungLastTime(page)) {
      banner.ask(
        "This page was busy with running these cells when it was last closed, and has not run them again.",
        ["Run these cells", () => void run(...cells)]
      );
    } else if (mine.length) void run(...cells);
  }
  if (cells.length || !linked) element.open = true;

  const leave = () => noteStart(page, false);
  addEventListener("pagehide", leave);
  // Another tab with the same page has written its cells: what is typed here would replace those.
  const elsewhere = (event: StorageEvent) => {
    if (event.key === null || !own) return;
    const theirs = keptCells(page) ?? [];
    if (!event.key.endsWith(` of ${page}`) || JSON.stringify(theirs) === JSON.stringify(sources())) return;
    banner.ask("Your cells were changed in another tab. What you change here replaces that.", [
      "Take those",
      () => {
        replace(theirs);
        void run(...cells);
      }
    ]);
  };
  addEventListener("storage", elsewhere);

  return {
    element,
    add,
    get link() {
      const link = encodeCells(sources().filter((source) => source.trim()));
      return link && link.length <= LINK_LIMIT ? link : undefined;
    },
    dispose() {
      ended = true;
      keeping.dispose();
      leave();
      removeEventListener("pagehide", leave);
      removeEventListener("storage", elsewhere);
      withEngine((opened) => opened.dispose());
      for (const cell of cells) cell.dispose();
    }
  };
}
