import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {samplingLevels} from "../../components/diffusion/network.js";
import {priorDenoiser} from "../../components/diffusion/prior.js";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {unstandardise} from "../../components/diffusion/standardise.js";
import {readLatents} from "../../components/formats/z.js";
import {latentFlow} from "../../components/samplers/latentFlow.js";
import {maxDifference} from "../golden.js";

const mixture = gaussianMixture([
  {weight: 2, mean: [-1, 0], covariance: [[0.05, 0.04], [0.04, 0.05]]}, // prettier-ignore
  {weight: 1, mean: [1, 0.5], covariance: [[0.2, 0], [0, 0.02]]}, // prettier-ignore
  {weight: 1, mean: [0.5, -1], covariance: [[0.02, 0], [0, 0.02]]} // prettier-ignore
]);
const standardisation = {mean: Float64Array.of(4, -3), deviation: Float64Array.of(2, 0.1)};

test("a mixture's latents come back within 1e-3 deviations, whatever the batch", async () => {
  const flow = latentFlow(mixtureDenoiser(mixture), {standardisation, batchSize: 30});
  const z = unstandardise(sampleMixture(mixture, 100, random(1)), standardisation);
  const back = await flow.decode(await flow.encode(z));
  let worst = 0;
  z.forEach((v, i) => (worst = Math.max(worst, Math.abs(v - back[i]) / standardisation.deviation[i % 2])));
  console.log(`round trip on a mixture: ${worst.toExponential(1)} deviations`);
  expect(worst).toBeLessThan(1e-3);
  const whole = await latentFlow(mixtureDenoiser(mixture), {standardisation}).encode(z);
  expect(maxDifference(await flow.encode(z), whole)).toBe(0);
});

test("encodings of the law's latents are of N(0, I), and decode to its law", async () => {
  const flow = latentFlow(mixtureDenoiser(mixture), {standardisation, rtol: 1e-3, atol: 1e-3});
  const n = 2000;
  const z = unstandardise(sampleMixture(mixture, n, random(2)), standardisation);
  const encoding = await flow.encode(z);
  for (const c of [0, 1]) {
    const column = encoding.filter((_, i) => i % 2 === c);
    expect(Math.abs(column.reduce((a, v) => a + v, 0) / n)).toBeLessThan(4 / Math.sqrt(n));
    const square = column.reduce((a, v) => a + v * v, 0) / n;
    expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    const fourth = column.reduce((a, v) => a + v ** 4, 0) / n;
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  }
});

test("the shipped prior's latents come back within 1e-2 deviations", async () => {
  const file = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../../data/trained/linear1d/${name}`, import.meta.url)));
  const prior = readPrior(file("prior.safetensors"), "prior.safetensors");
  const flow = latentFlow(priorDenoiser(prior), {
    standardisation: prior.standardisation,
    ...samplingLevels(prior.config)
  });
  const d = flow.dimension;
  const z = Float64Array.from(readLatents(file("z.pkl"), "z.pkl").mu.data.subarray(0, 50 * d));
  const start = performance.now();
  const back = await flow.decode(await flow.encode(z));
  const errors = z.map((v, i) => Math.abs(v - back[i]) / prior.standardisation.deviation[i % d]).sort();
  console.log(
    `round trip on linear1d's prior: median ${errors[errors.length >> 1].toExponential(1)}, largest ${errors.at(-1)!.toExponential(1)} deviations, ${((performance.now() - start) / 50).toFixed(1)} ms a latent`
  );
  expect(errors.at(-1)).toBeLessThan(1e-2);
});

test("says what doesn't fit", async () => {
  const flow = latentFlow(mixtureDenoiser(mixture), {standardisation});
  await expect(flow.encode(new Float64Array(3))).rejects.toThrow(
    "points: found 3 numbers; expected rows of 2"
  );
});
