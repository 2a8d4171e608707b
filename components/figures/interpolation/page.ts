/** The figures of page `interpolation`. One that fails becomes its message and leaves the others alone. */
import {effect} from "@preact/signals-core";
import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {guard} from "../guard.js";
import type {TrainedRun} from "../shippedRun.js";
import {urlState} from "../urlState.js";
import {
  interpolationState,
  pathKinds,
  usuallyHidden,
  type InterpolationData,
  type InterpolationState
} from "./state.js";
import {followEnds} from "./work.js";

interface Made {
  element: HTMLElement;
  dispose(): void;
}

export function interpolationPage(run: TrainedRun, workers: Pool<NotebookJobs>) {
  const state = interpolationState(run, workers);
  const stops: (() => void)[] = [];
  let closed = false;
  const begin = state.data().then((data) => {
    if (closed) return;
    state.ends.value = endsAtFirst(data);
    stops.push(followEnds(state, data), keepAddress(state, data));
  });
  begin.catch(() => undefined); // each figure says it in its own place
  const made = (what: string, make: () => Promise<Made>) =>
    guard(what, async () => {
      await begin;
      const {element, dispose} = await make();
      if (closed) dispose();
      else stops.push(dispose);
      return element;
    });
  let plotted: Promise<HTMLElement> | undefined;
  return {
    plane: () =>
      (plotted = made("The plane of latents", async () => {
        const {planeFigure} = await import("./planeFigure.js");
        return planeFigure(state);
      })),
    view: () =>
      made("The maps along the path", async () => {
        await plotted; // three.js comes after the first picture
        const {viewFigure} = await import("./viewFigure.js");
        return viewFigure(state);
      }),
    state: () =>
      made("The state along the path", async () => {
        const {stateFigure} = await import("./stateFigure.js");
        return stateFigure(state);
      }),
    maps: () =>
      made("The correlations along the path", async () => {
        const {mapsFigure} = await import("./mapsFigure.js");
        return mapsFigure(state);
      }),
    density: () =>
      made("The density along the path", async () => {
        const {densityFigure} = await import("./densityFigure.js");
        return densityFigure(state);
      }),
    dispose() {
      closed = true;
      for (const stop of stops) stop();
      workers.close();
    }
  };
}

function endsAtFirst({pairs, n}: InterpolationData) {
  const [first] = pairs;
  const [a, b] = [urlState.number("a", first.a, 0, n - 1), urlState.number("b", first.b, 0, n - 1)];
  return Number.isInteger(a) && Number.isInteger(b) && a !== b ? {a, b} : {a: first.a, b: first.b};
}

/** Keeps in the address what differs from what a page shows at first. */
function keepAddress(state: InterpolationState, {pairs}: InterpolationData): () => void {
  const [first] = pairs;
  const unless = <T extends string | number>(value: T, usual: T) => (value === usual ? undefined : value);
  return effect(() => {
    const {ends, y, kind, against, hidden, neighbours} = state;
    const now = ends.value;
    const own = now && (now.a !== first.a || now.b !== first.b) ? now : undefined;
    urlState.set({
      a: own?.a,
      b: own?.b,
      y: unless(Number(y.value.toPrecision(7)), 0.5),
      path: unless(kind.value, "encoding"),
      against: unless(against.value, "y"),
      hide: unless(
        pathKinds.filter((k) => hidden.value.has(k)).join(","),
        kind.value === usuallyHidden ? "" : usuallyHidden
      ),
      neighbours: unless(neighbours.value, 0)
    });
  });
}
