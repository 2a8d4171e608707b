import type {ImageTable} from "../../jobs/imageTable.js";
import {h, roomFor} from "../dom.js";
import {csvBlob} from "../download.js";
import {figure} from "../figure.js";
import {selectControl} from "../runControl.js";
import {limitsOf, type DatasetsState} from "./datasetsState.js";
import {directionMap, NX, NY, type DirectionMap} from "./directionMap.js";
import {countDirections, countInBins, filterKeys, type ImageFilter, type Range, type Selection} from "./imageFilter.js"; // prettier-ignore
import {imagePages, shownColumns} from "./imagePages.js";
import {rangeHistogram, type RangeHistogram} from "./rangeHistogram.js";
import type {SmallSet} from "./smallSetFiles.js";

const µm = 1e4;
const BINS = 48;

interface Filters {
  of: SmallSet;
  all: {state: Uint32Array; defocus: Uint32Array};
  table?: ImageTable;
  state: RangeHistogram;
  defocus: RangeHistogram;
  directions: DirectionMap;
}

/** The data-set explorer: filters that show what they leave, the number of images left, and their table. */
export function explorerFigure(state: DatasetsState): {element: HTMLElement; dispose(): void} {
  const {filter, order, selection, chosen, name} = state;
  const status = h("span", {role: "status"}, "Reading …");
  const choice = selectControl("Data set", {
    value: name.value,
    options: state.sets.map((set) => [set.name, set.name] as const),
    change(next) {
      filter.set({});
      chosen.set(0);
      name.set(next);
    }
  });
  const reset = h("button", {type: "button", class: "quiet"}, "Reset");
  reset.addEventListener("click", () => {
    filter.set({});
    order.set({column: "image", descending: false});
  });
  const holder = h("div", {class: "filters"});
  const pages = imagePages({order: (by) => order.set(by), choose: (image) => chosen.set(image)});

  let filters: Filters | undefined;
  const make = (of: SmallSet): Filters => {
    const limits = limitsOf(of.recipe);
    const narrow = (part: ImageFilter) => filter.set({...filter.value, ...part});
    const width = Math.min(300, roomFor(300));
    const made: Filters = {
      of,
      all: {state: new Uint32Array(), defocus: new Uint32Array()},
      state: rangeHistogram({
        label: "State",
        limits: limits.state,
        bins: limits.state[1] + 1,
        step: 1,
        whole: true,
        width,
        change: (range) => narrow({state: range})
      }),
      defocus: rangeHistogram({
        label: "Defocus",
        unit: "µm",
        limits: [limits.defocus[0] / µm, limits.defocus[1] / µm],
        bins: BINS,
        step: 0.01,
        width,
        change: (range) => narrow({defocus: range && [range[0] * µm, range[1] * µm]})
      }),
      directions: directionMap({
        width: roomFor(600),
        change: ({rot, tilt}) => narrow({rot: whole(rot, [-180, 180]), tilt: whole(tilt, [0, 180])})
      })
    };
    filters?.directions.dispose();
    holder.replaceChildren(
      h("div", {class: "histograms"}, made.state.element, made.defocus.element),
      made.directions.element
    );
    return made;
  };

  const draw = () => {
    const now = state.open.value;
    if (now instanceof Error) status.textContent = now.message;
    const selected = selection.value;
    if (!now || now instanceof Error || !selected) return;
    const {small, table} = now;
    const limits = limitsOf(small.recipe);
    const bins = limits.state[1] + 1;
    const binned = (columns: ImageTable, rows: Iterable<number>) => ({
      state: countInBins(columns.state, rows, limits.state, bins),
      defocus: countInBins(columns.defocus, rows, limits.defocus, BINS)
    });
    if (filters?.of !== small) filters = make(small);
    if (filters.table !== table) {
      filters.table = table;
      filters.all = binned(table, table.image);
    }
    const {columns, rows} = selected;
    const counts = binned(columns, rows);
    const {state: states, defocus, rot, tilt} = selected.filter;
    filters.state.update(filters.all.state, counts.state, states);
    filters.defocus.update(
      filters.all.defocus,
      counts.defocus,
      defocus && [defocus[0] / µm, defocus[1] / µm]
    );
    const c = Math.min(chosen.value, table.rot.length - 1);
    filters.directions.update({
      cells: countDirections(columns, rows, NX, NY),
      rot,
      tilt,
      chosen: [table.rot[c], table.tilt[c]]
    });
    pages.update(selected, chosen.value);
    status.textContent = `${rows.length.toLocaleString("en")} of ${table.image.length.toLocaleString("en")} images${now.whole ? "" : " so far"}`;
    reset.disabled = filterKeys.every((key) => !selected.filter[key]) && selected.order.column === "image" && !selected.order.descending; // prettier-ignore
  };
  let queued = 0; // many changes within one frame are drawn once
  const redraw = () => {
    queued ||= requestAnimationFrame(() => {
      queued = 0;
      draw();
    });
  };
  const element = figure([h("div", {class: "run"}, choice, reset, status), holder, pages.element], {
    caption:
      "Drag across a histogram or the map to choose a range, or type it in; a click on either lets everything pass again. Blue are the images that pass all filters, grey the shape of the whole set, both scaled to the same height. The map shows from where the particle is seen, in RELION's angles: equal areas are equal solid angles. rot may run through 180°: from 150 to −150.",
    provenance: [{kind: "live", detail: "drawn from the recipe's seed, as the simulation draws them"}],
    files: [
      {label: "CSV of the selection", name: "images.csv", make: () => selectionCsv(selection.value)},
      {label: "Map, PNG", name: "directions.png", make: () => need(filters).directions.png()},
      {label: "States, SVG", name: "states.svg", make: () => need(filters).state.svg()},
      {label: "Defocus, SVG", name: "defocus.svg", make: () => need(filters).defocus.svg()}
    ]
  });
  state.open.subscribe(redraw);
  selection.subscribe(redraw);
  chosen.subscribe(redraw);
  return {
    element,
    dispose() {
      cancelAnimationFrame(queued);
      filters?.directions.dispose();
    }
  };
}

/** Undefined for a range that lets everything pass. */
const whole = (range: Range | undefined, [low, high]: Range) =>
  range && !(range[0] === low && range[1] === high) ? range : undefined;

function need<T>(made: T | undefined): T {
  if (!made) throw new Error("nothing is shown yet");
  return made;
}

/** The selection as a table with a header: Å and degrees, with the digits that a STAR file has. */
function selectionCsv(selection: Selection | undefined): Blob {
  const {columns, rows} = need(selection);
  const round = (v: number, digits: number) => Number(v.toFixed(digits));
  return csvBlob(
    shownColumns.map(([column, , unit]) => (unit ? `${column} (${unit})` : column)),
    Array.from(rows, (row) =>
      shownColumns.map(([column, , unit]) => round(columns[column][row], unit === "Å" ? 3 : unit ? 5 : 0))
    )
  );
}
