import {aq} from "../../datasets/arquero.js";
import {h} from "../../dom.js";
import {select, selectedRows, showRow, type Look} from "./state.js";

/** Rows of the selection that are listed, at most. */
const LISTED = 50;

/** Milliseconds that tables wait for a selection or a colouring to stay. */
const AFTER = 120;

type Row = Record<string, number | string>;

/** The groups there are with what they hold, and the rows that are selected, as tables to sort; by arquero. */
export function lookTables(look: Look): {element: HTMLElement; dispose(): void} {
  const {opened, latents, axes, selection, colouring, far} = look;
  const {n} = latents;
  const {ctf, images} = opened;
  const groupsPlace = h("div", {});
  const rowsPlace = h("div", {});
  const order = {groups: {column: "images", down: true}, rows: {column: "row", down: false}};
  const defocus =
    ctf && Float32Array.from({length: n}, (_, i) => (ctf.values[9 * i + 2] + ctf.values[9 * i + 3]) / 2e4);

  /** Columns that both tables are made of. */
  function columns() {
    const {groups} = colouring.value;
    return {
      row: Int32Array.from({length: n}, (_, i) => i),
      ...(images && {image: images}),
      group: groups?.labels ?? new Int32Array(n),
      selected: selection.value.marks,
      PC1: axes.column("PC1"),
      PC2: axes.column(latents.d > 1 ? "PC2" : "PC1"),
      ...(defocus && {defocus}),
      ...(far.value.length === n && {far: far.value})
    };
  }
  function drawGroups() {
    const {groups} = colouring.value;
    if (!groups) return groupsPlace.replaceChildren(h("p", {class: "note-small"}, "Colour by clusters or labels to see a table of them here.")); // prettier-ignore
    const all = aq.table(columns());
    const rollup: Record<string, string> = {
      images: "d => op.count()",
      selected: "d => op.sum(d.selected)",
      ...(defocus && {defocus: "d => op.mean(d.defocus)"}),
      ...(far.value.length === n && {farthest: "d => op.max(d.far)"})
    };
    const found = all.groupby("group").rollup(rollup).objects() as Row[];
    const rows = found.map((row) => ({
      group: groups.names[Number(row.group)],
      images: row.images,
      share: Number(row.images) / n,
      selected: row.selected,
      ...(defocus && {"defocus, µm": row.defocus}),
      ...(row.farthest !== undefined && {"farthest from others": row.farthest}),
      at: row.group
    }));
    groupsPlace.replaceChildren(
      table(rows, order.groups, drawGroups, (row, event) =>
        select(look, (i) => groups.labels[i] === Number(row.at), event.shiftKey ? "add" : "replace")
      )
    );
  }
  function drawRows() {
    const {count} = selection.value;
    if (count === 0) return rowsPlace.replaceChildren(h("p", {class: "note-small"}, "Select latents with a box or a lasso to list them here.")); // prettier-ignore
    const {groups} = colouring.value;
    const chosen = selectedRows(selection.value);
    const {group: labels, selected: _, ...rest} = columns();
    const some = Object.fromEntries(Object.entries({...rest, group: labels}).map(([name, values]) => [name, Array.from(chosen, (i) => values[i])])); // prettier-ignore
    const {column, down} = order.rows;
    const known = column in some ? column : "row";
    const sorted = aq.table(some).orderby(down ? aq.desc(known) : known).slice(0, LISTED).objects() as Row[]; // prettier-ignore
    const rows = sorted.map(({group, ...row}) => ({
      ...row,
      ...(groups && {group: groups.names[Number(group)]})
    }));
    rowsPlace.replaceChildren(
      table(rows, order.rows, drawRows, (row) => showRow(look, Number(row.row))),
      h("p", {class: "note-small"}, count > LISTED ? `The first ${LISTED} of ${count.toLocaleString("en")} in this order; the CSV has all. A click shows the map.` : "A click shows the map.") // prettier-ignore
    );
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      drawGroups();
      drawRows();
    }, AFTER);
  };
  const ends = [selection.subscribe(soon), colouring.subscribe(soon), far.subscribe(soon)];
  return {
    element: h(
      "div",
      {class: "look-tables"},
      h("div", {}, h("h4", {}, "Groups"), groupsPlace),
      h("div", {}, h("h4", {}, "Selected"), rowsPlace)
    ),
    dispose() {
      clearTimeout(timer);
      for (const end of ends) end();
    }
  };
}

/** A table whose heads sort it and whose rows can be clicked. A column `at` is kept for the click and not shown. */
function table(
  rows: readonly Row[],
  order: {column: string; down: boolean},
  again: () => void,
  click: (row: Row, event: MouseEvent | KeyboardEvent) => void
): HTMLElement {
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== "at");
  const sorted = [...rows].sort((a, b) => {
    const [p, q] = [a[order.column], b[order.column]];
    if (p === undefined || q === undefined) return 0;
    const by = typeof p === "number" && typeof q === "number" ? p - q : String(p).localeCompare(String(q), "en", {numeric: true}); // prettier-ignore
    return order.down ? -by : by;
  });
  const head = names.map((name) =>
    h(
      "th",
      {
        scope: "col",
        "aria-sort": order.column === name ? (order.down ? "descending" : "ascending") : undefined
      },
      h("button", {type: "button", class: "sort", onclick: () => {
        order.down = order.column === name ? !order.down : true;
        order.column = name;
        again();
      }}, name) // prettier-ignore
    )
  );
  const body = sorted.map((row) => {
    const line = h("tr", {tabindex: "0", onclick: (event: MouseEvent) => click(row, event)}, ...names.map((name) => h("td", {}, words(name, row[name])))); // prettier-ignore
    line.addEventListener("keydown", (event) => {
      if (event.key === "Enter") click(row, event);
    });
    return line;
  });
  return h("div", {class: "table-scroll look-scroll"}, h("table", {class: "numbers look-table"}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...body))); // prettier-ignore
}

const words = (name: string, value: number | string | undefined): string =>
  typeof value !== "number"
    ? (value ?? "")
    : name === "share"
      ? `${(100 * value).toFixed(1)}%`
      : Number.isInteger(value)
        ? value.toLocaleString("en")
        : value.toFixed(2).replace("-", "−");
