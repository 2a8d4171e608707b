import {describe, expect, test} from "vitest";
import {KernelNetwork} from "../../components/compute/kernel/network.js";
import {random} from "../../components/compute/random.js";
import {ddpm, linearBetas, type Ddpm} from "../../components/diffusion/ddpm.js";
import type {ExactDenoiser} from "../../components/diffusion/denoiser.js";
import {lossAndGradient, makeBatch} from "../../components/diffusion/denoisingLoss.js";
import {EDM, lossWeight, precondition, trainingSigma} from "../../components/diffusion/edm.js";
import {loss0, lossStep, type StepVariance} from "../../components/diffusion/elbo.js";
import {gaussianMixture, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {emptySums, levelLosses} from "../../components/diffusion/levelLosses.js";
import {
  networkDenoiser,
  noiseFrequencies,
  objectiveFor,
  parsePriorConfig,
  priorShape,
  samplingLevels,
  type PriorConfig
} from "../../components/diffusion/network.js";
import {objectiveOf} from "../../components/diffusion/objective.js";
import {lambdaTable} from "../../components/diffusion/objectiveLambda.js";
import {densityLevels, scheduleLevels} from "../../components/diffusion/objectiveLevels.js";
import {defaultObjectives, type ObjectiveSpec} from "../../components/diffusion/objectiveSpec.js";
import {objectiveValue} from "../../components/diffusion/objectiveValue.js";
import {fromDenoised} from "../../components/diffusion/parameterisation.js";
import {parameterisations, preconditionings} from "../../components/diffusion/preconditioning.js";
import {initialPrior} from "../../components/diffusion/prior.js";
import {readPrior, writePrior} from "../../components/diffusion/priorFile.js";
import {linearRate, variancePreserving} from "../../components/diffusion/schedule.js";

const T = 40;
const specs: Record<string, ObjectiveSpec> = {
  edm: {kind: "edm"},
  simple: {kind: "simple", chain: {kind: "cosine", T}},
  "variational, beta": {kind: "variational", chain: {kind: "linear", T}, variance: "beta"},
  "variational, beta-tilde": {kind: "variational", chain: {kind: "linear", T}, variance: "betaTilde"},
  "score matching": defaultObjectives.scoreMatching,
  "score matching of tables": {
    kind: "scoreMatching",
    levels: scheduleLevels(variancePreserving(linearRate()), 64),
    lambda: lambdaTable((sigma) => 1 / (0.1 + sigma * sigma), [0.01, 100], 64)
  }
};
const all = Object.entries(specs);
const config: PriorConfig = {zdim: 2, layers: 2, width: 32, noisePairs: 4, edm: EDM};
const scale = {mean: new Float64Array(2), deviation: new Float64Array(2).fill(1)};
const weights = initialPrior(config, scale, random(1));
const network = () => {
  const mlp = new KernelNetwork(priorShape(config), {maxRows: 16});
  mlp.setParameters(weights.parameters);
  return mlp;
};
const data = random(2).fillNormal(new Float32Array(400));
const part = {seed: 3, step: 5, first: 0, count: 60};
const mixture = gaussianMixture([
  {weight: 2, mean: [-0.8, 0.3], covariance: 0.05},
  {mean: [1.2, -0.4], covariance: [[0.3, 0.1], [0.1, 0.1]]}
]); // prettier-ignore
const exact = mixtureDenoiser(mixture);

describe.each(all)("objective %s", (_, objective) => {
  describe.each(parameterisations)("of a network that predicts %s", (parameterisation) => {
    const model: PriorConfig = {...config, objective, parameterisation};

    test("is lambda(sigma) |D - x_0|^2 of the denoiser that samplers see, also by noise level", async () => {
      const mlp = network();
      const sums = emptySums();
      const loss = await lossAndGradient(mlp, makeBatch(data, model, part), 60, {gradient: false, sums});
      const {levels, lambda} = objectiveFor(model);
      let [expected, error] = [0, 0];
      for (let row = 0; row < 60; ++row) {
        const rng = random(3, 0x45444d, 5, row);
        const at = rng.integer(200) * 2;
        const sigma = levels.draw(rng);
        const x = Float64Array.from(data.subarray(at, at + 2), (v) => v + sigma * rng.normal());
        const D = await networkDenoiser(mlp, model)(x, Float64Array.of(sigma));
        D.forEach((Di, i) => {
          expected += (lambda(sigma) * (Di - data[at + i]) ** 2) / 120;
          error += (Di - data[at + i]) ** 2 / 120;
        });
      }
      expect(loss / expected).toBeCloseTo(1, 3);
      const found = levelLosses(sums);
      const mean = (key: "loss" | "error") => found.reduce((sum, l) => sum + (l.rows * l[key]) / 60, 0);
      expect(found.reduce((sum, {rows}) => sum + rows, 0)).toBe(60);
      expect(mean("loss") / loss).toBeCloseTo(1, 6);
      expect(mean("error") / error).toBeCloseTo(1, 3);
    });

    test("has the gradient of finite differences", async () => {
      const batch = makeBatch(data, model, part);
      const mlp = network();
      await lossAndGradient(mlp, batch, 60);
      const gradient = mlp.readGradient();
      const direction = gradient.map((g) => g / Math.hypot(...gradient));
      const moved = (by: number) => {
        mlp.setParameters(weights.parameters.map((w, i) => w + by * direction[i]));
        return lossAndGradient(mlp, batch, 60, {gradient: false});
      };
      const slope = ((await moved(0.01)) - (await moved(-0.01))) / 0.02;
      expect(Math.abs(slope / Math.hypot(...gradient) - 1)).toBeLessThan(0.01);
    });
  });

  test("has its least value at the exact denoiser", async () => {
    const objectiveNow = objectiveOf(objective);
    const points = sampleMixture(mixture, 20_000, random(4));
    const value = (denoiser: ExactDenoiser) =>
      objectiveValue(objectiveNow, denoiser, points, 2, random(5), 20_000);
    const least = await value(exact);
    // Errors that are as large as the weight says at each level: every level takes part.
    const wrong: Record<string, (x: number, sigma: number) => number> = {
      "moved by a constant": () => 1,
      "pulled to the middle": (x, sigma) => x / (1 + sigma),
      "made wavy": (x) => Math.sin(2 * x)
    };
    for (const [name, direction] of Object.entries(wrong))
      for (const size of [0.3, -0.3]) {
        const {value: other} = await value((x, sigma) => {
          const D = exact(x, sigma);
          return D.map((v, i) => {
            const level = sigma[Math.floor(i / 2)];
            return v + (size * direction(x[i], level)) / Math.sqrt(objectiveNow.lambda(level));
          });
        });
        expect(other, name).toBeGreaterThan(least.value);
      }
  });

  test("draws the levels that its density says", () => {
    const {levels} = objectiveOf(objective);
    const rng = random(6);
    const draws = Float64Array.from({length: 40_000}, () => levels.draw(rng)).sort();
    const [low, high] = objective.kind === "edm" ? [1e-4, 200] : levels.range;
    expect(draws[0]).toBeGreaterThanOrEqual(low);
    expect(draws.at(-1)!).toBeLessThanOrEqual(high * (1 + 1e-12));
    // The distribution function, against the integral of the density; a listed level is a step of 1/T in one and not in the other.
    const n = 8000;
    const [from, to] = [Math.log(low) - 0.5, Math.log(high) + 0.5];
    let [sum, most] = [0, 0];
    for (let i = 0; i < n; ++i) {
      const log = from + ((i + 0.5) / n) * (to - from);
      sum += levels.density(Math.exp(log)) * ((to - from) / n);
      const edge = Math.exp(from + ((i + 1) / n) * (to - from));
      if (i % 100) continue;
      const below = draws.findLastIndex((v) => v <= edge) + 1;
      most = Math.max(most, Math.abs(sum - below / draws.length));
    }
    expect(Math.abs(sum - 1)).toBeLessThan(0.01);
    expect(most).toBeLessThan(0.01 + 1 / T);
  });

  test("is kept in a prior's file", () => {
    const prior = {...weights, config: {...config, objective, parameterisation: "eps" as const}};
    expect(readPrior(writePrior(prior), "prior.safetensors").config).toEqual(prior.config);
  });
});

describe("by their own formulas", () => {
  const model = (x: Float64Array, sigma: Float64Array) => x.map((v, i) => Math.tanh(v) / (1 + sigma[i] ** 2));
  /** One-dimensional pairs at each level of a chain, and what an objective makes of their mean. */
  async function compared(spec: ObjectiveSpec, chain: Ddpm, direct: (t: number, x0: number, D: number, x: number) => number) {
    const objective = objectiveOf(spec);
    const rng = random(7);
    for (let t = 1; t <= chain.T; ++t) {
      const sigma = Math.sqrt(chain.noise[t - 1] / chain.alphaBar[t - 1]);
      const [x0, noise] = [rng.normal(), rng.normal()];
      const x = x0 + sigma * noise;
      const [D] = model(Float64Array.of(x), Float64Array.of(sigma));
      expect((objective.lambda(sigma) * (D - x0) ** 2) / direct(t, x0, D, x)).toBeCloseTo(1, 7);
    }
    const drawn = new Set(Array.from({length: 2000}, () => objective.levels.draw(rng)));
    expect(drawn.size).toBe(chain.T);
  } // prettier-ignore
  const chain = ddpm(linearBetas(T));
  const spec = {kind: "linear", T} as const;

  test("L_simple is |eps - eps_theta|^2 with t uniform", () =>
    compared({kind: "simple", chain: spec}, chain, (t, x0, D, x) => {
      const [s, sigma] = [Math.sqrt(chain.alphaBar[t - 1]), Math.sqrt(chain.noise[t - 1] / chain.alphaBar[t - 1])]; // prettier-ignore
      return (fromDenoised("eps", x0, s * x, {s, sigma}) - fromDenoised("eps", D, s * x, {s, sigma})) ** 2;
    }));
  test.each(["beta", "betaTilde"] as StepVariance[])("L_(t-1) and L_0 less what the exact point leaves, %s", (variance) =>
    compared({kind: "variational", chain: spec, variance}, chain, (t, x0, D) => {
      const term = (answer: number) => t === 1 ? loss0(chain, [x0], [answer]) : lossStep(chain, t, [x0], [answer], variance);
      return term(D) - term(x0);
    })
  ); // prettier-ignore
  test("score matching is lambda |score - target|^2, as the exponent says", () => {
    const {lambda} = objectiveOf({
      kind: "scoreMatching",
      levels: {kind: "edm"},
      lambda: {kind: "power", exponent: -4}
    });
    const [x0, sigma, noise, D] = [0.3, 0.7, -1.1, 0.5];
    const score = (D - (x0 + sigma * noise)) / sigma ** 2;
    expect(lambda(sigma) * (D - x0) ** 2).toBeCloseTo((score + noise / sigma) ** 2, 12);
  });
  test("the expected value at a fixed model is that of a quadrature", async () => {
    // D = a x for data of variance 1: E(D - x_0)^2 = (a - 1)^2 + a^2 sigma^2.
    const a = 0.4;
    const x0 = random(8).fillNormal(new Float64Array(50_000));
    for (const [name, spec] of all) {
      if (name === "edm") continue; // its levels have no ends; its weights are tested with the network
      const {levels, lambda} = objectiveOf(spec);
      const n = 20_000;
      const [low, high] = levels.range.map(Math.log);
      let [expected, mass] = [0, 0];
      for (let i = 0; i < n; ++i) {
        const sigma = Math.exp(low - 0.5 + ((i + 0.5) / n) * (high - low + 1));
        const p = levels.density(sigma);
        mass += p;
        expected += p * lambda(sigma) * ((a - 1) ** 2 + (a * sigma) ** 2);
      }
      const {value, error} = await objectiveValue(objectiveOf(spec), (x) => x.map((v) => a * v), x0, 1, random(9), 50_000); // prettier-ignore
      // Chains have steps where the density has none: their sums are compared term by term above.
      const listed = spec.kind === "simple" || spec.kind === "variational";
      expect(Math.abs(value - expected / mass), name).toBeLessThan(5 * error + (listed ? 0.2 : 0.01) * value);
    }
  });
});

describe("EDM's objective and parameterisation, which is what a file without either means", () => {
  test("gives batches and losses bit for bit as they were before there were others", async () => {
    // The loop of the batch as it stood, with EDM's formulas in it.
    const batch = makeBatch(data, config, part);
    const frequencies = noiseFrequencies(config.noisePairs);
    const rng = random(3);
    const inputs: number[] = [];
    const target: number[] = [];
    for (let row = 0; row < part.count; ++row) {
      rng.restart(3, 0x45444d, 5, row);
      const from = rng.integer(200) * 2;
      const sigma = trainingSigma(rng, EDM);
      const c = precondition(sigma, 1);
      const x = [0, 1].map((i) => data[from + i] + sigma * rng.normal());
      inputs.push(...x.map((v) => c.c_in * v));
      for (const f of frequencies) inputs.push(Math.cos(f * c.c_noise), Math.sin(f * c.c_noise));
      target.push(...x.map((v, i) => (data[from + i] - c.c_skip * v) / c.c_out));
    }
    expect(batch.inputs).toEqual(Float32Array.from(inputs));
    expect(batch.target).toEqual(Float32Array.from(target));
    expect(batch.weight.every((w) => w === 1)).toBe(true);
    const mlp = new KernelNetwork(priorShape(config), {maxRows: 60});
    mlp.setParameters(weights.parameters);
    const F = mlp.forward(batch.inputs, 60);
    let sum = 0;
    const error = F.map((v, i) => v - batch.target[i]);
    for (const e of error) sum += e * e;
    expect(await lossAndGradient(mlp, batch, 60)).toBe(sum / 120);
    const gradient = mlp.readGradient();
    mlp.zeroGradient();
    mlp.forward(batch.inputs, 60);
    mlp.backward(error.map((e) => e * (2 / 120)), 60, priorShape(config).inputs); // prettier-ignore
    expect(gradient).toEqual(mlp.readGradient());
  });
  test("weights every level alike at first, and is sampled between its own constants", () => {
    const {lambda} = objectiveFor(config);
    for (const sigma of [0.002, 0.3, 80]) expect(lambda(sigma)).toBe(lossWeight(sigma, 1));
    expect(samplingLevels(config)).toEqual({sigma_min: 0.002, sigma_max: 80, sigma_data: 1});
    expect(parsePriorConfig(JSON.parse(JSON.stringify(config)), "p")).toEqual(config);
  });
});

test("parameterisations give the same D for the output that says the same", () => {
  for (const sigma of [0.003, 0.4, 30]) {
    const [x, D] = [1.3, 0.2];
    const c = preconditionings;
    const at = (kind: keyof typeof c, F: number) => {
      const {c_skip, c_out} = c[kind](sigma, 1);
      return c_skip * x + c_out * F;
    };
    const level = {s: 1, sigma};
    for (const kind of ["x_0", "eps", "v"] as const)
      expect(at(kind, fromDenoised(kind, D, x, level))).toBeCloseTo(D, 9);
    const F = (D - c.F(sigma, 1).c_skip * x) / c.F(sigma, 1).c_out;
    expect(at("v", -F)).toBeCloseTo(D, 9); // for sigma_data = 1
  }
});

describe("what makes no sense is told in a line", () => {
  test.each([
    [{kind: "simple", chain: {kind: "betas", beta: [0, 0]}}, /^objective: chain: found no step that adds noise/],
    [{kind: "variational", chain: {kind: "betas", beta: [0, 0]}, variance: "beta"}, /^objective: chain: found no step/],
    [{kind: "scoreMatching", levels: {kind: "logUniform", sigma_min: 2, sigma_max: 1}, lambda: {kind: "edm"}}, /^objective: levels: found 2 to 1/],
    [{kind: "scoreMatching", levels: {kind: "quantiles", sigma: [1, 2, 1.5]}, lambda: {kind: "edm"}}, /^objective: levels.sigma: found 1.5 after 2/],
    [{kind: "scoreMatching", levels: {kind: "edm"}, lambda: {kind: "table", sigma: [2, 1], lambda: [1, 1]}}, /^objective: lambda.sigma: found 1 after 2/]
  ] as [ObjectiveSpec, RegExp][])("%j", (spec, message) => {
    expect(() => objectiveOf(spec)).toThrow(message);
  }); // prettier-ignore
  test("in a prior's file too", () => {
    const read = (more: object) => () => parsePriorConfig({...config, ...more}, "prior.safetensors");
    expect(read({parameterisation: "y"})).toThrow(/^prior.safetensors: config.parameterisation: found y/);
    expect(read({objective: {kind: "hinge"}})).toThrow(
      /^prior.safetensors: config.objective.kind: found hinge/
    );
    expect(read({objective: {kind: "simple", chain: {kind: "linear", T: 0}}})).toThrow(/config.objective.chain.T: found 0/); // prettier-ignore
    const table = {kind: "table", sigma: [1, 2], lambda: [1]};
    expect(read({objective: {kind: "scoreMatching", levels: {kind: "edm"}, lambda: table}})).toThrow(
      /as many lambda as sigma/
    );
  });
  test("one step, steps that add nothing, and levels of any density", () => {
    const one = objectiveOf({kind: "simple", chain: {kind: "linear", T: 1}});
    expect(Number.isFinite(one.lambda(one.levels.draw(random(1))))).toBe(true);
    const some = objectiveOf({
      kind: "variational",
      chain: {kind: "betas", beta: [0, 0.1, 0, 0.2]},
      variance: "betaTilde"
    });
    const drawn = new Set(Array.from({length: 100}, (_, i) => some.levels.draw(random(i))));
    expect(drawn.size).toBe(2);
    for (const sigma of drawn) expect(some.lambda(sigma)).toBeGreaterThan(0);
    const triangle = densityLevels((s) => Math.max(0, 1 - Math.abs(Math.log(s))), [0.01, 100]);
    const {levels} = objectiveOf({kind: "scoreMatching", levels: triangle, lambda: {kind: "edm"}});
    expect(levels.density(1)).toBeCloseTo(1, 1);
    expect(levels.density(Math.exp(0.5))).toBeCloseTo(0.5, 1);
    expect(() => densityLevels(() => 0, [0.1, 1])).toThrow(/^objective: p\(sigma\): found a sum of 0/);
  });
});
