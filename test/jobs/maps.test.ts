import {readFileSync} from "node:fs";
import {beforeAll, describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import type {WorkerContext} from "../../components/compute/protocol.js";
import {quiet} from "../../components/compute/job.js";
import {defaultPrior, initialPrior} from "../../components/diffusion/prior.js";
import {writePrior} from "../../components/diffusion/priorFile.js";
import {evaluatePrior} from "../../components/jobs/evaluatePrior.js";
import {fingerprint} from "../../components/jobs/files.js";
import {flowSamples} from "../../components/jobs/flowSamples.js";
import {latentMap, type LatentMap} from "../../components/jobs/latentMap.js";
import {sceneOf} from "../../components/jobs/models.js";
import {particle} from "../../components/jobs/particle.js";
import {samplePrior} from "../../components/jobs/samplePrior.js";
import {trueMap, trueMapsOf} from "../../components/jobs/trueMaps.js";
import {defaultVae} from "../../components/vae/config.js";
import {writeVae} from "../../components/vae/file.js";
import {initialVae} from "../../components/vae/model.js";

const json: unknown = JSON.parse(
  readFileSync(new URL("../../data/recipes/linear1d-quick.json", import.meta.url), "utf8")
);
const recipe = {name: "quick", json};
const scene = sceneOf(recipe);
const config = {
  ...defaultVae,
  boxSize: 32,
  pixelSize: 24,
  encoderWidth: 16,
  decoderWidth: 16,
  encoderLayers: 1,
  decoderLayers: 1
};
const vae = {name: "vae", bytes: writeVae(initialVae(config, random(1)), {scale: 1})};
const weights = initialPrior({...defaultPrior, zdim: 8, layers: 1, width: 16}, {mean: new Float64Array(8).fill(3), deviation: new Float64Array(8).fill(2)}, random(2)); // prettier-ignore
const prior = {name: "prior", bytes: writePrior(weights, {training: {seed: 1, heldOutFraction: 0.5}})};
const context: WorkerContext = {...quiet, partial: () => {}};

describe("the true maps of a recipe", () => {
  test("a map of a state is nearest to itself, and to a neighbour when it lies between", () => {
    const maps = trueMapsOf(scene, 16);
    for (const state of [0, 17, 49]) {
      const found = maps.nearest(trueMap(scene, state, 16));
      expect(found.state).toBe(state);
      expect(found.moving).toBeCloseTo(1, 5);
      expect(found.whole).toBeCloseTo(1, 5);
    }
    expect([20, 21]).toContain(maps.nearest(trueMap(scene, 20.5, 16)).state);
  });
  test("where the states differ, a blurred arm costs more than over the whole map", () => {
    const maps = trueMapsOf(scene, 16);
    const other = trueMap(scene, 49, 16);
    const blurred = trueMap(scene, 0, 16).map((v, i) => (v + other[i]) / 2);
    const {moving, whole} = maps.nearest(blurred);
    expect(moving).toBeLessThan(whole - 0.02);
  });
  test("they are made once for a structure and a box", () => {
    expect(trueMapsOf(scene, 16)).toBe(trueMapsOf(sceneOf({...recipe}), 16));
  });
});

describe("decoding a latent", () => {
  const partial: LatentMap[] = [];
  let last: LatentMap;
  beforeAll(async () => {
    const z = new Float32Array(8).fill(0.5);
    last = await latentMap(
      {vae, recipe, z, boxes: [16, 64, 32]},
      {...context, partial: (p) => partial.push(p)}
    );
  });
  test("gives a coarse map first, then none larger than the model's, compared with one state", () => {
    expect(partial.map((p) => p.box)).toEqual([16]);
    expect(last.box).toBe(32);
    expect(last.map).toHaveLength(32 ** 3);
    expect(last.nearest!.state).toBe(partial[0].nearest!.state);
    expect(last.voxelSize * last.box).toBe(64 * 12);
  });
  test("without the truth, has nothing to compare with, and the voxels of the model", async () => {
    const z = new Float32Array(8).fill(0.5);
    const alone = await latentMap({vae, z, boxes: [32]}, {...context, partial: () => {}});
    expect(alone.map).toEqual(last.map);
    expect(alone.nearest ?? alone.trueMap).toBeUndefined();
    expect(alone.voxelSize * 32).toBe(64 * 12);
  });
  test("shows the true map of that state", () => {
    expect(last.trueMap).toEqual(trueMap(scene, last.nearest!.state, 32));
  });
});

describe("one image, step by step", async () => {
  const p = await particle({recipe, state: 30, image: 4, vae});
  test("its noise has the deviation it says, and its clean part the CTF's zero mean", () => {
    const noise = p.noisy.map((v, i) => v - p.clean[i]);
    const deviation = Math.sqrt(noise.reduce((s, v) => s + v * v, 0) / noise.length);
    expect(deviation / p.sigma).toBeCloseTo(1, 1);
    const total = p.clean.reduce((s, v) => s + v, 0);
    const centre = p.ctf[p.D * (p.D / 2) + p.D / 2];
    expect(total / p.projection.reduce((s, v) => s + v, 0)).toBeCloseTo(centre, 3);
  });
  test("is the same again, another with another number, and of another state with the same pose", async () => {
    expect(await particle({recipe, state: 30, image: 4, vae})).toEqual(p);
    expect((await particle({recipe, state: 30, image: 5})).defocus).not.toBe(p.defocus);
    const other = await particle({recipe, state: 10, image: 4});
    expect(other.defocus).toBe(p.defocus);
    expect(other.projection).not.toEqual(p.projection);
    expect(other.angle - p.angle).toBeCloseTo(-20 * 0.03, 10);
  });
  test("is encoded where a VAE is given", async () => {
    expect(p.z).toHaveLength(8);
    expect((await particle({recipe, state: 30, image: 4})).z).toBeUndefined();
  });
});

test("stops on the way from noise to data: the first is the noise, the last what sampling gives", async () => {
  const flow = await flowSamples({prior, n: 3, seed: 5, stops: 6}, context);
  expect(flow.sigma[0]).toBeCloseTo(80, 6);
  expect(flow.sigma[6]).toBe(0);
  const {z} = await samplePrior(weights, {n: 3, seed: 5, rtol: 1e-5, atol: 1e-5});
  const end = flow.z.subarray(6 * 24);
  z.forEach((v, i) => expect(end[i]).toBeCloseTo(v, 1));
});

describe("evaluating a prior", () => {
  const mu = {shape: [80, 8], data: random(3).fillNormal(new Float32Array(640))};
  const z = {name: "z.pkl", bytes: new Uint8Array([1, 2, 3])};
  const input = {prior, vae, recipe, mu, z, samples: 40, maps: 3, box: 16, draws: 1, seed: 1};
  test("compares held-out encodings, samples and N(0, I), in numbers and in maps", async () => {
    const states = Int32Array.from({length: 80}, (_, i) => i % 50);
    const {evaluation, samples} = await evaluatePrior({...input, states});
    expect(samples).toHaveLength(320);
    expect(evaluation.comparison.heldOut).toBe(40);
    expect(evaluation.comparison.prior.mmd).toBeGreaterThan(evaluation.comparison.gaussian.mmd); // its mean is 3
    for (const kind of ["encodings", "prior", "gaussian"] as const)
      expect(evaluation.maps![kind].moving).toHaveLength(3);
    expect(evaluation.precisionRecall.prior.precision).toBeLessThan(
      evaluation.precisionRecall.gaussian.precision
    );
    const {law, prior: ofSamples, gaussian, fromLatents} = evaluation.states!;
    expect(law).toHaveLength(50);
    expect(law[29]).toBeCloseTo(2 / 80, 12);
    // As many as are drawn in all; N(0, I) is where the encodings are, the samples are not.
    expect(ofSamples.samples).toBe(40 + 20);
    expect(ofSamples.distance).toBeGreaterThan(gaussian.distance);
    expect(fromLatents.r2).toBeLessThan(0.2);
    expect(evaluation.inputs.prior).toBe(fingerprint(prior.bytes));
  });
  test("without the truth, compares latents alone", async () => {
    const {evaluation} = await evaluatePrior({...input, recipe: undefined});
    expect(evaluation.maps).toBeUndefined();
    expect(evaluation.states).toBeUndefined();
    expect(evaluation.comparison.heldOut).toBe(40);
  });
  test("refuses a prior of another |z|", async () => {
    const wrong = {shape: [80, 4], data: mu.data.subarray(0, 320)};
    await expect(evaluatePrior({...input, mu: wrong})).rejects.toThrow(
      "prior: |z|: found 8; expected a prior for |z| = 4"
    );
  });
});

test("a fingerprint tells files apart by one bit", () => {
  expect(fingerprint(new TextEncoder().encode("foobar"))).toBe("bf9cf968"); // FNV-1a's published test value
  expect(fingerprint(Uint8Array.of(1, 2))).not.toBe(fingerprint(Uint8Array.of(1, 3)));
});
