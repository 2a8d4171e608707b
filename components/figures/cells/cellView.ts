import {h} from "../dom.js";
import type {Problem} from "./compile.js";
import type {CellReport} from "./engine.js";
import {plainEditor, type Editor, type EditorOptions} from "./plainEditor.js";

export interface CellActions {
  run(): void;
  stop(): void;
  remove(): void;
  /** One place up (-1) or down (1). */
  move(by: -1 | 1): void;
  changed(): void;
}

/** One cell on the page: its output, what is wrong with it, its editor and its buttons. */
export interface CellView extends CellReport {
  readonly id: number;
  readonly element: HTMLElement;
  readonly output: HTMLElement;
  readonly source: string;
  /** Why its code can't stand on a page of its own, as its last run has shown. */
  readonly unfit: string | undefined;
  /** Its place among all cells, from 0. */
  place(index: number, of: number): void;
  stopped(): void;
  focus(): void;
  /** Takes a better editor, with the same text. */
  upgrade(make: (options: EditorOptions) => Editor): void;
  dispose(): void;
}

export function cellView(id: number, source: string, actions: CellActions): CellView {
  let label = "Source of cell";
  const output = h("div", {class: "cell-output observablehq observablehq--block"});
  const problem = h("div", {class: "failure cell-problem", role: "alert", hidden: true});
  const state = h("span", {class: "cell-state", role: "status"});
  const button = (text: string, title: string, onclick: () => void, name?: string) =>
    h("button", {type: "button", class: "quiet", title, "aria-label": name, onclick}, text);
  const stop = button("Stop", "Ends loops, generators and background work of this cell", actions.stop);
  const up = button("↑", "Move up", () => actions.move(-1), "Move up");
  const down = button("↓", "Move down", () => actions.move(1), "Move down");
  const run = button("Run", "Shift-Enter", actions.run);
  run.className = "action";
  stop.disabled = true;

  const options = (): EditorOptions => ({
    source,
    label,
    onChange(text) {
      source = text;
      mark();
      element.dataset.changed = "";
      actions.changed();
    },
    onRun: actions.run
  });
  let editor = plainEditor(options());
  let marked: number | undefined;
  const mark = (line?: number) => editor.mark((marked = line));
  const place = h("div", {class: "cell-editor"}, editor.element);
  const element = h(
    "section",
    {class: "cell", "data-state": "idle"},
    output,
    problem,
    place,
    h(
      "div",
      {class: "cell-tools"},
      run,
      stop,
      up,
      down,
      button("Remove", "Removes this cell; it can be had back", actions.remove),
      state
    )
  );

  let unfit: string | undefined;
  function show(name: string, text: string, wrong?: Problem) {
    if (name !== "pending") unfit = wrong?.unfit && wrong.message;
    element.dataset.state = name;
    state.textContent = text;
    stop.disabled = name === "idle" || name === "stopped";
    problem.hidden = !wrong;
    if (wrong) {
      const {message, line, column} = wrong;
      const where =
        line === undefined ? "" : `Line ${line}${column === undefined ? "" : `, column ${column}`}: `;
      problem.replaceChildren(h("strong", {}, where), message);
    }
    mark(wrong?.line);
  }
  return {
    id,
    element,
    output,
    get source() {
      return source;
    },
    get unfit() {
      return unfit;
    },
    place(index, of) {
      label = `Source of cell ${index + 1}`;
      element.setAttribute("aria-label", `Cell ${index + 1}`);
      editor.label(label);
      up.disabled = index === 0;
      down.disabled = index === of - 1;
    },
    pending() {
      delete element.dataset.changed;
      show("pending", "running");
    },
    fulfilled: () => show("done", ""),
    rejected: (wrong) => show("failed", "", wrong),
    stopped: () => show("stopped", "stopped"),
    focus: () => editor.focus(),
    upgrade(make) {
      const focused = editor.element.contains(document.activeElement);
      editor.dispose();
      editor = make(options());
      place.replaceChildren(editor.element);
      if (marked !== undefined) editor.mark(marked);
      if (focused) editor.focus();
    },
    dispose() {
      editor.dispose();
      element.remove();
    }
  };
}
