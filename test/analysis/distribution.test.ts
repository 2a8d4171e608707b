import {expect, test} from "vitest";
import {
  kolmogorovSmirnov,
  ksBound,
  mixtureCdf,
  wasserstein1
} from "../../components/analysis/distribution.js";
import {normalCdf} from "../../components/compute/normalCdf.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, logDensity, sampleMixture} from "../../components/diffusion/gaussianMixture.js";

const mixture = gaussianMixture([
  {weight: 1, mean: [-1], covariance: 0.04},
  {weight: 3, mean: [0.5], covariance: 0.25}
]);

test("the normal distribution function, against tabled values and its own symmetry", () => {
  const table = [[0, 0.5], [1, 0.8413447461], [-1.96, 0.0249978951], [3, 0.9986501020], [-5, 2.866516e-7]]; // prettier-ignore
  for (const [z, p] of table) expect(Math.abs(normalCdf(z) - p)).toBeLessThan(1e-7);
  for (const z of [0.1, 0.9, 2.2]) expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 12);
});

test("a mixture's distribution function is the integral of its density, with noise and scale", () => {
  const [scale, noise] = [0.6, 0.8];
  const F = mixtureCdf(mixture, {scale, noise});
  const step = 1e-3;
  let sum = 0;
  for (let x = -8; x < 1; x += step) {
    const at = (x + step / 2) / scale;
    sum +=
      (Math.exp(logDensity(mixture, Float64Array.of(at), Float64Array.of(noise / scale))[0]) / scale) * step;
  }
  expect(sum).toBeCloseTo(F(1), 5);
  expect(() => mixtureCdf(gaussianMixture([{mean: [0, 0], covariance: 1}]), {scale: 1, noise: 0})).toThrow(
    "mixture: found 2 dimensions; expected 1"
  );
});

test("W1 of a shift is its length, and of two deviations their difference times the mean of |z|", () => {
  const F = mixtureCdf(mixture, {scale: 1, noise: 0.1});
  expect(wasserstein1(F, (x) => F(x - 0.3), [-5, 5], 2000)).toBeCloseTo(0.3, 4);
  const G = (deviation: number) => (x: number) => normalCdf(x / deviation);
  expect(wasserstein1(G(1), G(1.5), [-9, 9], 2000)).toBeCloseTo(0.5 * Math.sqrt(2 / Math.PI), 4);
});

test("Kolmogorov and Smirnov's statistic: by hand, below its bound for the right law in 19 of 20, far above for another", () => {
  const uniform = (x: number) => Math.max(0, Math.min(1, x));
  expect(kolmogorovSmirnov([0.1, 0.6, 0.7, 0.9], uniform)).toBeCloseTo(0.35, 12); // just before 0.6, 1/4 of the sample
  const F = mixtureCdf(mixture, {scale: 1, noise: 0});
  const n = 500;
  const found = Array.from({length: 200}, (_, i) =>
    kolmogorovSmirnov(sampleMixture(mixture, n, random(i)), F)
  );
  const beyond = found.filter((v) => v > ksBound(n)).length;
  expect(beyond).toBeLessThanOrEqual(20); // 10 expected, deviation 3
  const wide = mixtureCdf(mixture, {scale: 1, noise: 1.2});
  expect(kolmogorovSmirnov(sampleMixture(mixture, n, random(0)), wide)).toBeGreaterThan(1.5 * ksBound(n));
});
