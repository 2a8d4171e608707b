import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {h} from "../dom.js";

export type Workers = Pool<NotebookJobs>;

/** One factor of the equation: its pictures and what it can be changed by. */
export interface Panel {
  pictures: HTMLElement[];
  controls?: HTMLElement[];
  /** A line of numbers below the pictures. */
  status?: HTMLElement;
  dispose(): void;
}

/** A panel as it stands on the page. */
export function panelElement(
  {title, text, columns = 1}: {title: string; text: string; columns?: number},
  {pictures, controls = [], status}: Panel
): HTMLElement {
  return h(
    "section",
    {class: "panel", style: `--span:${columns}`, "aria-label": title},
    h("h3", {}, title),
    h("p", {class: "panel-text"}, text),
    h("div", {class: "panel-pictures"}, ...pictures),
    status ?? null,
    controls.length > 0 && h("div", {class: "panel-controls"}, ...controls)
  );
}
