import {describe, expect, it} from "vitest";
import {
  binStates,
  countStates,
  expectedTotalVariation,
  totalVariation,
  totalVariationNoise
} from "../../components/analysis/totalVariation.js";

describe("total variation distance", () => {
  it("is 0 for one law on any scale, 1 for laws apart, and between by hand", () => {
    expect(totalVariation([1, 2, 1], [25, 50, 25])).toBe(0);
    expect(totalVariation([1, 1, 0, 0], [0, 0, 3, 1])).toBe(1);
    expect(totalVariation([0.5, 0.5, 0], [0.25, 0.25, 0.5])).toBe(0.5);
    expect(() => totalVariation([1], [1, 2])).toThrow("states: found 1 and 2; expected as many");
    expect(() => totalVariation([0, 0], [1, 2])).toThrow("counts: found none");
    expect(() => totalVariation([1, -1], [1, 2])).toThrow("counts: found -1 of state 1");
  });

  it("shrinks as states are binned together, or stays", () => {
    const [p, q] = [[4, 0, 3, 3, 0, 9], [0, 4, 1, 5, 9, 0]]; // prettier-ignore
    expect([...binStates(p, 3)]).toEqual([4, 6, 9]);
    expect([...binStates([1, 1, 1, 1, 1], 2)]).toEqual([3, 2]);
    expect(totalVariation(binStates(p, 3), binStates(q, 3))).toBeLessThan(1e-12);
    expect(totalVariation(p, q)).toBeGreaterThan(0.5);
    expect(binStates(p, 6)).toEqual(Float64Array.from(p));
    expect(() => binStates(p, 7)).toThrow("bins: found 7; expected 1 to 6");
  });

  it("counts states, and only states", () => {
    expect([...countStates([0, 2, 2, 1], 4)]).toEqual([1, 1, 2, 0]);
    for (const wrong of [-1, 4, 0.5, NaN])
      expect(() => countStates([0, wrong], 4)).toThrow(`state: found ${wrong}; expected 0 to 3`);
  });
});

describe("its floor", () => {
  it("is exact: for two states by the binomial sum", () => {
    for (const [p, n] of [
      [0.5, 1],
      [0.5, 10],
      [0.3, 7],
      [0.02, 20],
      [0.9, 31]
    ]) {
      let sum = 0;
      let term = (1 - p) ** n; // P(X = 0)
      for (let x = 0; x <= n; ++x) {
        sum += term * Math.abs(x / n - p);
        term *= ((n - x) * p) / ((x + 1) * (1 - p));
      }
      expect(expectedTotalVariation([p, 1 - p], n)).toBeCloseTo(sum, 12);
    }
    expect(expectedTotalVariation([1, 0], 5)).toBe(0);
    expect(() => expectedTotalVariation([1, 1], 0)).toThrow("draws: found 0");
  });

  it("is what simulation finds, and falls as 1/sqrt(n)", () => {
    const law = Array.from({length: 50}, (_, k) => 1 + (k % 5));
    const {mean, high} = totalVariationNoise(law, {n: 5000, repeats: 300, seed: 1});
    const exact = expectedTotalVariation(law, 5000);
    console.log(`50 states, 5000 draws: floor ${exact.toFixed(4)}, simulated ${mean.toFixed(4)}, 95% below ${high.toFixed(4)}`); // prettier-ignore
    expect(Math.abs(mean / exact - 1)).toBeLessThan(0.02);
    expect(high).toBeGreaterThan(mean);
    expect(expectedTotalVariation(law, 20_000) / exact).toBeCloseTo(0.5, 1);
    // coarser bins have a lower floor
    expect(expectedTotalVariation(binStates(law, 10), 5000)).toBeLessThan(0.6 * exact);
  });

  it("between two samples is that of one, times sqrt(2)", () => {
    const law = new Float64Array(20).fill(1);
    const one = totalVariationNoise(law, {n: 2000, seed: 2}).mean;
    const two = totalVariationNoise(law, {n: 2000, other: 2000, seed: 2}).mean;
    expect(Math.abs(two / one / Math.SQRT2 - 1)).toBeLessThan(0.03);
    expect(totalVariationNoise(law, {n: 2000, seed: 2}).mean).toBe(one);
    expect(totalVariationNoise(law, {n: 2000, seed: 3}).mean).not.toBe(one);
  });
});
