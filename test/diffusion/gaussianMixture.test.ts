import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {constantSigma, score} from "../../components/diffusion/denoiser.js";
import {
  gaussianMixture,
  logDensity,
  mixtureDenoiser,
  sampleMixture
} from "../../components/diffusion/gaussianMixture.js";

const covariance = [
  [0.5, 0.2, 0],
  [0.2, 0.3, -0.1],
  [0, -0.1, 0.4]
];
const mixture = gaussianMixture([
  {weight: 3, mean: [1, 0, -1], covariance},
  {weight: 1, mean: [-2, 0.5, 0.3], covariance: 0.09}
]);

describe("Gaussian mixture", () => {
  it("has a denoiser whose score is the gradient of the log density", async () => {
    const x = random(1).fillNormal(new Float64Array(12));
    const sigma = Float64Array.of(0.1, 0.5, 2, 20);
    const s = await score(mixtureDenoiser(mixture), x, sigma);
    for (let i = 0; i < x.length; ++i) {
      const h = 1e-5;
      const moved = (by: number) => logDensity(mixture, x.map((v, k) => (k === i ? v + by : v)), sigma); // prettier-ignore
      const slope = (moved(h)[Math.floor(i / 3)] - moved(-h)[Math.floor(i / 3)]) / (2 * h);
      expect(s[i]).toBeCloseTo(slope, 6);
    }
  });

  it("has a density that integrates to one", () => {
    const m = gaussianMixture([
      {mean: [0, 0], covariance: [[0.4, 0.3], [0.3, 0.5]]}, // prettier-ignore
      {weight: 2, mean: [1, -1], covariance: 0.2}
    ]);
    const h = 0.1;
    const points = Float64Array.from({length: 120 * 120 * 2}, (_, i) => {
      const cell = i >> 1;
      return -6 + h * (i % 2 ? cell % 120 : Math.floor(cell / 120));
    });
    for (const sigma of [0, 0.5]) {
      const p = logDensity(m, points, constantSigma(120 * 120, sigma)).map(Math.exp);
      expect(h * h * p.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
  });

  it("is the posterior mean of a single Gaussian, and the data set's softmax for point masses", () => {
    const one = mixtureDenoiser(gaussianMixture([{mean: [2], covariance: 4}]));
    expect(one(Float64Array.of(7), Float64Array.of(1))[0]).toBeCloseTo(2 + (4 / 5) * 5, 12);
    const points = mixtureDenoiser(gaussianMixture([{mean: [0], covariance: 0}, {mean: [1], covariance: 0}])); // prettier-ignore
    const [x, sigma] = [0.8, 0.6];
    const [w0, w1] = [0, 1].map((p) => Math.exp(-((x - p) ** 2) / (2 * sigma ** 2)));
    expect(points(Float64Array.of(x), Float64Array.of(sigma))[0]).toBeCloseTo(w1 / (w0 + w1), 12);
    expect(points(Float64Array.of(400), Float64Array.of(0.01))[0]).toBe(1);
  });

  it("draws samples with its own mean, covariance and weights", () => {
    const n = 40000;
    const labels = new Int32Array(n);
    const x = sampleMixture(mixture, n, random(2), labels);
    expect(Math.abs(labels.reduce((a, b) => a + b) / n - 0.25)).toBeLessThan(0.01);
    const first = [...labels.keys()].filter((i) => labels[i] === 0);
    const mean = [0, 1, 2].map((j) => first.reduce((sum, i) => sum + x[i * 3 + j], 0) / first.length);
    [1, 0, -1].forEach((m, j) => expect(Math.abs(mean[j] - m)).toBeLessThan(0.02));
    for (let a = 0; a < 3; ++a) {
      for (let b = 0; b < 3; ++b) {
        const c = first.reduce((sum, i) => sum + (x[i * 3 + a] - mean[a]) * (x[i * 3 + b] - mean[b]), 0) / first.length; // prettier-ignore
        expect(Math.abs(c - covariance[a][b])).toBeLessThan(0.015);
      }
    }
  });

  it("refuses what isn't a covariance", () => {
    expect(() => gaussianMixture([{mean: [0, 0], covariance: [[1, 2], [0, 1]]}])).toThrow("symmetric"); // prettier-ignore
    expect(() => gaussianMixture([{mean: [0, 0], covariance: [[1, 2], [2, 1]]}])).toThrow("negative eigenvalue"); // prettier-ignore
  });
});
