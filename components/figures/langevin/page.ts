/** The figures of page `langevin`. One that fails becomes its message and leaves the others alone. */
import {effect} from "@preact/signals-core";
import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {guard} from "../guard.js";
import {setPicker} from "../setPicker.js";
import type {SetName} from "../runs.js";
import {urlState} from "../urlState.js";
import {keepPlaying} from "./playback.js";
import {panelsFigure} from "./panelsFigure.js";
import {addressOf, langevinState} from "./state.js";
import {keepWalks} from "./walks.js";

interface Made {
  element: HTMLElement;
  dispose(): void;
}

/** Milliseconds that the address waits while the head moves: browsers refuse to have it written at every frame. */
const REST = 250;

/** The walks of all sets, and what is shown of all of them. `of` gives the figures of one set. */
export function langevinPage(workers: Pool<NotebookJobs>) {
  const state = langevinState(workers);
  const picker = setPicker();
  const choose = (name: SetName) => {
    const menu = picker.querySelector("select")!;
    if (menu.value === name) return;
    menu.value = name;
    menu.dispatchEvent(new Event("change"));
  };
  const stops: (() => void)[] = [keepWalks(state), keepPlaying(state)];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = JSON.stringify(addressOf(state));
  stops.push(
    effect(() => {
      const address = addressOf(state);
      const next = JSON.stringify(address);
      clearTimeout(timer);
      if (next === written || state.playing.value) return;
      timer = setTimeout(() => {
        written = next;
        urlState.set(address);
      }, REST);
    }),
    () => clearTimeout(timer)
  );
  let plotted: Promise<HTMLElement> | undefined;
  return {
    /** The choice of the set that the figures below the panels are of. */
    picker,
    panels: () =>
      (plotted = guard("The walks", () => {
        const panels = panelsFigure(state, choose);
        stops.push(panels.dispose);
        return panels.element;
      })),
    bias: () =>
      guard("The bias of the step", async () => {
        await plotted;
        const {biasFigure} = await import("./biasFigure.js");
        const made = biasFigure(state);
        stops.push(made.dispose);
        return made.element;
      }),
    of(name: SetName) {
      state.chosen.value = name;
      const own: (() => void)[] = [];
      let closed = false;
      const made = (what: string, make: () => Promise<Made>) =>
        guard(what, async () => {
          await plotted; // three.js and Plot come after the first picture
          const {element, dispose} = await make();
          if (closed) dispose();
          else own.push(dispose);
          return element;
        });
      return {
        map: () => made("The map at the walk's head", async () => (await import("./mapFigure.js")).mapFigure(state, name)), // prettier-ignore
        trace: () => made("The state along the walk", async () => (await import("./traceFigure.js")).traceFigure(state, name)), // prettier-ignore
        visits: () => made("The visits to each state", async () => (await import("./visitsFigure.js")).visitsFigure(state, name)), // prettier-ignore
        dispose() {
          closed = true;
          for (const stop of own) stop();
        }
      };
    },
    dispose() {
      for (const stop of stops) stop();
      workers.close();
    }
  };
}
