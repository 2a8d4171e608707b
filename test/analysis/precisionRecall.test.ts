import {describe, expect, it} from "vitest";
import {precisionRecall, precisionRecallBeside} from "../../components/analysis/precisionRecall.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, sampleMixture} from "../../components/diffusion/gaussianMixture.js";

const normal = (n: number, d: number, seed: number) => random(seed).fillNormal(new Float64Array(n * d));

/** The paper's definition by a search through all pairs. */
function covered(points: Float64Array, queries: Float64Array, d: number, k: number): number {
  const row = (x: Float64Array, i: number) => x.subarray(i * d, (i + 1) * d);
  const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((v, c) => v - b[c]));
  const [n, m] = [points.length / d, queries.length / d];
  const radius = Array.from({length: n}, (_, i) => {
    const others = Array.from({length: n}, (_, j) => j).filter((j) => j !== i);
    return others.map((j) => distance(row(points, i), row(points, j))).sort((a, b) => a - b)[k - 1];
  });
  let inside = 0;
  for (let q = 0; q < m; ++q)
    if (radius.some((r, i) => distance(row(points, i), row(queries, q)) <= r)) ++inside;
  return inside / m;
}

describe("precision and recall", () => {
  it("are what a search through all pairs finds", () => {
    const d = 3;
    const encodings = normal(300, d, 1);
    encodings.set([30, -20, 25.8], 0); // an outlier, whose ball is wide
    const samples = normal(250, d, 2).map((v) => 1.4 * v + 0.2);
    for (const k of [1, 3, 5]) {
      const found = precisionRecall(encodings, samples, d, k);
      expect(found.precision).toBe(covered(encodings, samples, d, k));
      expect(found.recall).toBe(covered(samples, encodings, d, k));
    }
  });

  it("are 0 for clouds apart, and 1 for a set with itself", () => {
    const x = normal(500, 4, 3);
    expect(precisionRecall(x, x.map((v) => v + 50), 4)).toEqual({precision: 0, recall: 0}); // prettier-ignore
    expect(precisionRecall(x, x, 4)).toEqual({precision: 1, recall: 1});
  });

  const modes = (weights: number[]) =>
    gaussianMixture(
      weights.map((weight, i) => ({weight, mean: [20 * i, 0, 0, 0], covariance: 1})).filter((c) => c.weight)
    );
  const data = sampleMixture(modes([5, 3, 2]), 4000, random(4));

  it("stand at their floors for samples of the same law", () => {
    const samples = sampleMixture(modes([5, 3, 2]), 2000, random(5));
    const found = precisionRecallBeside(data, samples, 4, {draws: 2});
    expect(Math.abs(found.precision - found.precisionFloor)).toBeLessThan(0.02);
    expect(Math.abs(found.recall - found.recallFloor)).toBeLessThan(0.02);
    expect(found.n).toBe(2000);
  });

  it("lose recall, and no precision, in proportion to a mode that the samples lack", () => {
    const samples = sampleMixture(modes([5, 3, 0]), 2000, random(6));
    const found = precisionRecallBeside(data, samples, 4, {draws: 2});
    expect(Math.abs(found.recall / found.recallFloor - 0.8)).toBeLessThan(0.03);
    expect(Math.abs(found.precision - found.precisionFloor)).toBeLessThan(0.02);
  });

  it("lose precision, and no recall, in proportion to a mode that the data lack", () => {
    const samples = sampleMixture(modes([5, 3, 2, 10 / 3]), 2000, random(7));
    const found = precisionRecallBeside(data, samples, 4, {draws: 2});
    expect(Math.abs(found.precision / found.precisionFloor - 0.75)).toBeLessThan(0.03);
    expect(found.recallFloor - found.recall).toBeLessThan(0.04); // fewer samples are left to cover with
  });

  it("refuse what is too few", () => {
    expect(() => precisionRecall(normal(3, 2, 1), normal(9, 2, 2), 2)).toThrow("k: found 3; expected 1 to 2");
    expect(() => precisionRecallBeside(normal(100, 2, 1), normal(60, 2, 2), 2, {n: 55})).toThrow(
      "n: found 55; expected at most half of 100 encodings and all of 60 samples"
    );
  });
});
