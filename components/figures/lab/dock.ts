import {effect} from "@preact/signals-core";
import {scheduleKinds} from "../../diffusion/scheduleKinds.js";
import {h} from "../dom.js";
import {covers} from "./covered.js";
import {dataControls} from "./dataControls.js";
import type {Lab} from "./lab.js";
import {scheduleControls} from "./scheduleControls.js";
import {stateBar} from "./stateBar.js";

export interface DockOptions {
  /** What is in it. Default: data and schedule. */
  title?: string;
  /** What stands in the place of the schedule's controls, where a page has controls of its own. */
  schedule?: {element: HTMLElement; dispose(): void};
  /** What the schedule is called while the dock is closed, where it has controls of its own. */
  scheduleName?(): string;
  /** More controls that the whole page depends on. */
  more?: HTMLElement[];
}

/** Pixels of a screen below which the dock would leave too little of the page. */
const ROOM = 760;

const kinds: Record<string, {label: string}> = scheduleKinds;

/** Data and schedule, which all of a page depends on: stays on the screen while the page is scrolled, and can be closed. */
export function dock(lab: Lab, options: DockOptions = {}) {
  const data = dataControls(lab);
  const schedule = options.schedule ?? scheduleControls(lab, {width: 420, height: 150});
  const words = h("span", {class: "note-small"});
  const roomy = innerWidth >= ROOM && innerHeight >= ROOM;
  const element = h(
    "details",
    {class: "lab-dock", open: roomy},
    h("summary", {}, h("strong", {}, options.title ?? "Data and schedule"), " ", words),
    h(
      "div",
      {class: "lab-dock-inside"},
      h("div", {}, data.element, ...(options.more ?? []), stateBar(lab.state)),
      schedule.element
    )
  );
  const uncover = covers(element);
  const stop = effect(() => {
    const law = lab.lawOptions.find(([key]) => key === lab.lawKey.value)?.[1] ?? "";
    const key = lab.scheduleKey.value;
    const name = options.scheduleName?.() ?? kinds[key]?.label ?? lab.schedule.value?.name ?? key;
    words.textContent = `${law}; ${name}`;
  });
  return {
    element,
    dispose() {
      stop();
      uncover();
      data.dispose();
      schedule.dispose();
    }
  };
}
