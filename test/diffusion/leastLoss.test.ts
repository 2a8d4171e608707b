import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {denoiserLoss, leastLoss} from "../../components/diffusion/leastLoss.js";

const levels = [0.02, 0.3, 1, 4, 50];

test("of one Gaussian is c^2 sigma^2 / (c^2 + sigma^2) a dimension", () => {
  const mixture = gaussianMixture([{mean: [1, 2, 3], covariance: 0.49}]);
  const {sigma, mean, error} = leastLoss(mixture, levels, random(1));
  expect([...sigma]).toEqual(levels);
  levels.forEach((s, i) => {
    const expected = (0.49 * s * s) / (0.49 + s * s);
    expect(error[i] / expected).toBeLessThan(0.02);
    expect(Math.abs(mean[i] - expected)).toBeLessThan(4 * error[i]);
  });
});

test("of two peaks is the quadrature of the posterior variance", () => {
  // x_0 = +-1, each with variance v: given x, |x_0 - D|^2 on average, summed over a grid of x
  const v = 0.01;
  const mixture = gaussianMixture([-1, 1].map((mean) => ({mean: [mean], covariance: v})));
  const {mean, error} = leastLoss(mixture, levels, random(2), 20_000);
  levels.forEach((s, i) => {
    const w = v + s * s;
    let sum = 0;
    const [n, edge] = [20_000, 1 + 8 * Math.sqrt(w)];
    for (let k = 0; k < n; ++k) {
      const x = -edge + ((k + 0.5) / n) * 2 * edge;
      const p = [-1, 1].map((m) => Math.exp(-((x - m) ** 2) / (2 * w)) / Math.sqrt(2 * Math.PI * w) / 2);
      const at = [-1, 1].map((m) => m + (v / w) * (x - m));
      const density = p[0] + p[1];
      if (density === 0) continue;
      const D = (p[0] * at[0] + p[1] * at[1]) / density;
      const variance = (v * s * s) / w + (p[0] * (at[0] - D) ** 2 + p[1] * (at[1] - D) ** 2) / density;
      sum += density * variance * ((2 * edge) / n);
    }
    expect(Math.abs(mean[i] - sum), `sigma ${s}`).toBeLessThan(4 * error[i] + 1e-5);
  });
});

test("lies below that of any other denoiser, and is that of the exact one", async () => {
  const mixture = gaussianMixture([
    {mean: [-1, 0], covariance: 0.02},
    {mean: [1, 0.5], covariance: 0.2}
  ]);
  const x0 = sampleMixture(mixture, 4096, random(3));
  const floor = leastLoss(mixture, levels, random(3));
  const exact = mixtureDenoiser(mixture);
  const same = await denoiserLoss(exact, x0, 2, levels, random(4));
  const linear = await denoiserLoss((x, s) => x.map((v, i) => v / (1 + s[Math.floor(i / 2)] ** 2)), x0, 2, levels, random(4)); // prettier-ignore
  levels.forEach((_, i) => {
    expect(Math.abs(same.mean[i] - floor.mean[i])).toBeLessThan(
      5 * Math.hypot(same.error[i], floor.error[i])
    );
    expect(linear.mean[i]).toBeGreaterThan(same.mean[i]);
  });
});
