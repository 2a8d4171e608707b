import type {ReadonlySignal} from "@preact/signals-core";
import {cellStrip, type CellStrip} from "../cells/strip.js";
import type {Lab} from "./lab.js";
import {pageState, type PageState} from "./pageState.js";
import {prelude} from "./prelude.js";

/** A page's state: the laboratory and whatever else it has, and by name what its cells see. */
export interface PageValues {
  lab: Lab;
  values: Record<string, ReadonlySignal<unknown>>;
}

export interface LabPageOptions<T extends PageValues> {
  /** Names the page, and what its own cells are kept under. */
  page: string;
  /** The page's state from its address; also from a link, without a page. */
  open(state: PageState): T;
  /** Where a page of the reader's own finds the same values: a module, from the root of the pages, that exports `ofLink`. */
  module: string;
  examples?: {label: string; source: string}[];
}

export interface LabPage<T extends PageValues> {
  state: PageState;
  lab: Lab;
  /** What `open` gave. */
  own: T;
  strip: CellStrip;
  /** Ends with the page whatever must be ended. Returns what it was given. */
  keep<P extends {dispose(): void}>(part: P): P;
  dispose(): void;
}

/** What every page's cells see of its laboratory. */
export const labValues = (lab: Lab): Record<string, ReadonlySignal<unknown>> => ({
  schedule: lab.schedule,
  denoiser: lab.denoiser,
  law: lab.mixture,
  data: lab.data,
  d: lab.d,
  seed: lab.seed,
  count: lab.count
});

/** A page on diffusion: its state in the address, the laboratory, and the reader's own cells at its end. */
export function labPage<T extends PageValues>({page, open, module, examples}: LabPageOptions<T>): LabPage<T> {
  const state = pageState();
  const own = open(state);
  const {lab, values} = own;
  const parts: {dispose(): void}[] = [];
  const strip = cellStrip({
    page,
    values,
    examples,
    library: () => import("./library.js"),
    offer: (found) => (lab.offered.value = found),
    prelude: (used) => prelude(lab, module, used)
  });
  state.also("cells", () => strip.link);
  const stop = state.watch();
  return {
    state,
    lab,
    own,
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
