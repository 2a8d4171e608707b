import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {
  gaussianMixture,
  logDensity,
  mixtureDenoiser,
  sampleMixture
} from "../../components/diffusion/gaussianMixture.js";
import {logLikelihood} from "../../components/samplers/likelihood.js";

const mixture = gaussianMixture([
  {weight: 2, mean: [-1, 0], covariance: [[0.05, 0.04], [0.04, 0.05]]}, // prettier-ignore
  {weight: 1, mean: [1, 0.5], covariance: [[0.2, 0], [0, 0.01]]}, // prettier-ignore
  {weight: 1, mean: [0.5, -1], covariance: [[0.02, 0], [0, 0.02]]} // prettier-ignore
]);
const n = 40;
const sigma_min = 0.002;

test("the ODE's log density is the mixture's, within 1e-3 nats", async () => {
  const x = sampleMixture(mixture, n, random(1));
  const exact = logDensity(mixture, x, new Float64Array(n).fill(sigma_min));
  const {logDensity: found, evaluations} = await logLikelihood(mixtureDenoiser(mixture), x, n);
  let worst = 0;
  found.forEach((v, i) => (worst = Math.max(worst, Math.abs(v - exact[i]))));
  console.log(
    `largest error ${worst.toExponential(1)} nats, ${(evaluations.reduce((a, b) => a + b) / n).toFixed(0)} denoiser calls a point`
  );
  expect(worst).toBeLessThan(1e-3);
  expect(evaluations.every((e) => e % 5 === 0)).toBe(true); // 1 + 2 d calls an evaluation
});

test("the estimate along random directions is right on average", async () => {
  const x = Float64Array.of(-0.9, 0.1);
  const exact = logDensity(mixture, x, Float64Array.of(sigma_min))[0];
  const many = 200;
  const copies = Float64Array.from({length: 2 * many}, (_, i) => x[i % 2]);
  const options = {rng: random(3), rtol: 1e-4, atol: 1e-4};
  const {logDensity: found} = await logLikelihood(mixtureDenoiser(mixture), copies, many, options);
  const mean = found.reduce((a, b) => a + b) / many;
  const error = Math.sqrt(found.reduce((a, b) => a + (b - mean) ** 2, 0) / many / (many - 1));
  expect(error).toBeGreaterThan(0);
  expect(Math.abs(mean - exact)).toBeLessThan(4 * error + 1e-3);
});

test("in 8 dimensions, one normal law", async () => {
  const d = 8;
  const gaussian = gaussianMixture([{mean: new Float64Array(d).fill(0.3), covariance: 0.5}]);
  const x = sampleMixture(gaussian, 5, random(2));
  const exact = logDensity(gaussian, x, new Float64Array(5).fill(sigma_min));
  const {logDensity: found} = await logLikelihood(mixtureDenoiser(gaussian), x, 5);
  found.forEach((v, i) => expect(Math.abs(v - exact[i])).toBeLessThan(2e-3));
});
