import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {
  marginalMixture,
  mixtureMoments,
  scaledMixture,
  standardisedMixture
} from "../../components/diffusion/derivedMixture.js";
import {gaussianMixture, logDensity, sampleMixture} from "../../components/diffusion/gaussianMixture.js";

const tilted = gaussianMixture([
  {weight: 2, mean: [-1, 0.5], covariance: [[0.5, 0.4], [0.4, 0.6]]}, // prettier-ignore
  {weight: 1, mean: [2, -3], covariance: 0.3}
]);
const round = gaussianMixture([
  {weight: 1, mean: [-1, 0.5], covariance: 0.2},
  {weight: 3, mean: [2, -3], covariance: 0.7}
]);

describe.each([
  ["with axes", tilted],
  ["isotropic", round]
])("of a mixture %s", (_, m) => {
  test.each([0, 1])("the marginal along %i is the density integrated over the other coordinate", (axis) => {
    const marginal = marginalMixture(m, axis);
    for (const at of [-2, 0.3, 1.7]) {
      const h = 0.02;
      const grid = Array.from({length: 1201}, (_, i) => (i - 600) * h);
      const points = Float64Array.from(grid.flatMap((v) => (axis === 0 ? [at, v] : [v, at])));
      for (const level of [0, 0.8]) {
        const whole = logDensity(m, points, new Float64Array(grid.length).fill(level));
        const integral = h * whole.reduce((sum, l) => sum + Math.exp(l), 0);
        const [own] = logDensity(marginal, Float64Array.of(at), Float64Array.of(level));
        expect(Math.exp(own) / integral).toBeCloseTo(1, 9);
      }
    }
  });

  test("the moments are those of samples", () => {
    const n = 40_000;
    const x = sampleMixture(m, n, random(1));
    const {mean, variance} = mixtureMoments(m);
    let square = 0;
    for (const axis of [0, 1]) {
      let sum = 0;
      for (let i = axis; i < x.length; i += 2) sum += x[i] / n;
      expect(Math.abs(sum - mean[axis])).toBeLessThan(0.05);
      for (let i = axis; i < x.length; i += 2) square += (x[i] - mean[axis]) ** 2 / (2 * n);
    }
    expect(square / variance).toBeCloseTo(1, 1);
  });

  test("shift + scale x has the density of x over scale^d", () => {
    const [shift, scale] = [[0.7, -2], -1.5];
    const x = Float64Array.of(0.2, -0.4, 1.9, -2.5);
    const moved = x.map((v, i) => shift[i % 2] + scale * v);
    const density = logDensity(scaledMixture(m, shift, scale), moved, new Float64Array(2).fill(1.5 * 0.4));
    logDensity(m, x, new Float64Array(2).fill(0.4)).forEach((l, i) =>
      expect(density[i]).toBeCloseTo(l - 2 * Math.log(1.5), 10)
    );
  });

  test("standardised, it has mean 0 and variance 1", () => {
    const {mean, variance} = mixtureMoments(standardisedMixture(m));
    for (const v of mean) expect(Math.abs(v)).toBeLessThan(1e-14);
    expect(variance).toBeCloseTo(1, 13);
  });
});

test("a single point is moved to 0 and not scaled", () => {
  const {means, variances} = standardisedMixture(gaussianMixture([{mean: [3, 4], covariance: 0}]));
  expect([...means, ...variances]).toEqual([0, 0, 0, 0]);
});

test("an axis, a shift and a scale that make no sense are refused", () => {
  expect(() => marginalMixture(round, 2)).toThrow("axis: found 2; expected a whole number from 0 to 1");
  expect(() => scaledMixture(round, [1], 1)).toThrow("shift: found 1 numbers; expected 2");
  expect(() => scaledMixture(round, [1, 1], 0)).toThrow("scale: found 0; expected a number other than 0");
});
