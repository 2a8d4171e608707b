/** The figures of page `cryodrgn`. One that fails becomes its message and leaves the others alone. */
import {effect} from "@preact/signals-core";
import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {guard} from "../guard.js";
import type {TrainedRun} from "../shippedRun.js";
import {urlState} from "../urlState.js";
import {cryodrgnState} from "./state.js";

interface Made {
  element: HTMLElement;
  dispose?(): void;
}

/** Milliseconds that the address waits while a slider moves. */
const REST = 250;

export function cryodrgnPage(run: TrainedRun, workers: Pool<NotebookJobs>) {
  const state = cryodrgnState(run, workers);
  const stops: (() => void)[] = [state.dispose];
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  stops.push(
    effect(() => {
      const {image, state: asked} = state.asked.value;
      const row = state.row.value;
      clearTimeout(timer);
      timer = setTimeout(() => urlState.set({image: image || undefined, state: asked, row}), REST);
    }),
    () => clearTimeout(timer)
  );
  const made = (what: string, make: () => Promise<Made>) =>
    guard(what, async () => {
      const {element, dispose} = await make();
      if (closed) dispose?.();
      else if (dispose) stops.push(dispose);
      return element;
    });
  let first: Promise<HTMLElement> | undefined;
  return {
    architecture: () =>
      (first = made("The architecture", async () => {
        const {architectureFigure} = await import("./architectureFigure.js");
        return architectureFigure(state);
      })),
    particle: () =>
      made("The particle", async () => {
        const {particleFigure} = await import("./particleFigure.js");
        return particleFigure(state);
      }),
    maps: () =>
      made("The map", async () => {
        await first; // three.js comes after the first picture
        const {mapsFigure} = await import("./mapsFigure.js");
        return mapsFigure(state);
      }),
    latents: () =>
      made("The latents", async () => {
        const {latentsFigure} = await import("./latentsFigure.js");
        return latentsFigure(state);
      }),
    umap: () =>
      made("UMAP", async () => {
        const {umapFigure} = await import("./umapFigure.js");
        return umapFigure(state);
      }),
    curve: () =>
      made("The training curve", async () => {
        const {curveFigure} = await import("./curveFigure.js");
        return curveFigure(state);
      }),
    live: () =>
      made("The training", async () => {
        await first;
        const {liveFigure} = await import("./liveFigure.js");
        return liveFigure(state);
      }),
    dispose() {
      closed = true;
      for (const stop of stops) stop();
      workers.close();
    }
  };
}
