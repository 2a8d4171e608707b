import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {
  gaussianMixture,
  generalDenoiser,
  generalLogDensity,
  logDensity,
  mixtureDenoiser
} from "../../components/diffusion/gaussianMixture.js";
import {isIsotropic} from "../../components/diffusion/isotropicMixture.js";

const isotropic = (K: number, d: number, variance: (k: number) => number) => {
  const rng = random(K, d);
  return gaussianMixture(
    Array.from({length: K}, (_, k) => ({
      weight: 1 + (k % 3),
      mean: Array.from({length: d}, () => rng.normal()),
      covariance: variance(k)
    }))
  );
};

const closest = (a: Float64Array, b: Float64Array) =>
  a.forEach((v, i) => expect(Math.abs(v - b[i])).toBeLessThan(1e-12 * Math.max(1, Math.abs(b[i]))));

describe("an isotropic mixture", () => {
  test.each([1, 2, 3, 8])("in %i-D answers as the general path does, at every noise level", (d) => {
    for (const [K, variance] of [
      [1, () => 0.3],
      [8, () => 0.02],
      [300, (k: number) => 0.001 * (1 + (k % 7))],
      [5, () => 0] // point masses
    ] as const) {
      const m = isotropic(K, d, variance);
      expect(isIsotropic(m)).toBe(true);
      const rng = random(3);
      for (const level of [0.01, 0.1, 1, 80]) {
        const n = 40;
        const x = rng.fillNormal(new Float64Array(n * d)).map((v) => 2 * v * Math.hypot(1, level));
        // levels that repeat, and one that doesn't
        const sigma = new Float64Array(n).fill(level).fill(1.5 * level, n / 2, n / 2 + 1);
        closest(mixtureDenoiser(m)(x, sigma), generalDenoiser(m)(x, sigma));
        closest(logDensity(m, x, sigma), generalLogDensity(m, x, sigma));
      }
    }
  });

  test("far from all components is at the nearest", () => {
    const m = gaussianMixture([{mean: [0, 0], covariance: 0}, {mean: [1, 1], covariance: 0}]); // prettier-ignore
    expect([...mixtureDenoiser(m)(Float64Array.of(1e6, 1e6), Float64Array.of(0.01))]).toEqual([1, 1]);
  });

  test("takes no part of a component of weight 0", () => {
    const m = gaussianMixture([{mean: [3], covariance: 0.1}, {weight: 0, mean: [0], covariance: 0.1}]); // prettier-ignore
    const alone = gaussianMixture([{mean: [3], covariance: 0.1}]);
    const [x, sigma] = [Float64Array.of(0), Float64Array.of(0.2)];
    expect(mixtureDenoiser(m)(x, sigma)[0]).toBe(mixtureDenoiser(alone)(x, sigma)[0]);
    expect(logDensity(m, x, sigma)[0]).toBe(logDensity(alone, x, sigma)[0]);
  });
});

test("variances that differ within a component, or axes, are not isotropic", () => {
  const m = isotropic(3, 2, () => 0.1);
  expect(isIsotropic({...m, variances: Float64Array.of(0.1, 0.1, 0.1, 0.2, 0.1, 0.1)})).toBe(false);
  expect(isIsotropic(gaussianMixture([{mean: [0, 0], covariance: [[1, 0], [0, 1]]}]))).toBe(false); // prettier-ignore
  expect(isIsotropic({...m, variances: Float64Array.of(0.1, 0.1, 0.2, 0.2, 0.3, 0.3)})).toBe(true);
});
