import {afterEach, describe, expect, it} from "vitest";
import {openThreads} from "../../components/cli/threads.js";
import type {Client} from "../../components/compute/client.js";
import {quiet} from "../../components/compute/job.js";
import {startVectors} from "../../components/compute/vectors.js";
import {lendAll} from "../../components/jobs/lend.js";
import {joinPrepared, preparedParticles} from "../../components/jobs/preparedParticles.js";
import {openTeam} from "../../components/jobs/replicas.js";
import {simulate} from "../../components/jobs/simulate.js";
import type {TrainingJobs} from "../../components/jobs/trainingJobs.js";
import {
  trainVaeLive,
  type TrainVaeLiveInput,
  type TrainVaeLivePart
} from "../../components/jobs/trainVaeLive.js";
import {readVae, scaleOf} from "../../components/vae/file.js";
import {firstVae, vaeSpecs} from "../../components/vae/model.js";
import {presetVae, vaePresets} from "../../components/vae/presets.js";
import {ctfFromRows} from "../../components/cryoem/ctf.js";
import {lattice} from "../../components/cryoem/lattice.js";
import {imagePreparer} from "../../components/vae/prepare.js";
import {maxDifference} from "../golden.js";
import {named, tiny} from "./chosen.js";

const n = 100;
const prepared = async (from = 0, to = n) => preparedParticles({recipe: named, from, to, boxSize: 16}, quiet);
const {set, states} = joinPrepared([await prepared(0, 40), await prepared(40, n)]);
const input = (more: Partial<TrainVaeLiveInput> = {}): TrainVaeLiveInput => ({
  preset: "quick", set, epochs: 4, seed: 3, helpers: [], ...more
}); // prettier-ignore
async function train(more: Partial<TrainVaeLiveInput> = {}) {
  const parts: TrainVaeLivePart[] = [];
  const result = await trainVaeLive(input(more), {...quiet, partial: (part) => parts.push(part)});
  const of = <K extends TrainVaeLivePart["kind"]>(kind: K) =>
    parts.filter((p): p is TrainVaeLivePart & {kind: K} => p.kind === kind);
  return {result, of};
}

describe("images made ready in a page", () => {
  it("are those of the set, prepared, in unit deviation, whatever parts they are made in", async () => {
    const whole = joinPrepared([await prepared()]);
    expect(whole.set.images).toEqual(set.images);
    const made = simulate(tiny, {images: n});
    expect([...states]).toEqual([...made.states]);
    const {pixels} = lattice(16);
    const out = new Float32Array(pixels);
    imagePreparer(
      32,
      24,
      {boxSize: 16, window: true, invert: false},
      set.scale
    )(
      {
        image: made.images.subarray(0, 32 * 32),
        centring: [-made.shifts[0] / 2, -made.shifts[1] / 2],
        ctf: ctfFromRows(made.ctf, 0)
      },
      out
    );
    // The noise level is estimated from fewer images than the set's own.
    expect(maxDifference(set.images.subarray(0, pixels), out)).toBeLessThan(0.3);
    const exact = await preparedParticles(
      {recipe: named, sigma: made.sigma, from: 0, to: 1, boxSize: 16},
      quiet
    );
    expect(
      maxDifference(
        exact.set.images.map((v) => v / set.scale),
        out
      )
    ).toBeLessThan(1e-4);
    const squares = set.images.reduce((sum, v) => sum + v * v, 0);
    expect(squares / set.images.length).toBeCloseTo(1, 4);
  });
});

const clients: Client<TrainingJobs>[] = [];
afterEach(() => clients.forEach((client) => client.close()));

describe("training a VAE in a page", {timeout: 60_000}, () => {
  it("takes the steps of train vae: the same weights, to the last bit", async () => {
    const {result, of} = await train();
    const config = presetVae("quick", set);
    const training = {...vaePresets.quick.training, epochs: 4, heldOut: 0, seed: 3};
    const weights = firstVae(config, 3);
    const vectors = startVectors([weights.encoder, weights.decoder], false);
    const team = await openTeam("vae", {weights, set, training, vectors}, vaeSpecs(weights));
    await team.run(0, 12);
    const {parameters} = await team.vectors();
    team.dispose();
    const vae = readVae(result.vae, "vae");
    expect(vae.encoder).toEqual(parameters.subarray(0, vae.encoder.length));
    expect(vae.decoder).toEqual(parameters.subarray(vae.encoder.length));
    expect(vae.metadata).toMatchObject({preset: "quick", images: n, training: {seed: 3, epochs: 4}});
    expect(scaleOf(vae, "vae")).toBe(set.scale);
    expect(result.steps).toBe(12);
    expect(of("backend")).toMatchObject([{backend: "wasm", threads: 1}]);
  });

  it("shows latents of all images and the map at their mean after each epoch, and learns", async () => {
    const {result, of} = await train({epochs: 25, truth: {states, motion: tiny.motion}});
    const shown = of("evaluation");
    expect(shown.map(({epoch}) => epoch)).toEqual(Array.from({length: 25}, (_, i) => i + 1));
    for (const {mu, map} of shown) {
      expect(mu).toHaveLength(8 * n);
      expect(map).toHaveLength(16 ** 3);
      expect(map.every(Number.isFinite)).toBe(true);
    }
    const {losses} = result;
    expect(losses.at(-1)!.loss).toBeLessThan(losses[0].loss - 0.05);
    for (const {loss, gen, kld} of losses) expect(gen + kld / 8 / set.pixels).toBeCloseTo(loss, 10);
    expect(result.found!.images).toBe(n);
  });

  it("goes on from a checkpoint to the same weights, and refuses one of other settings", async () => {
    const whole = await train();
    const stop = new AbortController();
    const parts: TrainVaeLivePart[] = [];
    const turn = () => (parts.some((p) => p.kind === "evaluation") ? Promise.reject(new Error("enough")) : Promise.resolve()); // prettier-ignore
    const cut = trainVaeLive(input(), {
      signal: stop.signal,
      progress: () => {},
      turn,
      partial: (p) => parts.push(p)
    });
    await expect(cut).rejects.toThrow("enough");
    const saved = parts.find((p) => p.kind === "checkpoint")!;
    expect(saved.step).toBe(3);
    const resumed = await train({checkpoint: saved.bytes});
    expect(resumed.result.steps).toBe(9);
    expect(resumed.result.vae.length).toBe(whole.result.vae.length);
    expect(readVae(resumed.result.vae, "v").decoder).toEqual(readVae(whole.result.vae, "v").decoder);
    expect(resumed.result.losses).toEqual(whole.result.losses);
    await expect(train({checkpoint: saved.bytes, seed: 4})).rejects.toThrow("saved training: metadata.about");
    await expect(train({checkpoint: saved.bytes.slice(0, 90)})).rejects.toThrow("saved training");
  });

  it("may have helpers, and refuses too few images", async () => {
    const open = () => openThreads<TrainingJobs>(new URL("./trainingThread.ts", import.meta.url), 1)[0];
    const helper = open();
    clients.push(helper);
    const {result, of} = await train({helpers: await lendAll([helper])});
    expect(of("backend")[0].threads).toBe(2);
    const alone = await train();
    const [a, b] = [result, alone.result].map(({losses}) => losses.at(-1)!.gen);
    expect(a / b).toBeCloseTo(1, 2);
    await expect(train({set: joinPrepared([await prepared(0, 8)]).set})).rejects.toThrow(
      "training: images: found 8; expected at least a batch (32)"
    );
  });
});
