import {describe, expect, it} from "vitest";
import {pathFrames} from "../../components/analysis/pathFrames.js";
import {arcLength} from "../../components/analysis/polyline.js";

// A path in the plane that leaps: almost all of its length lies between y = 0.5 and 0.6.
const path = {
  y: Float64Array.of(0, 0.5, 0.6, 1),
  z: Float64Array.of(0, 0, 0, 0.1, 10, 0.1, 10, 0)
};

describe("the frames of a path", () => {
  it("have its ends among them, whatever is even", () => {
    for (const spacing of ["length", "y"] as const) {
      const {y, z} = pathFrames(path, 2, 9, spacing);
      expect([y[0], y[8]]).toEqual([0, 1]);
      expect(Array.from(z.subarray(0, 2))).toEqual([0, 0]);
      expect(Array.from(z.subarray(16))).toEqual([10, 0]);
    }
  });

  it("are evenly apart along its length", () => {
    const straight = {y: path.y, z: path.z.map((v, i) => (i % 2 ? 0 : v + path.z[i + 1]))}; // no corners to cut
    straight.z[6] = 12;
    const {y, z} = pathFrames(straight, 2, 25, "length");
    const length = arcLength(z, 2);
    length.forEach((l, i) => expect(l).toBeCloseTo(i / 2, 12));
    y.forEach((v, i) => i && expect(v).toBeGreaterThan(y[i - 1]));
  });

  it("are even in y, straight between its points", () => {
    const {y, z} = pathFrames(path, 2, 21, "y");
    y.forEach((v, i) => expect(v).toBeCloseTo(i / 20, 12));
    expect(z[2 * 11]).toBeCloseTo(5, 12);
    expect(z[2 * 5 + 1]).toBeCloseTo(0.05, 12);
  });

  it("need two points and two frames", () => {
    expect(() => pathFrames({y: Float64Array.of(0), z: Float64Array.of(1, 2)}, 2, 5, "y")).toThrow(
      "found 1 points"
    );
    expect(() => pathFrames(path, 2, 1, "length")).toThrow("found 1; expected 2");
  });
});
