/** What figures of page `samplers` have in common. */
import type {ErrorFloor} from "../../analysis/lawError.js";
import type {RaceResult} from "../../analysis/samplerRace.js";
import type {Painter} from "../lab/painter.js";
import type {LabPage} from "../lab/labPage.js";
import {superscript} from "../lab/parts.js";
import {h} from "../dom.js";
import type {SamplersState} from "./state.js";

export type SamplersPage = LabPage<SamplersState>;

/** Width of a figure where there is room for two, CSS pixels. */
export const WIDTH = 460;

/** Two digits, as a person writes them. */
export const digits = (v: number): string =>
  v !== 0 && Math.abs(v) < 1e-3 ? v.toExponential(1).replace(/e(.*)$/, (_, n: string) => ` · 10${superscript(Number(n))}`) : String(Number(v.toPrecision(2))); // prettier-ignore

/** How far samples are from the law, beside what points of the law itself come to. */
export const errorWords = ({w2, mmd2}: {w2: number; mmd2: number}, floor: ErrorFloor): string =>
  `Sliced W2 to the law ${digits(w2)} (points of the law itself: ${digits(floor.w2)} ± ${digits(floor.w2Deviation)}). MMD² ${digits(mmd2)} (${digits(floor.mmd2)}).`;

/** A painter of one thing by that of another, and a line of words that goes with it. */
export function described<V, P>(
  painter: Painter<P>,
  picture: (values: V) => P,
  words: (values: V) => string
): {painter: Painter<V>; status: HTMLElement} {
  const status = h("p", {class: "note-small figure-numbers"});
  return {
    status,
    painter: {
      element: painter.element,
      draw(values) {
        painter.draw(picture(values));
        status.textContent = words(values);
      }
    }
  };
}

/** Errors of a race as a table, a row for each draw. */
export const raceRows = (names: readonly string[], value: string) => ({errors}: RaceResult) => ({
  columns: ["sampler", value, "steps", "denoiser calls", "draw", "sliced W2", "MMD^2", "RMS to the exact end"],
  rows: errors.flatMap(({series, value, steps, calls, w2, mmd2, rms}) =>
    w2.map((v, draw) => [names[series], value, steps, calls, draw, v, mmd2[draw], rms ? rms[draw] : ""])
  )
}); // prettier-ignore
