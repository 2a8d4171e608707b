import {describe, expect, it} from "vitest";
import {KernelNetwork} from "../../components/compute/kernel/network.js";
import {jobContext} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {EDM, lossWeight, trainingSigma} from "../../components/diffusion/edm.js";
import {lossAndGradient, makeBatch} from "../../components/diffusion/denoisingLoss.js";
import {gaussianMixture, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {networkDenoiser, priorShape, type PriorConfig} from "../../components/diffusion/network.js";
import {initialPrior, priorDenoiser} from "../../components/diffusion/prior.js";
import {readPrior, writePrior} from "../../components/diffusion/priorFile.js";
import {priorOf, resumePrior, startPrior, writeCheckpoint} from "../../components/diffusion/priorState.js";
import {emaDecay, type PriorTraining} from "../../components/diffusion/training.js";
import {trainPrior} from "../../components/jobs/trainPrior.js";

const config: PriorConfig = {zdim: 2, layers: 2, width: 32, noisePairs: 4, edm: EDM};
const scale = {mean: Float64Array.of(1, -2), deviation: Float64Array.of(0.5, 3)};
const weights = initialPrior(config, scale, random(1));
const network = (rows: number) => {
  const mlp = new KernelNetwork(priorShape(config), {maxRows: rows});
  mlp.setParameters(weights.parameters);
  return mlp;
};

describe("EDM loss", () => {
  const data = random(2).fillNormal(new Float32Array(400));
  const part = {seed: 3, step: 5, first: 0, count: 60};

  it("is lambda(sigma) |D - x_0|^2 of the denoiser that samplers see", async () => {
    const mlp = network(16);
    const loss = await lossAndGradient(mlp, makeBatch(data, config, part), 60);
    let expected = 0;
    for (let row = 0; row < 60; ++row) {
      const rng = random(3, 0x45444d, 5, row);
      const at = rng.integer(200) * 2;
      const sigma = trainingSigma(rng, EDM);
      const x = Float64Array.from(data.subarray(at, at + 2), (v) => v + sigma * rng.normal());
      const D = await networkDenoiser(mlp, config)(x, Float64Array.of(sigma));
      D.forEach((Di, i) => (expected += (lossWeight(sigma, 1) * (Di - data[at + i]) ** 2) / 120));
    }
    expect(loss / expected).toBeCloseTo(1, 4);
  });

  it("has the gradient of finite differences", async () => {
    const batch = makeBatch(data, config, part);
    const mlp = network(16);
    await lossAndGradient(mlp, batch, 60);
    const gradient = mlp.readGradient();
    const at = (parameters: Float32Array) => {
      mlp.setParameters(parameters);
      return lossAndGradient(mlp, batch, 60, {gradient: false});
    };
    // along a direction, since single entries drown in float32
    const direction = random(4).fillNormal(new Float32Array(gradient.length)).map((v, i) => v * Math.abs(gradient[i])); // prettier-ignore
    const length = Math.hypot(...direction);
    const h = 0.02 / length;
    const moved = (by: number) => at(weights.parameters.map((w, i) => w + by * direction[i]));
    const slope = ((await moved(h)) - (await moved(-h))) / (2 * h * length);
    const exact = gradient.reduce((sum, g, i) => sum + g * direction[i], 0) / length;
    expect(Math.abs(slope / exact - 1)).toBeLessThan(0.02);
  });

  it("of a batch is the sum of the shares of its parts", async () => {
    const [whole, parts] = [network(64), network(64)];
    const loss = await lossAndGradient(whole, makeBatch(data, config, part), 60);
    const shares: number[] = [];
    for (const p of [
      {...part, count: 25},
      {...part, first: 25, count: 35}
    ])
      shares.push(await lossAndGradient(parts, makeBatch(data, config, p), 60));
    expect(shares[0] + shares[1]).toBeCloseTo(loss, 6);
    const expected = whole.readGradient();
    expect(Math.max(...parts.readGradient().map((g, i) => Math.abs(g - expected[i])))).toBeLessThan(5e-6);
  });
});

describe("training a prior", () => {
  const mixture = gaussianMixture([
    {mean: [-3, 1], covariance: 0.04},
    {mean: [3, 2], covariance: 0.25}
  ]);
  const n = 3000;
  const mu = {shape: [n, 2], data: Float32Array.from(sampleMixture(mixture, n, random(5)))};
  const training: PriorTraining = {
    steps: 400,
    batchSize: 128,
    learningRate: {rate: 5e-3, warmUp: 20, shape: "cosine", floor: 0},
    emaDecay: 0.98,
    heldOutFraction: 0.1,
    evaluateEvery: 100,
    seed: 6
  };

  it("brings the denoiser close to the exact one", async () => {
    const state = startPrior(mu, config, training);
    expect(state.data.heldOut).toHaveLength(600);
    await trainPrior(state);
    expect(state.losses.map((l) => l.step)).toEqual([100, 200, 300, 400]);
    const {standardisation: s} = state;
    // the same law in standardised latents
    const standard = gaussianMixture(
      [0, 1].map((k) => ({
        mean: [0, 1].map((i) => (mixture.means[2 * k + i] - s.mean[i]) / s.deviation[i]),
        covariance: [0, 1].map((i) =>
          [0, 1].map((j) => (i === j ? mixture.variances[2 * k] / s.deviation[i] ** 2 : 0))
        )
      }))
    );
    const [learned, exact] = [priorDenoiser(priorOf(state)), mixtureDenoiser(standard)];
    for (const [sigma, part] of [
      [0.1, 0.75],
      [0.2, 0.5],
      [0.5, 0.4],
      [1.5, 0.8]
    ]) {
      const rng = random(7);
      const x = sampleMixture(standard, 500, rng).map((v) => v + sigma * rng.normal());
      const level = new Float64Array(500).fill(sigma);
      const [D, E] = [await learned(x, level), exact(x, level)];
      const rms = (a: Float64Array) =>
        Math.sqrt(a.reduce((sum, v, i) => sum + (v - E[i]) ** 2, 0) / a.length);
      // against the denoiser before training, which is the best linear one: c_skip x
      expect(rms(D)).toBeLessThan(part * rms(x.map((v) => v / (1 + sigma * sigma))));
    }
  });

  it("gives the same weights after an interruption and a resume", async () => {
    const short = {...training, steps: 60, evaluateEvery: 20};
    const straight = await trainPrior(startPrior(mu, config, short));
    let saved = new Uint8Array();
    const stop = new AbortController();
    const context = jobContext(stop.signal, (done) => {
      if (done === 46) stop.abort(new Error("stop"));
    });
    const checkpoint = (state: typeof straight) => void (saved = writeCheckpoint(state) as typeof saved);
    const cut = trainPrior(startPrior(mu, config, short), {checkpoint, checkpointEvery: 30}, context);
    await expect(cut).rejects.toThrow("stop");
    const resumed = resumePrior(startPrior(mu, config, short), saved, "run.checkpoint");
    expect(resumed.step).toBe(46); // the step at which it was stopped, not the last checkpoint
    await trainPrior(resumed);
    expect(priorOf(resumed).parameters).toEqual(priorOf(straight).parameters);
    expect(resumed.losses.map((l) => l.heldOut)).toEqual(straight.losses.map((l) => l.heldOut));
  });

  it("refuses a checkpoint of other latents or other settings", () => {
    const state = startPrior(mu, config, training);
    const bytes = writeCheckpoint(state);
    const other = startPrior({...mu, data: mu.data.map((v) => v + 1)}, config, training);
    expect(() => resumePrior(other, bytes, "run.checkpoint")).toThrow(
      /^run.checkpoint: latents: found 3000 x 2 /
    );
    const slower = startPrior(mu, config, {...training, batchSize: 64});
    expect(() => resumePrior(slower, bytes, "c")).toThrow('c: training: found {"batchSize":128}');
    const wider = startPrior(mu, {...config, width: 64}, training);
    expect(() => resumePrior(wider, bytes, "c")).toThrow('c: config: found {"width":32}');
  });

  it("averages over few steps at first", () => {
    expect(emaDecay(0, 0.999)).toBeCloseTo(0.1, 12);
    expect(emaDecay(1e6, 0.999)).toBe(0.999);
  });
});

describe("prior file", () => {
  it("comes back as it was, with its metadata", () => {
    const read = readPrior(writePrior(weights, {preset: "quick"}), "prior.safetensors", 2);
    expect(read).toEqual({...weights, metadata: {preset: "quick"}});
    const half = readPrior(writePrior(weights, {}, {half: true}), "prior.safetensors");
    expect(Math.max(...half.parameters.map((w, i) => Math.abs(w - weights.parameters[i])))).toBeLessThan(
      5e-4
    );
  });

  it("is refused where it is for another |z|, or no prior", () => {
    const bytes = writePrior(weights);
    expect(() => readPrior(bytes, "prior.safetensors", 8)).toThrow(
      "prior.safetensors: |z|: found 2; expected a prior for |z| = 8"
    );
    expect(() => readPrior(writeCheckpoint(startPrior({shape: [20, 2], data: new Float32Array(40)}, config, {
      steps: 1, batchSize: 8, learningRate: {rate: 1e-3, warmUp: 0, shape: "constant", floor: 1},
      emaDecay: 0.9, heldOutFraction: 0.1, evaluateEvery: 1, seed: 0
    })), "c.safetensors")).toThrow("c.safetensors: metadata: found no entry `prior`"); // prettier-ignore
  });
});
