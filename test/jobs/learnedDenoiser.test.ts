import {expect, test} from "vitest";
import {jobContext} from "../../components/compute/job.js";
import type {WorkerContext} from "../../components/compute/protocol.js";
import {random} from "../../components/compute/random.js";
import {elbo} from "../../components/diffusion/elbo.js";
import {EDM} from "../../components/diffusion/edm.js";
import {objectiveOf} from "../../components/diffusion/objective.js";
import {chainOf} from "../../components/diffusion/objectiveLevels.js";
import {defaultObjectives} from "../../components/diffusion/objectiveSpec.js";
import {objectiveValue} from "../../components/diffusion/objectiveValue.js";
import {initialPrior, priorDenoiser} from "../../components/diffusion/prior.js";
import {standardise, unstandardise} from "../../components/diffusion/standardise.js";
import {
  evaluateDenoiser,
  learnedElbo,
  learnedObjectives,
  learnedSamples
} from "../../components/jobs/learnedDenoiser.js";
import {maxDifference} from "../golden.js";

const config = {zdim: 2, layers: 2, width: 16, noisePairs: 4, edm: EDM};
const scale = {mean: Float64Array.of(1, -2), deviation: Float64Array.of(0.5, 3)};
const prior = initialPrior(config, scale, random(1));
const {parameters, standardisation} = prior;
const context: WorkerContext = {...jobContext(), partial: () => {}};
const x = random(2).fillNormal(new Float64Array(600));

test("gives the network's D in the latents' units, at one level or one a row", async () => {
  const levels = new Float64Array(300).fill(0.7);
  const D = await evaluateDenoiser({key: "a", prior, x, sigma: 0.7});
  const expected = await priorDenoiser(prior)(standardise(x, scale), levels);
  expect(D).toEqual(unstandardise(expected, scale));
  expect(await evaluateDenoiser({key: "a", x, sigma: levels})).toEqual(D);
  const plain = await evaluateDenoiser({key: "b", prior: {config, parameters}, x, sigma: 0.7});
  expect(plain).toEqual(await priorDenoiser(prior)(x, levels));
});

test("keeps what was sent under a key, the last ones, and says what it has not", async () => {
  for (let i = 0; i < 6; ++i) await evaluateDenoiser({key: `k${i}`, prior: {config, parameters: parameters.map((v) => v * i)}, x, sigma: 1}); // prettier-ignore
  const [zero, five] = [await evaluateDenoiser({key: "k0", x, sigma: 1}), await evaluateDenoiser({key: "k5", x, sigma: 1})]; // prettier-ignore
  expect(
    maxDifference(
      zero,
      x.map((v) => v / 2)
    )
  ).toBeLessThan(1e-12); // F = 0 leaves c_skip x
  expect(maxDifference(five, zero)).toBeGreaterThan(1e-3);
  await evaluateDenoiser({key: "new", prior: {config, parameters, standardisation}, x, sigma: 1});
  await expect(evaluateDenoiser({key: "k1", x, sigma: 1})).rejects.toThrow(/^denoiser: key: found k1; expected one sent before/); // prettier-ignore
  await expect(evaluateDenoiser({key: "new", x: x.subarray(1), sigma: Float64Array.of(1)})).rejects.toThrow(/^denoiser: x: found 599 numbers; expected 1 rows of 2/); // prettier-ignore
  await expect(evaluateDenoiser({key: "bad", prior: {config: {...config, width: 3}, parameters}, x, sigma: 1})).rejects.toThrow(/^denoiser: config.width: found 3/); // prettier-ignore
});

test("samples by Heun's steps what adaptive steps sample, the same for a seed", async () => {
  const input = {key: "s", prior: {config, parameters}, n: 200, seed: 3};
  const by = async (steps?: number) => (await learnedSamples({...input, steps}, context)).z;
  const reference = await by(640);
  const rms = (z: Float64Array) => Math.sqrt(z.reduce((sum, v, i) => sum + (v - reference[i]) ** 2, 0) / z.length); // prettier-ignore
  expect(rms(await by())).toBeLessThan(0.01);
  const errors = [rms(await by(20)), rms(await by(40)), rms(await by(80))];
  for (const i of [0, 1]) expect(errors[i] / errors[i + 1]).toBeGreaterThan(2.5); // order 2
  const again = await learnedSamples({...input, steps: 640}, context);
  expect(again.z).toEqual(reference);
  expect([...new Set(again.evaluations)]).toEqual([2 * 640 - 1]);
});

test("gives the bound and the objectives that its denoiser has", async () => {
  const chain = {kind: "linear", T: 20} as const;
  const bound = await learnedElbo(
    {key: "e", prior: {config, parameters}, chain, x, seed: 4, draws: 30},
    context
  );
  expect(bound).toEqual(await elbo(chainOf(chain), priorDenoiser(prior), x, 2, random(4), {draws: 30}));
  const specs = [defaultObjectives.edm, defaultObjectives.simple, {kind: "variational", chain, variance: "beta"} as const]; // prettier-ignore
  const values = await learnedObjectives({key: "e", objectives: specs, x, seed: 5, draws: 500});
  for (const [i, spec] of specs.entries())
    expect(values[i]).toEqual(await objectiveValue(objectiveOf(spec), priorDenoiser(prior), x, 2, random(5), 500)); // prettier-ignore
});
