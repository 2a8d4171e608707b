/** What the figures of curves along the paths have in common: drawn anew when what they show changes, with a line at y, which a click moves. */
import {computed, effect} from "@preact/signals-core";
import {h, roomFor} from "../dom.js";
import {svgBlob, type Download} from "../download.js";
import {figure} from "../figure.js";
import {provenanceLabel, type Provenance} from "../provenance.js";
import {setNames} from "../runs.js";
import {lengthParts, partToY, valueAt, yToPart} from "./along.js";
import {panels, type Panel, type Panels} from "./panels.js";
import {isPath, pathKinds, stages, type InterpolationState, type Stage} from "./state.js";
import type {PathKind} from "../../analysis/interpolation.js";
import type {LatentPath} from "../../jobs/latentPaths.js";

export interface CurvesOptions {
  id: string;
  title: string;
  caption: string;
  /** What is drawn now; undefined while there is nothing. */
  parts(): Panel[] | undefined;
  /** Numbers and verdicts below. */
  below?(): (Node | string)[];
  /** What is being computed, as the state calls it. */
  stage: Stage;
  waiting: string;
  provenance(): Provenance[];
  files: Download[];
  /** Name of the SVG. */
  name: string;
}

/** The paths that are shown and there, the chosen one last, so that it lies on top. */
export function shownPaths({paths, hidden, kind}: InterpolationState): {kind: PathKind; path: LatentPath}[] {
  const order = [...pathKinds.filter((k) => k !== kind.value).reverse(), kind.value];
  return order.flatMap((k) => {
    const path = paths.value[k];
    return isPath(path) && !hidden.value.has(k) ? [{kind: k, path}] : [];
  });
}

/** Places on the axis of some y of a path: y itself, or the part of the path's length. */
export function placesOf(
  {against}: InterpolationState,
  path: LatentPath,
  y: ArrayLike<number>
): Float64Array {
  if (against.value === "y") return Float64Array.from(y);
  const parts = lengthParts(path);
  return Float64Array.from(y, (v) => valueAt(path.y, parts, v));
}

export function curvesFigure(
  state: InterpolationState,
  options: CurvesOptions
): {element: HTMLElement; dispose(): void} {
  const {run, against, busy, trouble, paths, kind, y} = state;
  const {id, title, caption, parts, below, stage, waiting, provenance, files, name} = options;
  const holder = h("div", {class: "curves"});
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "busy"}, waiting);
  const numbers = h("div", {class: "figure-numbers"});
  const labels = h("div", {});
  let drawn: Panels | undefined;
  const chosen = () => {
    const path = paths.value[kind.value];
    return isPath(path) ? path : undefined;
  };
  holder.addEventListener("click", (event) => {
    const path = chosen();
    if (!drawn || !path) return;
    const x = drawn.at(event);
    y.value = against.value === "length" ? partToY(path, x) : x;
  });
  const element = figure([holder, status, numbers, labels], {
    id,
    title,
    caption,
    provenance: [],
    set: run.name,
    sets: setNames,
    trouble: () => trouble.peek()[stage] ?? trouble.peek().paths ?? "",
    files: [
      {
        label: "SVG",
        name: `${name}.svg`,
        make() {
          if (!drawn) throw new Error("there is nothing to draw yet");
          return svgBlob(drawn.element, {legend: document.querySelector("#F7 .legend") ?? undefined});
        }
      },
      ...files
    ]
  });
  const mark = () => {
    const path = chosen();
    drawn?.mark(path && against.value === "length" ? yToPart(path, y.value) : y.value);
  };
  const wanted = computed(parts);
  const stops = [
    effect(() => {
      const now = wanted.value;
      const xLabel = against.value === "y" ? "y, part of the way" : "part of the path's length";
      drawn = now && panels(now, {width: roomFor(760), xLabel, label: `${title}: ${caption}`});
      holder.replaceChildren(...(drawn ? [drawn.element] : []));
      element.dataset.draws = String(Number(element.dataset.draws ?? 0) + 1);
    }),
    effect(() => {
      void [wanted.value, against.value];
      mark();
    }),
    effect(() => {
      const pending = busy.value !== "" && stages.indexOf(busy.value) <= stages.indexOf(stage);
      const failed = trouble.value[stage] ?? trouble.value.paths;
      status.dataset.state = pending ? "busy" : failed ? "failed" : "done";
      status.textContent = pending ? waiting : (failed ?? "");
      status.hidden = status.textContent === "";
    }),
    effect(() => numbers.replaceChildren(...(below?.() ?? []))),
    effect(() => labels.replaceChildren(provenanceLabel(...provenance())))
  ];
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
    }
  };
}
