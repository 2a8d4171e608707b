import type {Lab} from "./lab.js";
import {pageState, type PageState} from "./pageState.js";

/** The names of a page that some cells use and don't define themselves. */
export interface UsedNames {
  /** The page's values. */
  values: readonly string[];
  /** The library's functions. */
  library: readonly string[];
}

/**
 * The beginning of a page of the reader's own, which gives its cells what they saw here: blocks of code that Framework runs.
 * @param module that exports `ofLink`, from the root of the pages
 */
export function prelude({state, scheduleKey}: Lab, module: string, {values, library}: UsedNames): string[] {
  // A schedule that a cell defines is defined by that cell on the new page too.
  const own = scheduleKey.value.startsWith("cell:") && values.includes("schedule");
  const named = values.filter((name) => !(own && name === "schedule"));
  const functions = own && !library.includes("scheduleFrom") ? [...library, "scheduleFrom"] : library;
  const lines: string[] = [];
  if (named.length) lines.push(`import {ofLink} from "./${module}";`);
  if (functions.length)
    lines.push(`import {${functions.join(", ")}} from "./components/figures/lab/library.js";`);
  if (named.length)
    lines.push("", `const {${named.join(", ")}} = await ofLink(${JSON.stringify(state.query())});`);
  // A block of its own: it waits for the cell, which may wait for what the first block imports.
  const schedule = own ? [`const schedule = scheduleFrom(${scheduleKey.value.slice(5)});`] : [];
  return [lines.join("\n"), ...schedule];
}

/** What the cells of a page see by name, in the state that a link to it describes. */
export const linkValues =
  (open: (state: PageState) => {values: Record<string, {value: unknown}>}) =>
  async (query: string): Promise<Record<string, unknown>> =>
    Object.fromEntries(Object.entries(open(pageState(query)).values).map(([name, {value}]) => [name, value]));
