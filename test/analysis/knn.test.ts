import {describe, expect, it} from "vitest";
import {kdTree, nearest} from "../../components/analysis/kdTree.js";
import {determination, knnRegression} from "../../components/analysis/knn.js";
import {random} from "../../components/compute/random.js";

describe("k-d tree", () => {
  it("finds what a search through all points finds", () => {
    const [n, d, k] = [700, 3, 9];
    const points = random(1).fillNormal(new Float64Array(n * d)).map((v, i) => (i % d ? v : Math.round(v))); // prettier-ignore
    const tree = kdTree(points, d);
    for (let i = 0; i < 60; ++i) {
      const query = points.subarray(i * d, (i + 1) * d);
      const skip = (row: number) => row % 4 === i % 4;
      const all = Array.from({length: n}, (_, row) => row)
        .filter((row) => !skip(row))
        .map((row) => query.reduce((q, v, c) => q + (v - points[row * d + c]) ** 2, 0))
        .sort((a, b) => a - b);
      const found = nearest(tree, query, k, skip);
      expect([...found.distances]).toEqual(all.slice(0, k));
      expect([...found.rows].some(skip)).toBe(false);
    }
  });

  it("says so where fewer are left", () => {
    const found = nearest(kdTree(Float64Array.of(0, 1, 2), 1), [0], 5);
    expect([...found.rows]).toEqual([0, 1, 2, -1, -1]);
    expect(found.distances[3]).toBe(Infinity);
  });
});

describe("nearest-neighbour regression", () => {
  const arc = (n: number, noise: number) => {
    const rng = random(2);
    const angle = Float64Array.from({length: n}, () => 1.5 * rng.uniform());
    const z = new Float64Array(n * 8).map((_, i) => {
      const a = angle[i >> 3];
      return [Math.cos(a), Math.sin(a), a * a, Math.cos(3 * a), 0, 0, 0, 0][i & 7] + noise * rng.normal();
    });
    return {angle, z};
  };

  it("has R^2 near 1 on a noise-free curve and near 0 where y is unrelated", () => {
    const {angle, z} = arc(3000, 0);
    expect(knnRegression(z, angle, 8).r2).toBeGreaterThan(0.999);
    const unrelated = random(3).fillNormal(new Float64Array(3000));
    expect(Math.abs(knnRegression(z, unrelated, 8).r2)).toBeLessThan(0.1);
  });

  it("predicts a row from the other folds alone: y seen in its own fold would give R^2 = 1", () => {
    const y = random(4).fillNormal(new Float64Array(500));
    const {r2, predictions} = knnRegression(random(5).fillNormal(new Float64Array(1000)), y, 2, {
      neighbours: 1
    });
    expect(r2).toBeLessThan(0);
    expect(predictions).toHaveLength(500);
  });

  it("has the R^2 of a known noise", () => {
    const y = Float64Array.of(1, 2, 3, 4);
    expect(determination(y, y)).toBe(1);
    expect(determination(y, [2.5, 2.5, 2.5, 2.5])).toBe(0);
    // z = y + noise on a line with noise much smaller than y's spread: R^2 = 1 - var(y given z)/var(y)
    const rng = random(6);
    const x = rng.fillNormal(new Float64Array(6000));
    const z = x.map((v) => v + 0.5 * rng.normal());
    expect(Math.abs(knnRegression(z, x, 1, {neighbours: 60}).r2 - 1 / 1.25)).toBeLessThan(0.02);
  });

  it("refuses sets that don't fit", () => {
    expect(() => knnRegression(new Float64Array(10), [1, 2], 2)).toThrow("z: found 5 rows; expected 2");
    expect(() => knnRegression(new Float64Array(20), new Float64Array(10), 2)).toThrow(
      "neighbours: found 20"
    );
  });
});
