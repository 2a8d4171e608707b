import {cellsFromJson} from "./link.js";

const key = (page: string) => `cells of ${page}`;
const runningKey = (page: string) => `cells of ${page} are starting`;

/** The reader's cells of a page that this browser keeps, or undefined when there are none, or it keeps nothing. */
export function keptCells(page: string): string[] | undefined {
  try {
    return cellsFromJson(localStorage.getItem(key(page)) ?? "");
  } catch {
    return undefined;
  }
}

/** Keeps cells in this browser; returns what to tell the reader when it can't. */
export function keepCells(page: string, sources: readonly string[]): string | undefined {
  try {
    if (sources.length) localStorage.setItem(key(page), JSON.stringify(sources));
    else localStorage.removeItem(key(page));
    return undefined;
  } catch (error) {
    const full = (error as DOMException).name === "QuotaExceededError";
    return `This browser ${full ? "has no room left for" : "does not let this page keep"} your cells: download them before you leave.`;
  }
}

/** Notes that a page's cells are being run, or are no longer. */
export function noteStart(page: string, starting: boolean): void {
  try {
    if (starting) sessionStorage.setItem(runningKey(page), "1");
    else sessionStorage.removeItem(runningKey(page));
  } catch {
    // then a page that hangs has to be opened without them by hand
  }
}

/** Whether this tab was closed or reloaded while it was busy with running its cells: they may have hung it. */
export function hungLastTime(page: string): boolean {
  try {
    return sessionStorage.getItem(runningKey(page)) !== null;
  } catch {
    return false;
  }
}
