import {describe, expect, it} from "vitest";
import {random} from "../../../components/compute/random.js";
import {
  countDirections,
  countInBins,
  imageSelector,
  parseRange,
  rangeText,
  spreadOverStates,
  type ImageFilter
} from "../../../components/figures/datasets/imageFilter.js";
import {emptyTable, type ImageTable} from "../../../components/jobs/imageTable.js";

function randomTable(n: number): ImageTable {
  const rng = random(1);
  const table = emptyTable(n);
  for (let i = 0; i < n; ++i) {
    table.image[i] = i;
    table.state[i] = rng.integer(100);
    table.defocus[i] = 20000 + 4400 * rng.normal();
    table.rot[i] = 360 * rng.uniform() - 180;
    table.tilt[i] = (180 / Math.PI) * Math.acos(2 * rng.uniform() - 1);
    table.psi[i] = 360 * rng.uniform() - 180;
  }
  return table;
}
const up = (column: keyof ImageTable) => ({column, descending: false});

describe("the images that pass a filter", () => {
  const table = randomTable(3000);
  const select = imageSelector(table);
  const numbers = (filter: ImageFilter, order = up("image")) => {
    const {columns, rows} = select(filter, order);
    return Array.from(rows, (row) => columns.image[row]);
  };
  const brute = (keep: (i: number) => boolean) => Array.from(table.image).filter(keep);

  it("are all of them without one", () => {
    expect(numbers({})).toEqual(Array.from(table.image));
  });

  it("are those within every range, ends included", () => {
    const filter: ImageFilter = {state: [10, 40], defocus: [18000, 23000], rot: [-90, 30], tilt: [20, 120]};
    const expected = brute(
      (i) =>
        table.state[i] >= 10 &&
        table.state[i] <= 40 &&
        table.defocus[i] >= 18000 &&
        table.defocus[i] <= 23000 &&
        table.rot[i] >= -90 &&
        table.rot[i] <= 30 &&
        table.tilt[i] >= 20 &&
        table.tilt[i] <= 120
    );
    expect(expected.length).toBeGreaterThan(50);
    expect(numbers(filter)).toEqual(expected);
    expect(numbers({state: [7, 7]})).toEqual(brute((i) => table.state[i] === 7));
  });

  it("go through 180 degrees where rot ends before it begins", () => {
    const expected = brute((i) => table.rot[i] >= 150 || table.rot[i] <= -150);
    expect(expected.length).toBeGreaterThan(300);
    expect(numbers({rot: [150, -150]})).toEqual(expected);
  });

  it("come in the order asked for, equals by their number, filter or not", () => {
    const sorted = numbers({state: [10, 20]}, {column: "state", descending: true});
    const expected = brute((i) => table.state[i] >= 10 && table.state[i] <= 20).sort(
      (a, b) => table.state[b] - table.state[a] || a - b
    );
    expect(sorted).toEqual(expected);
    expect(numbers({}, {column: "image", descending: true})[0]).toBe(2999);
    expect(numbers({})[0]).toBe(0);
    const tilts = numbers({}, up("tilt")).map((i) => table.tilt[i]);
    expect(tilts.every((t, k) => k === 0 || t >= tilts[k - 1])).toBe(true);
  });

  it("are found among 100,000 in far less than a tenth of a second, counted in every figure", () => {
    const large = randomTable(100_000);
    const selectLarge = imageSelector(large);
    const order = up("defocus");
    selectLarge({}, order);
    const times = Array.from({length: 15}, (_, k) => {
      const start = performance.now();
      const {columns, rows} = selectLarge({state: [k, 90], defocus: [12000, 28000], rot: [-170, 170], tilt: [5, 175]}, order); // prettier-ignore
      countInBins(columns.state, rows, [0, 99], 100);
      countInBins(columns.defocus, rows, [0, 40000], 48);
      countDirections(columns, rows, 48, 24);
      return performance.now() - start;
    }).sort((a, b) => a - b);
    console.log(`100,000 rows: filtered and counted in ${times[7].toFixed(1)} ms (median)`);
    expect(times[7]).toBeLessThan(100);
  });
});

describe("counts for the figures", () => {
  const table = randomTable(20_000);
  it("put every value within the limits in one bin, both limits included", () => {
    const bins = countInBins([0, 1, 2, 2.999, 3, -0.1, 3.1], [0, 1, 2, 3, 4, 5, 6], [0, 3], 3);
    expect(Array.from(bins)).toEqual([1, 1, 3]);
    const states = countInBins(table.state, table.image, [0, 99], 100);
    for (const s of [0, 57, 99])
      expect(states[s]).toBe(Array.from(table.state).filter((v) => v === s).length);
  });

  it("find directions without preference equally often everywhere", () => {
    const cells = countDirections(table, table.image, 12, 6);
    expect(cells.reduce((a, b) => a + b, 0)).toBe(20_000);
    const mean = 20_000 / cells.length;
    // Chi-squared of 71 degrees of freedom: 71 give or take 12.
    const chi = cells.reduce((sum, c) => sum + (c - mean) ** 2 / mean, 0);
    expect(chi).toBeLessThan(71 + 5 * 12);
  });
});

describe("a spread over the states", () => {
  const select = imageSelector(randomTable(3000));
  it("takes as many states as asked for, from first to last, and other images on the next page", () => {
    const selection = select({state: [20, 79]}, up("image"));
    const rows = spreadOverStates(selection, 20, 0);
    const states = rows.map((row) => selection.columns.state[row]);
    expect(rows).toHaveLength(20);
    expect([states[0], states[19]]).toEqual([20, 79]);
    expect(new Set(states).size).toBe(20);
    expect(states.every((s, k) => k === 0 || s > states[k - 1])).toBe(true);
    const next = spreadOverStates(selection, 20, 1);
    expect(next.map((row) => selection.columns.state[row])).toEqual(states);
    expect(next.some((row) => rows.includes(row))).toBe(false);
  });

  it("takes several images of each where there are few states, and ends where they end", () => {
    const selection = select({state: [3, 4]}, up("image"));
    const rows = spreadOverStates(selection, 20, 0);
    expect(rows.filter((row) => selection.columns.state[row] === 3)).toHaveLength(10);
    expect(rows).toHaveLength(20);
    expect(spreadOverStates(selection, 20, 500)).toEqual([]);
    expect(spreadOverStates({...selection, rows: new Uint32Array()}, 20, 0)).toEqual([]);
  });
});

describe("a range in the address", () => {
  it("comes back as it was", () => {
    for (const range of [
      [3, 20],
      [-90.5, 45],
      [0.24, 3.7625]
    ] as const)
      // prettier-ignore
      expect(parseRange(rangeText(range)!, [-180, 180])).toEqual(range);
    expect(rangeText(undefined)).toBeUndefined();
  });

  it("is none where the text is no range, leaves the limits, or runs backwards", () => {
    for (const text of ["", "3", "3..", "a..b", "3..999", "-1..5", "20..3", "1..2..3", "..", "-..3"])
      expect(parseRange(text, [0, 100]), text).toBeUndefined();
    expect(parseRange("150..-150", [-180, 180], {wraps: true})).toEqual([150, -150]);
  });
});
