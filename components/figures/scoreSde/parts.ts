/** What the page's figures have in common. */
import {computed} from "@preact/signals-core";
import {h, roomFor} from "../dom.js";
import {liveFigure, type LiveFigureOptions} from "../lab/liveFigure.js";
import type {LabPage} from "../lab/labPage.js";
import {block} from "../lab/parts.js";
import type {Runs} from "./runs.js";
import type {ScoreSde} from "./state.js";

export interface Parts {
  page: LabPage<ScoreSde>;
  runs: Runs;
  /** Controls whose boxes tell which process is which in the figures below them. */
  boxes?(): HTMLElement | undefined;
  /** Size of a picture of which two stand side by side, CSS pixels. */
  size: {width: number; height: number};
  /** The same of three. */
  small: {width: number; height: number};
  figure<V>(options: Omit<LiveFigureOptions<V>, "strip">): HTMLElement;
}

export function openParts(page: LabPage<ScoreSde>, runs: Runs): Parts {
  return {
    page,
    runs,
    size: {width: columns(2, 400), height: 350},
    small: {width: columns(3, 270), height: 210},
    figure: ({source, ...options}) =>
      page.keep(liveFigure({...options, source: source && (() => block(source())), strip: page.strip}))
        .element
  };
}

/** The widest row of figures, and the gap between two of them, CSS pixels: as `.lab-row` has them. */
const [ROW, GAP] = [1080, 26];

/** Width of one of `most` columns, or of fewer where they would be narrower than `least`. */
function columns(most: number, least: number): number {
  const room = roomFor(ROW);
  const count = Math.max(1, Math.min(most, Math.floor((room + GAP) / (least + GAP))));
  return Math.floor((room - (count - 1) * GAP) / count);
}

/** Three narrow ones. */
export const rowOfThree = (...figures: HTMLElement[]) =>
  h("div", {class: "lab-row", style: "grid-template-columns: repeat(auto-fit, minmax(min(270px, 100%), 1fr))"}, ...figures); // prettier-ignore

/** How the points were made, for the line below a picture. */
export const madeWith = ({lab, steps}: ScoreSde) =>
  computed(() => `seed ${lab.seed.value}, ${lab.count.value} points, ${steps.value} steps, exact denoiser`);
