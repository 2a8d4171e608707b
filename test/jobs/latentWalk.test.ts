import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {quiet} from "../../components/compute/job.js";
import type {WorkerContext} from "../../components/compute/protocol.js";
import type {Motion} from "../../components/cryoem/motion.js";
import {takeRows} from "../../components/diffusion/heldOut.js";
import {readNpy} from "../../components/formats/npy.js";
import {readLatents} from "../../components/formats/z.js";
import {WALKED} from "../../components/jobs/decodedWalk.js";
import {priorFlow} from "../../components/jobs/models.js";
import {splitOf} from "../../components/jobs/evaluatePrior.js";
import {latentVisits, type LatentVisits} from "../../components/jobs/latentVisits.js";
import {latentWalk, type WalkPart} from "../../components/jobs/latentWalk.js";
import {priorOfFile} from "../../components/jobs/models.js";
import {walkVariance} from "../../components/jobs/walkVariance.js";
import {stationaryVariance, walk, walkStart} from "../../components/samplers/ornsteinUhlenbeck.js";
import {maxDifference} from "../golden.js";

const file = (name: string) => ({
  name,
  bytes: new Uint8Array(readFileSync(new URL(`../../data/trained/linear1d/${name}`, import.meta.url)))
});
const prior = file("prior.safetensors");
const {motion} = JSON.parse(new TextDecoder().decode(file("recipe.json").bytes)) as {motion: Motion};
const {mu} = readLatents(file("z.pkl").bytes, "z.pkl");
const [n, d] = mu.shape;
const rows = splitOf(priorOfFile(prior), n, prior.name).heldOut;
const latents = takeRows(mu.data, d, rows);
const all = readNpy(file("state.npy").bytes, "state.npy").data;
const states = Int32Array.from(rows, (row) => Number(all[row]));
const set = {prior, latents, d, states};

function told<T>(): {parts: T[]; context: WorkerContext<T>} {
  const parts: T[] = [];
  return {parts, context: {...quiet, partial: (part) => void parts.push(part)}};
}

test("a walk's places are those of the base walk, decoded, with the states of their nearest encodings, in parts that follow each other", async () => {
  const {parts, context} = told<WalkPart>();
  const options = {dt: 0.1, kind: "euler" as const, seed: 3};
  const start = performance.now();
  expect(await latentWalk({...set, ...options, steps: 39}, context)).toBe(40);
  console.log(`latent walk: ${((performance.now() - start) / 40).toFixed(1)} ms a step, all told`);
  expect(parts.map(({first}) => first)).toEqual([0, 16, 32]);
  const base = {...options, walkers: 1, d};
  const from = walkStart(base);
  const expected = [...from.z, ...walk(from, 39, base).z];
  const encoding = parts.flatMap((part) => [...part.encoding]);
  expect(encoding).toEqual(expected);
  const z = Float64Array.from(parts.flatMap((part) => [...part.z]));
  expect(
    maxDifference(await priorFlow(prior, d, WALKED).decode(Float64Array.from(encoding)), z)
  ).toBeLessThan(1e-9);
  const found = parts.flatMap((part) => [...part.states!]);
  expect(found).toHaveLength(40);
  for (const i of [0, 20, 39]) {
    let best = 0;
    const distance = (row: number) => {
      let sum = 0;
      for (let c = 0; c < d; ++c) sum += (latents[row * d + c] - z[i * d + c]) ** 2;
      return sum;
    };
    for (let row = 1; row < rows.length; ++row) if (distance(row) < distance(best)) best = row;
    expect(found[i]).toBe(states[best]);
  }
  // a walk through the prior stays with the data, but for the part in a hundred of the encodings that don't either, and some
  const quantile = parts.flatMap((part) => [...part.quantile]);
  expect(quantile.filter((q) => q > 0.99).length).toBeLessThan(8);
});

test("without states there are none; encodings of another dimension are refused by name", async () => {
  const {parts, context} = told<WalkPart>();
  const input = {prior, latents, d, dt: 0.1, kind: "exact" as const, seed: 1, steps: 2};
  await latentWalk(input, context);
  expect(parts[0].states).toBeUndefined();
  const short = {...input, latents: latents.subarray(0, 700), d: 7};
  await expect(latentWalk(short, context)).rejects.toThrow("|z|: found 8; expected 7");
});

test("the shares of time in linear1d's states match the encodings' within sampling error, and those of a walk that is too wide don't", async () => {
  const input = {...set, motion, seed: 1, walkers: 4, steps: 150, dt: 2};
  const {parts, context} = told<LatentVisits>();
  const start = performance.now();
  const {test: exact, names, series} = await latentVisits({...input, kind: "exact"}, context);
  console.log(
    `visits: 600 steps in ${((performance.now() - start) / 1000).toFixed(1)} s, worth ${exact.effective.toFixed(0)} draws, p = ${exact.p.toFixed(3)}`
  );
  expect(names).toHaveLength(10);
  expect(names[0]).toMatch(/^−\d+ to −\d+°$/);
  expect(series.map((s) => s.length)).toEqual([150, 150, 150, 150]);
  expect(exact.steps).toBe(600);
  expect(exact.states.reduce((sum, {share}) => sum + share, 0)).toBeCloseTo(1, 12);
  // seeded: one seed in a thousand would be this far off by chance
  expect(exact.p).toBeGreaterThan(1e-3);
  const {test: wide} = await latentVisits({...input, kind: "euler", dt: 3.6}, context);
  expect(wide.p).toBeLessThan(1e-3);
  expect(parts.every((part) => part.series[0].length <= 150)).toBe(true);
});

test("variances are measured where theory has them, for both steps, within their stated errors", async () => {
  const dts = [0.05, 0.5, 2, 3.5];
  const found = await walkVariance({kinds: ["euler", "exact"], dts, numbers: 40_000, seed: 2}, quiet);
  expect(found.map(({kind, dt}) => [kind, dt])).toEqual(["euler", "exact"].flatMap((kind) => dts.map((dt) => [kind, dt]))); // prettier-ignore
  for (const {kind, dt, variance, error} of found) {
    expect(Math.abs(variance - stationaryVariance(kind, dt))).toBeLessThan(3.5 * error);
    expect(error).toBeLessThan(0.1 * variance);
  }
});
