import {describe, expect, it} from "vitest";
import {random, restore} from "../../components/compute/random.js";

describe("random", () => {
  it("gives the same draws for the same seed and stream, and others for others", () => {
    const draws = (...key: [number, ...number[]]) => Array.from({length: 5}, random(...key).uniform);
    expect(draws(1, 2, 3)).toEqual(draws(1, 2, 3));
    for (const other of [draws(1, 2), draws(1, 2, 4), draws(1, 3, 2), draws(2, 2, 3)])
      expect(other).not.toEqual(draws(1, 2, 3));
  });

  it("fills arrays with the numbers that `normal` gives one by one, whatever their lengths", () => {
    const one = random(5);
    const many = random(5);
    for (const n of [3, 0, 4, 1, 7, 2]) {
      const expected = Array.from({length: n}, () => one.normal());
      expect(Array.from(many.fillNormal(new Float64Array(n)))).toEqual(expected);
    }
    expect(many.state()).toEqual(one.state());
  });

  it("has the moments of its laws", () => {
    const n = 200_000;
    const x = random(7).fillNormal(new Float64Array(n));
    const moment = (p: number) => x.reduce((sum, v) => sum + v ** p, 0) / n;
    // four standard errors of each
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    const counts = new Float64Array(10);
    const rng = random(8);
    for (let i = 0; i < n; ++i) counts[rng.integer(10)]++;
    const chi2 = counts.reduce((sum, c) => sum + (c - n / 10) ** 2 / (n / 10), 0);
    expect(chi2).toBeLessThan(27.9); // 0.1% of chi-square with 9 degrees of freedom
  });

  it("goes on from a saved state, and refuses what is none", () => {
    const rng = random(9);
    rng.normal();
    const again = restore(rng.state());
    expect([again.normal(), again.uniform()]).toEqual([rng.normal(), rng.uniform()]);
    expect(() => restore([1, 2])).toThrow("random state: found 2 numbers; expected 5");
    expect(() => random(NaN)).toThrow("seed: found NaN; expected a finite number");
  });

  it("shuffles without losing anything", () => {
    const shuffled = random(3).shuffle(Array.from({length: 100}, (_, i) => i));
    expect(shuffled).not.toEqual([...shuffled].sort((a, b) => a - b));
    expect(new Set(shuffled).size).toBe(100);
  });
});
