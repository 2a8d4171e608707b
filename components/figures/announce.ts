import type {Download} from "./download.js";
import {pictureSize, type PictureSize} from "./pictureSize.js";
import {tableText, type TableText} from "./tableText.js";

/**
 * What a figure says of itself to `npm run figures`, which opens the pages in a browser and asks each element with a `data-figure` for
 * its static form. Nothing else of a page needs to be known there.
 */
export interface Announced {
  /** Its name in the list of what the notebook reproduces: `F4`, or `F4-umap` for one of several that belong to F4. */
  id: string;
  title: string;
  /** What is seen, where no `.figure-caption` says it. */
  caption?: string;
  /** Its static forms are those called .svg, .png and .csv, as its own buttons make them. */
  files?: readonly Download[];
  /** The data set that is shown, and all that the page shows by `?set=NAME`, for a figure that there is of each. */
  set?: string;
  sets?: readonly string[];
  /** The words around the picture belong to it: its static form is a picture of the element, without the controls. */
  photograph?: boolean;
  /** Does what a reader would do to see the figure: the work behind its button. Called at most once. */
  prepare?(): unknown;
  /** Why there is nothing to see; empty where there is. */
  trouble?(): string;
}

/** A figure's words at this moment. */
export interface Description {
  id: string;
  title: string;
  set?: string;
  sets: string[];
  caption: string;
  photograph: boolean;
  /** Numbers and verdicts below the picture. */
  status: string;
  provenance: {kind: string; detail: string}[];
  /** The page's address from its root on, with the state that the figure is in. */
  address: string;
  /** Names of the files that `make` takes by their place in this list. */
  files: string[];
  tables: TableText[];
}

/** Whether a figure can be seen, or why not yet, or why not at all. */
export interface Look {
  state: "ready" | "waiting" | "failed";
  why: string;
}

/** What an element with a `data-figure` has as its property `figure`. */
export interface AnnouncedFigure {
  describe(): Description;
  /** Begins what the figure needs to be seen, and waits until it can be and has come to rest, at most `limit` milliseconds. */
  settled(limit: number): Promise<Look>;
  /** A file's bytes as base64; of a picture, its size. */
  make(index: number): Promise<{base64: string; size?: PictureSize}>;
}

/** Milliseconds between two looks at a figure, and looks at which nothing may have changed. */
const [PAUSE, REST] = [80, 5];

/** Gives an element its identity. Returns the element. */
export function announce<T extends HTMLElement>(element: T, announced: Announced): T {
  const {id, title, files = [], set, sets = [], photograph = false, prepare, trouble} = announced;
  let preparing = false;
  let failed = "";
  let begun: Promise<unknown> | undefined;
  const begin = () => {
    if (begun || !prepare) return;
    preparing = true;
    begun = Promise.resolve()
      .then(prepare)
      .catch((error: unknown) => (failed = (error as Error).message))
      .finally(() => (preparing = false));
  };

  function look(): Look {
    if (preparing) return {state: "waiting", why: "its work is not done"};
    const why = failed || (trouble?.() ?? "");
    if (why) return {state: "failed", why};
    const busy = element.querySelector("[data-state=loading], [data-state=busy]");
    if (busy) return {state: "waiting", why: busy.textContent.trim() || "it is being computed"};
    const undrawn = element.classList.contains("live") && !element.dataset.draws;
    return undrawn ? {state: "waiting", why: "nothing is drawn"} : {state: "ready", why: ""};
  }

  const figure: AnnouncedFigure = {
    describe: () => ({
      id,
      title,
      set,
      sets: [...sets],
      caption: words(element, ".figure-caption") || (announced.caption ?? ""),
      photograph,
      status: words(element, ".figure-numbers, .scatter-status", " · "),
      provenance: [...element.querySelectorAll(".provenance > span")].map((span) => {
        const kind = span.querySelector(".provenance-kind")?.textContent ?? "";
        return {kind, detail: span.textContent.slice(kind.length).trim()};
      }),
      address: `${location.pathname}${location.search}#${id}`,
      files: files.map(({name}) => name),
      tables: [...element.querySelectorAll<HTMLTableElement>("table")].filter(seen).map(tableText)
    }),
    async settled(limit) {
      begin();
      const until = performance.now() + limit;
      let before = "";
      for (let same = 0; ;) {
        const now = look();
        // What can't be shown at first may be shown when what it waits for has come.
        const stamp = JSON.stringify([now, drawings(element)]);
        same = stamp === before ? same + 1 : 0;
        before = stamp;
        if (same >= REST && now.state !== "waiting") return now;
        if (performance.now() > until)
          return now.state === "ready" ? {state: "waiting", why: "it keeps changing"} : now;
        await new Promise((next) => setTimeout(next, PAUSE));
      }
    },
    async make(index) {
      const {name, make} = files[index];
      const blob = await make();
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let binary = "";
      for (let i = 0; i < bytes.length; i += 8192)
        binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
      const size = /\.(svg|png)$/.test(name) ? await pictureSize(blob) : undefined;
      return {base64: btoa(binary), size};
    }
  };
  element.dataset.figure = id;
  return Object.assign(element, {figure});
}

const seen = (part: HTMLElement): boolean => part.offsetParent !== null;

/** The texts of what can be seen of some elements. */
const words = (element: HTMLElement, selector: string, between = " "): string =>
  [...element.querySelectorAll<HTMLElement>(selector)]
    .filter(seen)
    .map((part) => part.textContent.trim())
    .filter(Boolean)
    .join(between);

/** How often a figure and its pictures were drawn. */
const drawings = (element: HTMLElement): (string | undefined)[] =>
  [element, ...element.querySelectorAll<HTMLElement>("[data-draws]")].map(({dataset}) => dataset.draws);
