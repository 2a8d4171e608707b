import {expect, it} from "vitest";
import {jobContext} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {EDM} from "../../components/diffusion/edm.js";
import {gaussianMixture, mixtureDenoiser} from "../../components/diffusion/gaussianMixture.js";
import {defaultPrior, initialPrior} from "../../components/diffusion/prior.js";
import {samplePrior} from "../../components/jobs/samplePrior.js";

const standardisation = {mean: Float64Array.of(4, -3), deviation: Float64Array.of(2, 0.1)};
const prior = initialPrior(
  {...defaultPrior, zdim: 2, layers: 2, width: 32, edm: EDM},
  standardisation,
  random(1)
);

it("gives sample i the same whatever the batch, the range and the number of samples", async () => {
  const whole = await samplePrior(prior, {n: 300, seed: 5});
  const batches = await samplePrior(prior, {n: 300, seed: 5, batchSize: 70});
  const range = await samplePrior(prior, {n: 20, first: 190, seed: 5});
  expect(batches).toEqual(whole);
  expect([...range.z]).toEqual([...whole.z.subarray(380, 420)]);
  expect((await samplePrior(prior, {n: 2, seed: 6})).z).not.toEqual(whole.z.subarray(0, 4));
});

it("returns samples in the latents' units", async () => {
  const denoiser = mixtureDenoiser(gaussianMixture([{mean: [0, 0], covariance: 1}]));
  const {z} = await samplePrior(prior, {n: 2000, seed: 7}, undefined, undefined, denoiser);
  for (const j of [0, 1]) {
    const column = z.filter((_, i) => i % 2 === j);
    const mean = column.reduce((a, b) => a + b) / 2000;
    const deviation = Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / 2000);
    expect(Math.abs(mean - standardisation.mean[j])).toBeLessThan(0.08 * standardisation.deviation[j]);
    expect(Math.abs(deviation / standardisation.deviation[j] - 1)).toBeLessThan(0.05);
  }
});

it("hands out what it has after each batch, and stops between two", async () => {
  const stop = new AbortController();
  const sizes: number[] = [];
  const run = samplePrior(
    prior,
    {n: 90, seed: 8, batchSize: 30},
    jobContext(stop.signal, (done) => void (done === 60 && stop.abort(new Error("stop")))),
    ({z}) => sizes.push(z.length / 2)
  );
  await expect(run).rejects.toThrow("stop");
  expect(sizes).toEqual([30, 60]);
});
