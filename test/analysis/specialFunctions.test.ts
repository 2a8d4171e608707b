import {expect, test} from "vitest";
import {chiSquaredTail, incompleteGammaQ, logGamma} from "../../components/analysis/specialFunctions.js";

test("log Gamma of whole and half numbers", () => {
  let factorial = 0;
  for (let n = 1; n < 200; ++n) {
    expect(Math.abs(logGamma(n) - factorial)).toBeLessThan(1e-12 * Math.max(1, factorial));
    factorial += Math.log(n);
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
  expect(logGamma(0.25)).toBeCloseTo(Math.log(3.625609908221908), 13);
});

test("the incomplete gamma function where it has a closed form", () => {
  for (const x of [0.01, 0.5, 1, 2.9, 3.1, 10, 40]) {
    expect(incompleteGammaQ(1, x) / Math.exp(-x)).toBeCloseTo(1, 11);
    expect(incompleteGammaQ(3, x) / (Math.exp(-x) * (1 + x + (x * x) / 2))).toBeCloseTo(1, 10);
  }
  expect(incompleteGammaQ(2, 0)).toBe(1);
});

test("tables of chi-square", () => {
  for (const [x, degrees] of [
    [3.841459, 1],
    [7.814728, 3],
    [18.307038, 10],
    [124.342113, 100]
  ])
    // prettier-ignore
    expect(chiSquaredTail(x, degrees)).toBeCloseTo(0.05, 7);
  expect(chiSquaredTail(6.634897, 1)).toBeCloseTo(0.01, 7);
});
