import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {mixtureMoments} from "../../components/diffusion/derivedMixture.js";
import {
  gaussianMixture,
  logDensity,
  mixtureDenoiser,
  sampleMixture
} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {leastLoss} from "../../components/diffusion/leastLoss.js";
import {numericalScore} from "../../components/diffusion/numericalScore.js";
import {posteriorMixture} from "../../components/diffusion/posterior.js";
import {preconditionings, type Parameterisation} from "../../components/diffusion/preconditioning.js";
import {learnableSquare, targetSquare} from "../../components/diffusion/trainingTarget.js";

const cases = Object.entries(laws).flatMap(([key, {mixture}]) =>
  [0.03, 0.4, 3].map((sigma) => ({key, mixture, sigma}))
);

/** Points as they come: data with noise. */
function noisy(mixture: (typeof cases)[number]["mixture"], sigma: number, n: number) {
  const rng = random(7);
  const x = sampleMixture(mixture, n, rng);
  return x.map((v) => v + sigma * rng.normal());
}

describe("the posterior of a mixture", () => {
  test.each(cases)("$key, sigma $sigma: its mean is the denoiser's answer", ({mixture, sigma}) => {
    const d = mixture.dimension;
    const x = noisy(mixture, sigma, 20);
    const D = mixtureDenoiser(mixture)(x, new Float64Array(20).fill(sigma));
    for (let i = 0; i < 20; ++i) {
      const {mean} = mixtureMoments(posteriorMixture(mixture, x.subarray(i * d, (i + 1) * d), sigma));
      for (let j = 0; j < d; ++j) expect(mean[j]).toBeCloseTo(D[i * d + j], 10);
    }
  });

  test.each(cases)("$key, sigma $sigma: Bayes' rule, point by point", ({mixture, sigma}) => {
    const d = mixture.dimension;
    const x = noisy(mixture, sigma, 5);
    const x0 = sampleMixture(mixture, 5, random(8));
    const no = new Float64Array(1);
    for (let i = 0; i < 5; ++i) {
      const [a, b] = [x, x0].map((v) => v.slice(i * d, (i + 1) * d));
      const left = logDensity(posteriorMixture(mixture, a, sigma), b, no)[0];
      const distance = a.reduce((sum, v, j) => sum + (v - b[j]) ** 2, 0);
      const likelihood = -distance / (2 * sigma ** 2) - (d / 2) * Math.log(2 * Math.PI * sigma ** 2);
      const right =
        logDensity(mixture, b, no)[0] + likelihood - logDensity(mixture, a, Float64Array.of(sigma))[0];
      expect(Math.abs(left - right)).toBeLessThan(1e-8 * Math.max(1, Math.abs(right)));
    }
  });

  test("refuses what is no point and no level", () => {
    expect(() => posteriorMixture(laws.ring.mixture, [1], 1)).toThrow("x: found 1 coordinates; expected 2");
    expect(() => posteriorMixture(laws.ring.mixture, [1, 1], 0)).toThrow("sigma: found 0");
  });
});

test.each(cases)("$key, sigma $sigma: (D - x) / sigma^2 is the gradient of log p", ({mixture, sigma}) => {
  const d = mixture.dimension;
  const x = noisy(mixture, sigma, 20);
  const D = mixtureDenoiser(mixture)(x, new Float64Array(20).fill(sigma));
  for (let i = 0; i < 20; ++i) {
    const gradient = numericalScore(mixture, x.subarray(i * d, (i + 1) * d), sigma);
    for (let j = 0; j < d; ++j) {
      const exact = (D[i * d + j] - x[i * d + j]) / sigma ** 2;
      expect(Math.abs(gradient[j] - exact) * sigma).toBeLessThan(1e-6);
    }
  }
});

describe("what a network is asked for", () => {
  const mixture = gaussianMixture([
    {mean: [-1, 0.3], covariance: 0.04},
    {weight: 2, mean: [0.8, 0], covariance: 0.3}
  ]);
  const {mean, variance} = mixtureMoments(mixture);
  const second = variance + mean.reduce((sum, v) => sum + v * v, 0) / 2;

  test.each(
    (Object.keys(preconditionings) as Parameterisation[]).flatMap((kind) =>
      [0.05, 0.7, 9].map((sigma) => [kind, sigma] as const)
    )
  )("%s at sigma %d: both mean squares are those of draws", (kind, sigma) => {
    const c = preconditionings[kind](sigma, 0.8);
    const n = 40_000;
    const rng = random(3);
    const x0 = sampleMixture(mixture, n, rng);
    const x = x0.map((v) => v + sigma * rng.normal());
    const D = mixtureDenoiser(mixture)(x, new Float64Array(n).fill(sigma));
    const square = (f: (i: number) => number) => x.reduce((sum, _, i) => sum + f(i) ** 2, 0) / x.length;
    const target = square((i) => (x0[i] - c.c_skip * x[i]) / c.c_out);
    const output = square((i) => (D[i] - c.c_skip * x[i]) / c.c_out);
    const least = leastLoss(mixture, [sigma], random(4), n).mean[0];
    expect(targetSquare(c, sigma, second) / target).toBeCloseTo(1, 1);
    // what is left of two large numbers is as uncertain as they are
    const tolerance = 0.03 * targetSquare(c, sigma, second);
    expect(Math.abs(learnableSquare(c, sigma, {second, least}) - output)).toBeLessThan(tolerance);
  });

  test("EDM's is 1 at every level for data of deviation sigma_data", () => {
    for (const sigma of [1e-3, 0.1, 1, 50])
      expect(targetSquare(preconditionings.F(sigma, 0.5), sigma, 0.25)).toBeCloseTo(1, 9);
  });
});
