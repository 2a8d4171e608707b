import {afterAll, describe, expect, it} from "vitest";
import {openThreads} from "../../components/cli/threads.js";
import type {TrainJobs} from "../../components/cli/trainThread.js";
import type {Client} from "../../components/compute/client.js";
import {random} from "../../components/compute/random.js";
import {EDM} from "../../components/diffusion/edm.js";
import type {PriorConfig} from "../../components/diffusion/network.js";
import {startPrior} from "../../components/diffusion/priorState.js";
import type {PriorTraining} from "../../components/diffusion/training.js";
import {openTeam, type TeamOptions} from "../../components/jobs/replicas.js";
import {priorTeam} from "../../components/jobs/trainPrior.js";
import {defaultVae} from "../../components/vae/config.js";
import {initialVae, vaeSpecs} from "../../components/vae/model.js";
import {startVectors} from "../../components/compute/vectors.js";
import {maxDifference} from "../golden.js";
import {randomImages} from "../vae/randomImages.js";

const threads: Client<TrainJobs>[] = openThreads(
  new URL("../../components/cli/trainThread.ts", import.meta.url),
  3
);
afterAll(() => threads.forEach((thread) => thread.close()));

const mu = {shape: [500, 3], data: random(1).fillNormal(new Float32Array(1500))};
const config: Omit<PriorConfig, "zdim"> = {layers: 3, width: 32, noisePairs: 4, edm: EDM};
const training: PriorTraining = {
  steps: 20,
  batchSize: 101, // no multiple of anything
  learningRate: {rate: 1e-3, warmUp: 5, shape: "cosine", floor: 0},
  emaDecay: 0.99,
  heldOutFraction: 0.1,
  evaluateEvery: 10,
  seed: 3
};

/** The vectors and the loss of a prior's training after some steps by a team. */
async function prior(steps: number, options: TeamOptions) {
  const team = await priorTeam(startPrior(mu, config, training), options);
  const [loss] = await team.run(0, steps);
  const vectors = await team.vectors();
  team.dispose();
  return {loss, ...vectors};
}

/** The same of a VAE's. */
async function vae(steps: number, options: TeamOptions) {
  const model = {...defaultVae, boxSize: 16, pixelSize: 6, zdim: 4, encoderWidth: 32, decoderWidth: 32};
  const weights = initialVae(model, random(2));
  const init = {
    weights,
    set: randomImages(12, 16),
    training: {epochs: 10, batchSize: 5, pixelsPerImage: 60, heldOut: 0, seed: 1, learningRate: training.learningRate},
    vectors: startVectors([weights.encoder, weights.decoder], false)
  }; // prettier-ignore
  const team = await openTeam("vae", init, vaeSpecs(weights), options);
  const [loss] = await team.run(0, steps);
  const vectors = await team.vectors();
  team.dispose();
  return {loss, ...vectors};
}

describe.each([
  ["prior", prior],
  ["VAE", vae]
] as const)("a team that trains a %s", (_, run) => {
  // After one step Adam's first moment is 0.1 times the gradient.
  const gradientOf = async (options: TeamOptions) => {
    const {firstMoment, loss} = await run(1, options);
    return {loss, gradient: firstMoment.map((m) => 10 * m)};
  };

  it.each([2, 3])("of %i threads has the gradient of one", async (n) => {
    const one = await gradientOf({});
    const several = await gradientOf({helpers: threads.slice(0, n)});
    const scale = Math.max(...one.gradient.map(Math.abs));
    expect(scale).toBeGreaterThan(1e-3);
    expect(maxDifference(several.gradient, one.gradient)).toBeLessThan(1e-6 * Math.max(1, scale));
    expect(several.loss).toBeCloseTo(one.loss, 6);
  });

  it("gives the same to the last bit over shared memory, over message ports, and again", async () => {
    for (const n of [2, 3]) {
      const helpers = threads.slice(0, n);
      const shared = await run(6, {helpers, sharedMemory: true});
      const ports = await run(6, {helpers, sharedMemory: false});
      expect(ports).toEqual(shared);
      expect(await run(6, {helpers, sharedMemory: true})).toEqual(shared);
    }
  });

  it("may have a member in the calling thread, which meets the others over ports", async () => {
    const helpers = threads.slice(0, 1);
    const inside = await run(4, {helpers, here: true, sharedMemory: false});
    expect(inside).toEqual(await run(4, {helpers: threads.slice(0, 2)}));
  });

  it("stays close to one thread over many steps", async () => {
    const one = await run(20, {});
    const two = await run(20, {helpers: threads.slice(0, 2)});
    const differences = one.parameters.map((p, i) => Math.abs(p - two.parameters[i])).sort();
    expect(differences[Math.floor(0.9 * differences.length)]).toBeLessThan(1e-5);
  });
});

it("refuses several threads on a backend that has its own", async () => {
  await expect(prior(1, {backend: "cpu", helpers: threads.slice(0, 2)})).rejects.toThrow(
    "threads: found 2; expected 1 on cpu"
  );
});

it("trains on TensorFlow.js what it trains on the kernel", async () => {
  const [kernel, tfjs] = [await prior(8, {}), await prior(8, {backend: "cpu"})];
  expect(Math.abs(tfjs.loss / kernel.loss - 1)).toBeLessThan(1e-4);
  expect(maxDifference(tfjs.average, kernel.average)).toBeLessThan(1e-4);
  const [a, b] = [await vae(3, {}), await vae(3, {backend: "cpu"})];
  expect(Math.abs(b.loss / a.loss - 1)).toBeLessThan(1e-4);
});
