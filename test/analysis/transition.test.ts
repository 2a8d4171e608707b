import {describe, expect, it} from "vitest";
import {evenParts} from "../../components/analysis/polyline.js";
import {slopes, smoothed} from "../../components/analysis/slopes.js";
import {transition, unwrap} from "../../components/analysis/transition.js";
import {random} from "../../components/compute/random.js";
import {maxDifference} from "../golden.js";

const uneven = Float64Array.of(0, 0.05, 0.2, 0.3, 0.6, 0.65, 1);

describe("slopes", () => {
  it("are a parabola's at every point of an uneven grid, ends included", () => {
    const f = uneven.map((y) => 2 - 3 * y + 5 * y * y);
    expect(maxDifference(slopes(uneven, f), uneven.map((y) => -3 + 10 * y))).toBeLessThan(1e-12); // prettier-ignore
  });

  it("come closer with the square of the grid's step", () => {
    const error = (m: number) => {
      const y = evenParts(m);
      return maxDifference(slopes(y, y.map(Math.sin)), y.map(Math.cos)); // prettier-ignore
    };
    expect(error(21) / error(41)).toBeGreaterThan(3.5);
    expect(error(21) / error(41)).toBeLessThan(4.5);
  });

  it("need values that rise", () => {
    expect(() => slopes([0, 1, 1], [0, 1, 2])).toThrow("y: found 1 and then 1; expected rising values");
    expect(() => slopes([0, 1, 2], [0, 1])).toThrow("f: found 2 values for 3 of y");
  });
});

describe("smoothing", () => {
  it("leaves a straight line as it is, up to its ends, and everything at bandwidth 0", () => {
    const line = uneven.map((y) => 4 - 7 * y);
    expect(maxDifference(smoothed(uneven, line, 0.1), line)).toBeLessThan(1e-12);
    expect(smoothed(uneven, [0, 9, 0, 9, 0, 9, 0], 0)).toEqual(Float64Array.of(0, 9, 0, 9, 0, 9, 0));
    // a bandwidth within which there is no other point
    expect(maxDifference(smoothed(uneven, [0, 9, 0, 9, 0, 9, 0], 1e-4), [0, 9, 0, 9, 0, 9, 0])).toBe(0);
  });

  it("takes out noise", () => {
    const y = evenParts(400);
    const rng = random(1);
    const noisy = y.map((v) => v + 0.1 * rng.normal());
    const off = (f: Float64Array) => Math.sqrt(f.reduce((s, v, i) => s + (v - y[i]) ** 2, 0) / 400);
    expect(off(smoothed(y, noisy, 0.05))).toBeLessThan(0.35 * off(noisy));
  });
});

describe("transition", () => {
  it("of a straight line is 0.8 wide, and of a logistic curve ln 81 scales about its middle", () => {
    const y = evenParts(201);
    const straight = transition(y, y.map((v) => 10 * v)); // prettier-ignore
    expect(straight.rise.width).toBeCloseTo(0.8, 10);
    expect(straight.monotonicity).toBeCloseTo(1, 12);
    const [middle, scale] = [0.63, 0.02];
    for (const sign of [1, -1]) {
      const found = transition(y, y.map((v) => (49 * sign) / (1 + Math.exp(-(v - middle) / scale)))); // prettier-ignore
      expect(found.steepest.y).toBeCloseTo(middle, 2);
      expect(found.steepest.slope).toBeCloseTo((sign * 49) / (4 * scale), -1);
      expect(found.rise.width).toBeCloseTo(scale * Math.log(81), 3);
      expect((found.rise.from + found.rise.to) / 2).toBeCloseTo(middle, 3);
      expect(found.change).toBeCloseTo(49 * sign, 4);
    }
  });

  it("of a jump lies between the two points that it is between", () => {
    const {rise, steepest} = transition([0, 0.2, 0.4, 0.6, 1], [3, 3, 3, 8, 8]);
    expect(rise.from).toBeCloseTo(0.42, 12);
    expect(rise.to).toBeCloseTo(0.58, 12);
    expect([0.4, 0.6]).toContain(steepest.y);
  });

  it("tells a path that turns back: its monotonicity, and the last rise", () => {
    const {monotonicity, rise} = transition([0, 1, 2, 3, 4], [0, 5, 0, 5, 10]);
    expect(monotonicity).toBeCloseTo(0.5, 12);
    expect(rise.from).toBeCloseTo(2.2, 12);
    expect(rise.to).toBeCloseTo(3.8, 12);
  });

  it("has no place where nothing changes", () => {
    const {steepest, rise, change, monotonicity} = transition([0, 1, 2], [4, 4, 4]);
    expect([steepest.y, rise.width, change, monotonicity]).toEqual([NaN, NaN, 0, 0]);
    const back = transition([0, 1, 2], [4, 5, 4]);
    expect([back.rise.width, back.monotonicity]).toEqual([NaN, 0]);
  });

  it("follows an angle over the seam of its circle", () => {
    const y = evenParts(50);
    const angle = y.map((v) => 2.5 + 2 * v);
    const wrapped = angle.map((a) => Math.atan2(Math.sin(a), Math.cos(a)));
    expect(maxDifference(unwrap(wrapped), angle)).toBeLessThan(1e-12);
    const found = transition(y, wrapped, {period: 2 * Math.PI});
    expect(found.change).toBeCloseTo(2, 12);
    expect(found.monotonicity).toBeCloseTo(1, 12);
    // states 0..99 of a full circle, backwards over 0
    expect([...unwrap([2, 1, 99, 97], 100)]).toEqual([2, 1, -1, -3]);
  });
});
