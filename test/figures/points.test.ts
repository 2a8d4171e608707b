import {describe, expect, test} from "vitest";
import {axisTicks} from "../../components/figures/axisTicks.js";
import {nearest, nearestTowards} from "../../components/figures/nearestPoint.js";
import {median} from "../../components/figures/stripPlot.js";

const sets = [{points: Float32Array.of(0, 0, 1, 0, 0, 2)}, {points: Float32Array.of(-1, 0.1, 5, 5)}];

describe("the nearest point", () => {
  test("is found over all sets", () => {
    expect(nearest(sets, 0.9, 0.2)).toEqual({set: 0, index: 1});
    expect(nearest(sets, 4, 4)).toEqual({set: 1, index: 1});
  });
  test("must be within reach, and visible", () => {
    expect(nearest(sets, 4, 4, 1)).toBeUndefined();
    expect(nearest([sets[0], {...sets[1], visible: false}], 4, 4)).toEqual({set: 0, index: 2});
  });
  test("in a direction lies within 45 degrees of it, and is another one", () => {
    expect(nearestTowards(sets, {set: 0, index: 0}, -1, 0)).toEqual({set: 1, index: 0});
    expect(nearestTowards(sets, {set: 0, index: 0}, 0, 1)).toEqual({set: 0, index: 2});
    expect(nearestTowards(sets, {set: 0, index: 0}, 0, -1)).toBeUndefined();
  });
});

describe("ticks", () => {
  test.each([
    [-6.3, 10.1, 4, ["−5", "0", "5", "10"]],
    [0, 1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]],
    [0.98, 1, 2, ["0.98", "0.99", "1.00"]]
  ])("from %d to %d, about %d of them, are round and have no digit too many", (low, high, count, labels) => {
    expect(axisTicks(low, high, count).map((t) => t.label)).toEqual(labels);
  });
  test("of nothing are none", () => {
    expect(axisTicks(1, 1, 5)).toEqual([]);
    expect(axisTicks(NaN, 1, 5)).toEqual([]);
  });
});

test("the median of an even number is the middle of the two in the middle", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median(Float32Array.of(9, 1, 5))).toBe(5);
});
