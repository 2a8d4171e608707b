import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {medianBandwidth, mmd} from "../../components/analysis/mmd.js";
import {quiet} from "../../components/compute/job.js";
import {heldOut, takeRows} from "../../components/diffusion/heldOut.js";
import {readLatents} from "../../components/formats/z.js";
import {priorOfFile} from "../../components/jobs/models.js";
import {regularisedSamples} from "../../components/jobs/regularisedSamples.js";
import {samplePrior, type PriorSamples} from "../../components/jobs/samplePrior.js";

const read = (name: string) => new Uint8Array(readFileSync(new URL(`../../data/trained/linear1d/${name}`, import.meta.url))); // prettier-ignore
const prior = {name: "prior.safetensors", bytes: read("prior.safetensors")};
const {mu} = readLatents(read("z.pkl"), "z.pkl");
const d = mu.shape[1];
const encodings = Float64Array.from(takeRows(mu.data, d, heldOut(mu.shape[0], 1).heldOut.subarray(0, 1000)));
const draw = (n: number, steps: number, b: number, seed = 1) => {
  const parts: PriorSamples[] = [];
  return {parts, done: regularisedSamples({prior, n, seed, steps, b}, {...quiet, partial: (part) => void parts.push(part)})}; // prettier-ignore
};

test("without its Langevin term regularised sampling is the ODE, whose samples the adaptive steps give too", async () => {
  const {z, evaluations} = await draw(20, 400, 0).done;
  const {prior: weights, denoiser} = priorOfFile(prior);
  const exact = await samplePrior(
    weights,
    {n: 20, seed: 1, rtol: 1e-6, atol: 1e-6},
    quiet,
    undefined,
    denoiser
  );
  const off = z.map((v, i) => Math.abs(v - exact.z[i])).sort();
  expect(off[off.length >> 1]).toBeLessThan(0.02); // steps of order 1
  expect(evaluations[0]).toBe(400);
});

test("with its term the samples are near the encodings, the nearer the more steps, and come in parts", async () => {
  const width = medianBandwidth(encodings, d);
  const distance = async (steps: number, b: number) => mmd((await draw(1000, steps, b, 3).done).z, encodings, d, width); // prettier-ignore
  const found = await Promise.all([distance(12, 0), distance(12, 1), distance(60, 0.5)]);
  console.log(`linear1d: MMD ${found[0].toFixed(4)} by 12 steps of the ODE alone, ${found[1].toFixed(4)} with the term at b = 1; ${found[2].toFixed(4)} by 60 steps at b = 0.5`); // prettier-ignore
  // N(0, I) is 0.43 away, two parts of the encodings 0.04; a strong term wants more than 12 steps
  expect(found[1]).toBeLessThan(0.2);
  expect(found[2]).toBeLessThan(0.05);
  const {parts, done} = draw(600, 4, 0.5);
  const all = await done;
  expect(parts.map(({z}) => z.length / d)).toEqual([512, 600]);
  expect(parts[1].z).toEqual(all.z);
  expect((await draw(600, 4, 0.5).done).z).toEqual(all.z); // a seed gives one set
});

test("steps and strengths that make no sense are refused", async () => {
  await expect(draw(3, 1, 0.5).done).rejects.toThrow("steps: found 1; expected a whole number from 2");
  await expect(draw(3, 8, NaN).done).rejects.toThrow("b: found NaN");
});
