import type {ImageTable} from "../../jobs/imageTable.js";
import {h} from "../dom.js";
import type {ImageOrder, Selection} from "./imageFilter.js";

/** Columns of the table: what their head says, unit, digits after the point. */
export const shownColumns: readonly [keyof ImageTable, string, string, number][] = [
  ["image", "Image", "", 0],
  ["state", "State", "", 0],
  ["hinge", "Hinge", "°", 1],
  ["defocusU", "Defocus U", "Å", 0],
  ["defocusV", "Defocus V", "Å", 0],
  ["rot", "rot", "°", 1],
  ["tilt", "tilt", "°", 1],
  ["psi", "psi", "°", 1],
  ["shiftX", "Shift x", "Å", 1],
  ["shiftY", "Shift y", "Å", 1]
];

const ROWS = 10;
const text = (value: number, digits: number) => Number.isNaN(value) ? "–" : value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, "").replace("-", "−"); // prettier-ignore

export interface ImagePages {
  element: HTMLElement;
  update(selection: Selection, chosen: number): void;
}

/** The selected images as a table, ten rows a page, sorted by the column whose head was pressed. */
export function imagePages({
  order,
  choose
}: {
  order(by: ImageOrder): void;
  choose(image: number): void;
}): ImagePages {
  let selection: Selection | undefined;
  let marked = -1;
  let page = 0;
  const heads = shownColumns.map(([column, label, unit]) => {
    const button = h("button", {type: "button", class: "sort"}, label, unit !== "" && h("span", {class: "unit"}, ` ${unit}`)); // prettier-ignore
    button.addEventListener("click", () => {
      const by = selection?.order;
      order({column, descending: by?.column === column && !by.descending});
    });
    return h("th", {scope: "col"}, button);
  });
  const body = h("tbody", {});
  const place = h("span", {role: "status"});
  const step = (label: string, title: string, to: () => number) => {
    const button = h("button", {type: "button", class: "quiet", title, "aria-label": title}, label);
    button.addEventListener("click", () => {
      page = to();
      draw();
    });
    return button;
  };
  const last = () => Math.max(0, Math.ceil((selection?.rows.length ?? 0) / ROWS) - 1);
  const steps = [
    step("«", "First page", () => 0),
    step("‹ Back", "Page before", () => page - 1),
    step("Next ›", "Next page", () => page + 1),
    step("»", "Last page", last)
  ];

  function draw() {
    if (!selection) return;
    const {columns, rows, order} = selection;
    page = Math.min(last(), Math.max(0, page));
    heads.forEach((head, i) => {
      const sorted = shownColumns[i][0] === order.column;
      head.setAttribute("aria-sort", sorted ? (order.descending ? "descending" : "ascending") : "none");
    });
    const shown = rows.subarray(page * ROWS, (page + 1) * ROWS);
    body.replaceChildren(
      ...Array.from(shown, (row) => {
        const image = columns.image[row];
        const cells = shownColumns.map(([column, , , digits], i) =>
          i === 0
            ? h("th", {scope: "row"}, h("button", {type: "button", class: "pick", title: `Show image ${image} close up`, onclick: () => choose(image)}, image)) // prettier-ignore
            : h("td", {}, text(columns[column][row], digits))
        );
        return h("tr", {"aria-current": image === marked}, ...cells);
      })
    );
    if (rows.length === 0)
      body.append(h("tr", {}, h("td", {colspan: shownColumns.length}, "No image passes the filters.")));
    const [a, b] = [page * ROWS + 1, page * ROWS + shown.length];
    place.textContent = rows.length ? `${a.toLocaleString("en")}–${b.toLocaleString("en")} of ${rows.length.toLocaleString("en")}` : ""; // prettier-ignore
    steps.forEach((button, i) => (button.disabled = i < 2 ? page === 0 : page === last()));
  }
  return {
    element: h(
      "div",
      {class: "image-pages"},
      h("div", {class: "table-scroll"}, h("table", {class: "numbers images"}, h("thead", {}, h("tr", {}, ...heads)), body)), // prettier-ignore
      h("div", {class: "run"}, ...steps, place)
    ),
    update(next, chosen) {
      if (next.rows !== selection?.rows) page = 0;
      selection = next;
      marked = chosen;
      draw();
    }
  };
}
