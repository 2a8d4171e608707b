import type {ReadonlySignal} from "@preact/signals-core";
import {cellStrip, type CellStrip} from "../cells/strip.js";
import {openLab, type Lab, type LabOptions} from "./lab.js";
import {pageState, type PageState} from "./pageState.js";

export interface LabPageOptions extends LabOptions {
  /** Names the page, and what its own cells are kept under. */
  page: string;
  examples?: {label: string; source: string}[];
}

export interface LabPage {
  state: PageState;
  lab: Lab;
  strip: CellStrip;
  /** Ends with the page whatever must be ended. Returns what it was given. */
  keep<T extends {dispose(): void}>(part: T): T;
  dispose(): void;
}

/** What a page's own cells see of it, by name, beside the library's functions. */
export const labValues = (lab: Lab): Record<string, ReadonlySignal<unknown>> => ({
  schedule: lab.schedule,
  denoiser: lab.denoiser,
  law: lab.mixture,
  data: lab.data,
  d: lab.d,
  seed: lab.seed,
  count: lab.count
});

/** The names of a page that some cells use. */
export interface UsedNames {
  values: readonly string[];
  library: readonly string[];
}

/** The beginning of a page of the reader's own, which gives its cells what they saw here: code that Framework runs. */
export function prelude(
  {state, scheduleKey}: Lab,
  {latents: _, ...options}: LabOptions,
  {values, library}: UsedNames
): string {
  const own = scheduleKey.value.startsWith("cell:") && values.includes("schedule");
  const named = values.filter((name) => !(own && name === "schedule"));
  const functions = own && !library.includes("scheduleFrom") ? [...library, "scheduleFrom"] : library;
  const lines = [];
  if (named.length) lines.push(`import {labOfLink} from "./components/figures/lab/exported.js";`);
  if (functions.length)
    lines.push(`import {${functions.join(", ")}} from "./components/figures/lab/library.js";`);
  if (named.length)
    lines.push(
      "",
      `const {${named.join(", ")}} = await labOfLink(${JSON.stringify(options)}, ${JSON.stringify(state.query())});`
    );
  if (own) lines.push("", `const schedule = scheduleFrom(${scheduleKey.value.slice(5)});`);
  return lines.join("\n");
}

/** A page on diffusion: its state in the address, the laboratory, and the reader's own cells at its end. */
export function labPage({page, examples, ...options}: LabPageOptions): LabPage {
  const state = pageState();
  const lab = openLab(state, options);
  const parts: {dispose(): void}[] = [];
  const values = labValues(lab);
  const strip = cellStrip({
    page,
    values,
    examples,
    library: () => import("./library.js"),
    offer: (found) => (lab.offered.value = found),
    prelude: (used) => prelude(lab, options, used)
  });
  const stop = state.watch();
  return {
    state,
    lab,
    strip,
    keep(part) {
      parts.push(part);
      return part;
    },
    dispose() {
      stop();
      for (const part of parts) part.dispose();
      strip.dispose();
    }
  };
}
