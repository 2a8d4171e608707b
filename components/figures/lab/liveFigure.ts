import {computed, effect, signal, type ReadonlySignal} from "@preact/signals-core";
import {announce, type Announced} from "../announce.js";
import {h, onTheme} from "../dom.js";
import {csvBlob, downloads, pngBlob, svgBlob, type Download} from "../download.js";
import {provenanceLabel} from "../provenance.js";
import {hasVector, vectorOf} from "../vectorForm.js";
import {visible} from "../visible.js";
import {uncovered} from "./covered.js";
import type {Painter} from "./painter.js";

export interface LiveFigureOptions<V> extends Pick<Announced, "set" | "sets" | "photograph" | "prepare"> {
  /** Its name in the list of what the notebook reproduces (`E7`), and its anchor on the page. */
  id: string;
  title: string;
  painter: Painter<V>;
  /** What is drawn; undefined while there is nothing to draw. */
  values: ReadonlySignal<V | undefined>;
  /** Why there is nothing to draw, for the reader; empty where nothing is wrong. */
  trouble?: ReadonlySignal<string>;
  /** One or two sentences: what is seen. */
  caption?: string | ReadonlySignal<string>;
  controls?: (Node | null)[];
  /** Where the legend of the picture stands, if not in the figure. */
  legend?(): Element | undefined;
  /** Numbers that belong to the picture, below it. */
  status?: Node;
  /** How it was made: seed, number of points, steps. */
  provenance: ReadonlySignal<string>;
  /** The values as a table. */
  rows?(values: V): {columns: string[]; rows: Iterable<readonly (string | number)[]>};
  files?: Download[];
  /** The cell that makes this picture, for the reader to change. */
  source?(): string;
  /** Where the source goes. */
  strip?: {add(source: string): void};
}

export interface LiveFigure {
  element: HTMLElement;
  dispose(): void;
}

/**
 * A figure that follows its values: drawn again when they change, while it can be seen. What can't be computed is said in its place, and
 * harms nothing else. The number of times it was drawn is in `data-draws`.
 */
export function liveFigure<V>(options: LiveFigureOptions<V>): LiveFigure {
  const {id, title, painter, values, trouble, caption, controls = [], status, provenance} = options;
  const failed = signal("");
  const note = h("p", {class: "live-trouble", role: "status"});
  const text = h("div", {class: "figure-caption"});
  const source = h("div", {});
  const canvas = painter.element.querySelector("canvas") ?? painter.element;
  const files: Download[] = [...(options.files ?? [])];
  if (options.rows) {
    const {rows} = options;
    files.push({
      label: "CSV",
      name: `${id}.csv`,
      make() {
        if (!values.value) throw new Error("there is nothing to write yet");
        const table = rows(values.value);
        return csvBlob(table.columns, table.rows);
      }
    });
  }
  // The legend may stand among the controls.
  const withLegend = () => ({legend: options.legend?.() ?? element});
  const drawn = (): SVGSVGElement => {
    const svg =
      canvas instanceof HTMLCanvasElement
        ? vectorOf(canvas)
        : painter.element.matches("svg")
          ? (painter.element as SVGSVGElement)
          : painter.element.querySelector<SVGSVGElement>("svg[role=img], svg");
    if (!svg) throw new Error("there is no picture yet");
    return svg;
  };
  if (!(canvas instanceof HTMLCanvasElement) || hasVector(canvas))
    files.push({label: "SVG", name: `${id}.svg`, make: () => svgBlob(drawn(), withLegend())});
  if (canvas instanceof HTMLCanvasElement)
    files.push({label: "PNG", name: `${id}.png`, make: () => pngBlob(canvas, withLegend())});
  const foot = downloads(...files);
  if (options.source && options.strip) {
    const {source: cell, strip} = options;
    foot.append(
      h(
        "button",
        {
          type: "button",
          class: "quiet",
          title: "Puts the cell that makes this figure among your own, to change",
          onclick: () => strip.add(cell())
        },
        "Show source"
      )
    );
  }
  const picture = h("div", {class: "live-picture"}, painter.element);
  const element = h(
    "section",
    {class: "figure live", id, "aria-label": `${id}: ${title}`},
    h("h3", {class: "live-title"}, h("a", {href: `#${id}`, class: "live-id"}, id), ` ${title}`),
    controls.length > 0 && h("div", {class: "run"}, ...controls),
    note,
    picture,
    status ?? null,
    text,
    source,
    foot
  );
  announce(element, {
    id,
    title,
    files,
    set: options.set,
    sets: options.sets,
    photograph: options.photograph,
    prepare: options.prepare,
    trouble: () => message.peek()
  });
  if (decodeURIComponent(location.hash) === `#${id}`) arrive(element);
  const seen = visible(element, uncovered);
  const theme = signal(0);
  let draws = 0;
  const message = computed(() => trouble?.value || failed.value);
  const stops = [
    onTheme(() => ++theme.value),
    effect(() => {
      void theme.value;
      // The first picture is drawn wherever it is, so that scrolling never meets an empty frame.
      if (!seen.shown.value && draws > 0) return;
      try {
        const now = values.value;
        if (now === undefined) return;
        painter.draw(now);
        element.dataset.draws = String(++draws);
        failed.value = "";
      } catch (error) {
        failed.value = `This can't be shown: ${(error as Error).message}`;
      }
    }),
    effect(() => {
      note.textContent = message.value;
      note.hidden = message.value === "";
      picture.hidden = message.value !== "";
    }),
    effect(() => {
      text.textContent = typeof caption === "string" ? caption : (caption?.value ?? "");
      text.hidden = text.textContent === "";
    }),
    effect(() => source.replaceChildren(provenanceLabel({kind: "live", detail: provenance.value})))
  ];
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      seen.dispose();
    }
  };
}

/** Milliseconds at which a link to a figure looks for it: those above it are still being made, and push it down. */
const ARRIVALS = [0, 300, 1000, 2000];

/** Scrolls to what the address names, which was not there yet when the browser looked; not once the reader has begun to do things. */
function arrive(element: Element): void {
  const begun = new AbortController();
  const options = {signal: begun.signal, passive: true};
  for (const kind of ["wheel", "pointerdown", "keydown"])
    addEventListener(kind, () => begun.abort(), options);
  for (const [i, delay] of ARRIVALS.entries())
    setTimeout(() => {
      if (!begun.signal.aborted) element.scrollIntoView({block: "start"});
      if (i === ARRIVALS.length - 1) begun.abort();
    }, delay);
}
