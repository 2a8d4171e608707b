import {describe, expect, it} from "vitest";
import {kernelMeanBetween, medianBandwidth, mmd, mmdSquared} from "../../components/analysis/mmd.js";
import {slicedW2, w2Squared} from "../../components/analysis/slicedW2.js";
import {random} from "../../components/compute/random.js";

const normals = (n: number, d: number, seed: number, mean = 0, deviation = 1) =>
  random(seed)
    .fillNormal(new Float64Array(n * d))
    .map((v) => mean + deviation * v);

describe("MMD", () => {
  it("is the closed form for Gaussians", () => {
    // E k(x, y) for N(0, s1^2 I) and N(v, s2^2 I): (h^2 / S)^(d/2) exp(-|v|^2 / (2 S)), S = h^2 + s1^2 + s2^2
    const [d, h, n, shift, s2] = [3, 1.2, 1200, 0.8, 0.5];
    const mean = (S: number, v2: number) => (h * h / S) ** (d / 2) * Math.exp(-v2 / (2 * S)); // prettier-ignore
    const exact =
      mean(h * h + 2, 0) + mean(h * h + 2 * s2 * s2, 0) - 2 * mean(h * h + 1 + s2 * s2, d * shift * shift);
    const [x, y] = [normals(n, d, 1), normals(n, d, 2, shift, s2)];
    expect(Math.abs(mmdSquared(x, y, d, h) - exact)).toBeLessThan(0.015);
    expect(Math.abs(kernelMeanBetween(x, y, d, h) - mean(h * h + 1 + s2 * s2, d * shift ** 2))).toBeLessThan(
      0.01
    );
    expect(mmd(x, y, d, h) ** 2).toBeCloseTo(mmdSquared(x, y, d, h), 12);
  });

  it("of two samples of one law is at the biased statistic's floor, sqrt((2/n)(1 - mean k))", () => {
    const [d, n, h] = [4, 600, 0.3];
    const expected = Math.sqrt((2 / n) * (1 - (h * h / (h * h + 2)) ** (d / 2))); // prettier-ignore
    const found = mmd(normals(n, d, 3), normals(n, d, 4), d, h);
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.05);
    expect(mmd(normals(n, d, 3), normals(n, d, 3), d, h)).toBeLessThan(1e-7);
  });

  it("takes the median distance for its bandwidth", () => {
    expect(medianBandwidth(Float64Array.of(0, 1, 3, 4), 1)).toBe(3); // distances 1 1 2 3 3 4
    // |x - y|^2 / 2 is chi-square with d degrees of freedom, whose median is near d (1 - 2/(9d))^3
    const d = 8;
    const h = medianBandwidth(normals(5000, d, 5), d);
    expect(Math.abs(h / Math.sqrt(2 * d * (1 - 2 / (9 * d)) ** 3) - 1)).toBeLessThan(0.02);
  });
});

describe("sliced W2", () => {
  it("of a shifted cloud is |shift| / sqrt(d)", () => {
    const d = 5;
    const x = normals(400, d, 6);
    const y = x.map((v, i) => v + [1, -2, 0, 0.5, 2][i % d]);
    const exact = Math.sqrt((1 + 4 + 0.25 + 4) / d);
    expect(Math.abs(slicedW2(x, y, d, {projections: 2000}) / exact - 1)).toBeLessThan(0.03);
    expect(slicedW2(x, x, d)).toBe(0);
  });

  it("of Gaussians with different deviations is the difference of the deviations", () => {
    const found = slicedW2(normals(5000, 2, 7), normals(5000, 2, 8, 0, 1.5), 2);
    expect(Math.abs(found - 0.5)).toBeLessThan(0.04);
  });

  it("matches points in order in one dimension, and refuses unequal sets", () => {
    expect(w2Squared(Float64Array.of(0, 1), Float64Array.of(2, 5))).toBe((4 + 16) / 2);
    expect(slicedW2(Float64Array.of(1, 0), Float64Array.of(5, 2), 1)).toBeCloseTo(Math.sqrt(10), 12);
    expect(() => slicedW2(new Float64Array(4), new Float64Array(6), 2)).toThrow("found 2 and 3 rows");
  });
});
