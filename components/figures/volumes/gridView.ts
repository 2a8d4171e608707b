import type {Motion} from "../../cryoem/motion.js";
import {h} from "../dom.js";
import {failure} from "../guard.js";
import {cellSentence, cellWords, rowWords} from "./cellText.js";
import {ordered, type Cell, type Order, type Row} from "./rows.js";

const help =
  "Drag any of them to turn all, or arrow keys; + and - or the wheel with Ctrl to zoom; Home for the first view; Shift and arrows to go from one to the next; Enter or a click to see it large.";

/** Pixels that a pointer may move between press and release of a click. */
const STILL = 6;

export interface GridView {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  /** Lays the rows out, in an order. */
  lay(rows: readonly Row[], order: Order): void;
  /** Says anew what is known of a cell, and of its row. */
  update(cell: Cell): void;
  /** Where a cell's map is drawn. */
  place(cell: Cell): HTMLElement | undefined;
  /** Marks the cell that is shown large. */
  mark(cell: Cell | undefined): void;
}

/** Rows of cells under one canvas, each with its words: the rows' frame, and its keyboard and pointer. */
export function gridView(motion: Motion | undefined, onPick: (cell: Cell) => void): GridView {
  const canvas = h("canvas", {class: "volumes-canvas", "aria-hidden": "true"});
  const body = h("div", {});
  const element = h(
    "div",
    {class: "volumes-grid", role: "group", "aria-label": `Isosurfaces in rows of twenty. ${help}`},
    body,
    canvas
  );
  const shown = new Map<Cell, {button: HTMLButtonElement; place: HTMLElement; words: HTMLElement}>();
  const heads = new Map<Row, HTMLElement>();
  const cellOf = new WeakMap<Element, Cell>();
  let order: Cell[] = []; // as they are seen
  let marked: Cell | undefined;

  const under = (target: EventTarget | null) =>
    cellOf.get((target as Element | null)?.closest(".volumes-cell") ?? element);
  // The camera's controls capture the pointer, so that a click says no more which cell it was on.
  let press: {cell: Cell; x: number; y: number} | undefined;
  element.addEventListener("pointerdown", ({target, clientX: x, clientY: y, isPrimary, button}) => {
    const cell = under(target);
    press = cell && isPrimary && button === 0 ? {cell, x, y} : undefined;
  });
  element.addEventListener("pointerup", ({clientX, clientY}) => {
    const pressed = press;
    press = undefined;
    if (!pressed || Math.hypot(clientX - pressed.x, clientY - pressed.y) > STILL) return;
    focus(pressed.cell);
    onPick(pressed.cell);
  });
  element.addEventListener("click", ({target, detail}) => {
    const cell = detail === 0 ? under(target) : undefined; // a key
    if (cell) onPick(cell);
  });
  element.addEventListener("keydown", (event) => {
    const cell = under(event.target);
    if (!cell || !event.shiftKey || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const columns = getComputedStyle(shown.get(cell)!.button.parentElement!).gridTemplateColumns.split(
      " "
    ).length;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns
    };
    const next = order[order.indexOf(cell) + (steps[event.key] ?? 0)];
    if (next) focus(next);
  });
  /** One of the cells takes part in the order of Tab. */
  function focus(cell: Cell, move = true) {
    for (const {button} of shown.values()) button.tabIndex = -1;
    const {button} = shown.get(cell)!;
    button.tabIndex = 0;
    if (move) button.focus({preventScroll: false});
  }

  const view: GridView = {
    element,
    canvas,
    lay(rows, by) {
      for (const cell of shown.keys()) if (!rows.includes(cell.row)) shown.delete(cell);
      heads.clear();
      order = rows.flatMap(({cells}) => ordered(cells, by));
      const parts = rows.map((row) => {
        const head = h("div", {class: "volumes-head"});
        heads.set(row, head);
        const cells = ordered(row.cells, by).map((cell) => (shown.get(cell) ?? make(cell)).button);
        const content = row.trouble
          ? failure(`Row ${row.letter}`, new Error(row.trouble))
          : h("div", {class: "volumes-cells"}, ...cells);
        return h("div", {class: "volumes-row", role: "group", "aria-label": row.title}, head, content);
      });
      body.replaceChildren(...parts);
      for (const row of rows) headline(row);
      const stop = order.find((cell) => shown.get(cell)!.button.tabIndex === 0) ?? order.at(0);
      if (stop) focus(stop, false);
    },
    update(cell) {
      say(cell);
      headline(cell.row);
    },
    place: (cell) => shown.get(cell)?.place,
    mark(cell) {
      if (marked) shown.get(marked)?.button.removeAttribute("aria-current");
      marked = cell;
      if (cell) shown.get(cell)?.button.setAttribute("aria-current", "true");
    }
  };
  return view;

  function make(cell: Cell) {
    const place = h("span", {class: "volumes-view"});
    const words = h("span", {class: "volumes-words"});
    const button = h("button", {type: "button", class: "volumes-cell", tabindex: "-1"}, place, words);
    cellOf.set(button, cell);
    const made = {button, place, words};
    shown.set(cell, made);
    say(cell);
    return made;
  }
  function say(cell: Cell) {
    const made = shown.get(cell);
    if (!made) return;
    const {state, r} = cellWords(cell, motion);
    made.words.replaceChildren(h("span", {}, state), " ", h("span", {class: "volumes-r"}, r));
    made.button.setAttribute("aria-label", cellSentence(cell, motion));
    made.button.title = cellSentence(cell, motion);
  }
  function headline(row: Row) {
    const {title, numbers} = rowWords(row, motion);
    heads
      .get(row)
      ?.replaceChildren(
        h("strong", {}, row.letter),
        h("span", {style: `color:var(${row.color})`}, title),
        h("span", {class: "volumes-numbers"}, numbers)
      );
  }
}
