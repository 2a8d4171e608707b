import type {ImageTable} from "../../jobs/imageTable.js";
import {aq} from "./arquero.js";

/** A range of values, both ends included. */
export type Range = readonly [low: number, high: number];

/** Which images of a set to keep; what is undefined lets all pass. */
export interface ImageFilter {
  state?: Range;
  /** Å, mean of the two defoci. */
  defocus?: Range;
  /** RELION's angle rot, degrees, the longitude of the view; from > to goes through 180. */
  rot?: Range;
  /** RELION's angle tilt, degrees, the polar angle of the view. */
  tilt?: Range;
}

export const filterKeys = ["state", "defocus", "rot", "tilt"] as const;

export interface ImageOrder {
  column: keyof ImageTable;
  descending: boolean;
}

/** The images that pass a filter, in an order. */
export interface Selection {
  /** All images of the set, in the order. */
  columns: ImageTable;
  /** Rows of `columns` that pass. */
  rows: Uint32Array;
  filter: ImageFilter;
  order: ImageOrder;
}

// Text that arquero compiles to one loop over the columns; the bounds are parameters.
const within = (column: string, key: string) => `d.${column} >= $.${key}[0] && d.${column} <= $.${key}[1]`;
const conditions: Record<keyof ImageFilter, (range: Range) => string> = {
  state: () => within("state", "state"),
  defocus: () => within("defocus", "defocus"),
  rot: ([from, to]) => (from <= to ? within("rot", "rot") : "(d.rot >= $.rot[0] || d.rot <= $.rot[1])"),
  tilt: () => within("tilt", "tilt")
};

/**
 * Filters and sorts a set's table again and again. Sorting is done when the order changes and kept, so that a change of the
 * filter costs one pass over the columns.
 */
export function imageSelector(table: ImageTable): (filter: ImageFilter, order: ImageOrder) => Selection {
  const whole = aq.table(table as unknown as Record<string, ArrayLike<number>>);
  let sorted = whole;
  let sortedBy = "image up";
  return (filter, order) => {
    const name = `${order.column} ${order.descending ? "down" : "up"}`;
    if (name !== sortedBy) {
      const key = order.descending ? aq.desc(order.column) : order.column;
      sorted = name === "image up" ? whole : whole.orderby(key, "image").reify();
      sortedBy = name;
    }
    const tests = filterKeys.filter((key) => filter[key]).map((key) => `(${conditions[key](filter[key]!)})`);
    const passed = tests.length
      ? sorted.params({...filter}).filter(`(d, $) => ${tests.join(" && ")}`)
      : sorted;
    return {
      columns: sorted.data() as unknown as ImageTable,
      rows: passed.indices() as Uint32Array,
      filter,
      order
    };
  };
}

/** How many of some rows' values lie in each of `count` equal bins from `low` to `high`, both ends included. */
export function countInBins(
  values: ArrayLike<number>,
  rows: Iterable<number>,
  [low, high]: Range,
  count: number
): Uint32Array {
  const bins = new Uint32Array(count);
  const scale = count / (high - low);
  for (const row of rows) {
    const v = values[row];
    if (v >= low && v <= high) ++bins[Math.min(count - 1, Math.floor((v - low) * scale))];
  }
  return bins;
}

/**
 * How many view directions lie in each cell of a map whose cells have equal solid angles: `nx` columns of rot from -180 to
 * 180, `ny` rows of cos(tilt) from 1 to -1.
 * @returns [ny, nx]
 */
export function countDirections(
  {rot, tilt}: Pick<ImageTable, "rot" | "tilt">,
  rows: Iterable<number>,
  nx: number,
  ny: number
): Uint32Array {
  const cells = new Uint32Array(nx * ny);
  for (const r of rows) {
    const x = Math.min(nx - 1, Math.floor(((rot[r] + 180) / 360) * nx));
    const y = Math.min(ny - 1, Math.floor(((1 - Math.cos((tilt[r] * Math.PI) / 180)) / 2) * ny));
    ++cells[y * nx + x];
  }
  return cells;
}

/** A range as the address has it, `3..20`; undefined where there is none, or the text is no range within the limits. */
export function parseRange(text: string, [low, high]: Range, {wraps = false} = {}): Range | undefined {
  const match = /^(-?[\d.]+)\.\.(-?[\d.]+)$/.exec(text);
  if (!match) return undefined;
  const [from, to] = [Number(match[1]), Number(match[2])];
  const inside = (v: number) => v >= low && v <= high;
  return inside(from) && inside(to) && (wraps || from <= to) ? [from, to] : undefined;
}

/** The other way round; undefined stays undefined. */
export const rangeText = (range: Range | undefined): string | undefined =>
  range && `${Number(range[0].toFixed(4))}..${Number(range[1].toFixed(4))}`;

/**
 * Images spread over the states of a selection: one each of `count` states at equal distances, from the lowest to the highest
 * (of all states where there are fewer), and the next one of each for the next page.
 * @returns rows of the selection's columns, by state
 */
export function spreadOverStates({columns, rows}: Selection, count: number, page: number): number[] {
  const byState = new Map<number, number[]>();
  for (const row of rows) {
    const state = columns.state[row];
    const list = byState.get(state);
    if (list) list.push(row);
    else byState.set(state, [row]);
  }
  const states = [...byState.keys()].sort((a, b) => a - b);
  const n = Math.min(count, states.length);
  const chosen = Array.from(
    {length: n},
    (_, k) => states[n > 1 ? Math.round((k * (states.length - 1)) / (n - 1)) : states.length >> 1]
  );
  const each = Math.floor(count / Math.max(1, n)); // few states: several images of each
  return chosen.flatMap((state) => byState.get(state)!.slice(page * each, (page + 1) * each));
}
