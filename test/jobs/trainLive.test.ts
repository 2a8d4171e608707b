import {afterEach, describe, expect, it} from "vitest";
import {openThreads} from "../../components/cli/threads.js";
import type {Client} from "../../components/compute/client.js";
import {createSwitch} from "../../components/compute/pause.js";
import {random} from "../../components/compute/random.js";
import {lossWeight} from "../../components/diffusion/edm.js";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {lendAll} from "../../components/jobs/lend.js";
import type {TrainLiveInput, TrainLivePart} from "../../components/jobs/trainLive.js";
import type {TrainingJobs} from "../../components/jobs/trainingJobs.js";

const open = () => openThreads<TrainingJobs>(new URL("./trainingThread.ts", import.meta.url), 1)[0];
const clients: Client<TrainingJobs>[] = [];
afterEach(() => clients.forEach((client) => client.close()));

const mu = {shape: [400, 4], data: random(1).fillNormal(new Float32Array(1600))};
const input = (more: Partial<TrainLiveInput> = {}): TrainLiveInput => ({
  mu, preset: "quick", steps: 520, seed: 3, backend: "wasm", helpers: [], samples: 20, ...more
}); // prettier-ignore

/** Trains, and keeps what was reported. */
async function train(
  more: Partial<TrainLiveInput> = {},
  options: {signal?: AbortSignal; until?: number} = {}
) {
  const parts: TrainLivePart[] = [];
  const lead = open();
  clients.push(lead);
  const result = await lead.run("trainLive", input(more), {
    signal: options.signal,
    onPartial: (part) => parts.push(part)
  });
  return {result, parts, of: <K extends TrainLivePart["kind"]>(kind: K) => parts.filter((p): p is TrainLivePart & {kind: K} => p.kind === kind)}; // prettier-ignore
}

describe("training in a page", {timeout: 60_000}, () => {
  it("reports where it runs, losses, samples and checkpoints, and ends with a prior that loads", async () => {
    const {result, of} = await train();
    expect(of("backend")).toMatchObject([{backend: "wasm", threads: 1, probed: []}]);
    expect(of("evaluation").map(({step}) => step)).toEqual([250, 500, 520]);
    for (const {z} of of("evaluation")) expect(z).toHaveLength(80);
    expect(of("evaluation")[0].z).not.toEqual(of("evaluation")[1].z);
    expect(of("checkpoint").map(({step}) => step)).toEqual([250, 500, 520]);
    expect(of("loss").length).toBeGreaterThan(1);
    expect(result.steps).toBe(520);
    const prior = readPrior(result.prior, "prior.safetensors", 4);
    expect(prior.metadata).toMatchObject({preset: "quick", backend: "wasm", training: {steps: 520, seed: 3}});
    expect(result.losses.at(-1)!.heldOut).toBeLessThan(result.losses[0].heldOut * 1.1);
  });

  it("reports losses by noise level, and the averaged weights as they stand", async () => {
    const {result, of} = await train();
    const levels = of("loss").flatMap((part) => part.levels);
    const rows = levels.reduce((sum, l) => sum + l.rows, 0);
    expect(rows).toBe(512 * of("loss").at(-1)!.step); // every row in one bin
    const {step, loss, levels: last} = of("loss").at(-1)!;
    const before = of("loss").at(-2)!.step;
    expect(last.reduce((sum, l) => sum + l.rows * l.loss, 0) / (512 * (step - before)) / loss).toBeCloseTo(
      1,
      6
    );
    for (const {sigma, error, loss} of last) expect(loss / error / lossWeight(sigma, 1)).toBeCloseTo(1, 0.7);
    const {config, parameters, standardisation} = of("evaluation").at(-1)!;
    expect(readPrior(result.prior, "p").parameters).toEqual(parameters);
    expect(readPrior(result.prior, "p")).toMatchObject({config});
    expect(standardisation.deviation[0]).not.toBe(1);
    expect(of("evaluation")[0].parameters).not.toEqual(parameters);
  });

  it("trains for any objective, with settings in place of the preset's, on encodings as they are", async () => {
    const objective = {kind: "simple", chain: {kind: "linear", T: 100}} as const;
    const {result, of} = await train({
      preset: "lesson",
      steps: 60,
      model: {layers: 2, width: 16, objective, parameterisation: "eps"},
      training: {batchSize: 64, evaluateEvery: 30},
      standardise: false
    });
    const prior = readPrior(result.prior, "prior.safetensors", 4);
    expect(prior.config).toMatchObject({layers: 2, width: 16, objective, parameterisation: "eps"});
    expect(prior.standardisation.deviation).toEqual(new Float64Array(4).fill(1));
    expect(prior.metadata).toMatchObject({preset: "lesson", training: {batchSize: 64, steps: 60}});
    expect(of("evaluation").map(({step}) => step)).toEqual([30, 60]);
    expect(result.losses[1].heldOut).toBeLessThan(result.losses[0].heldOut);
    for (const {z} of of("evaluation")) expect(z.every(Number.isFinite)).toBe(true);
  });

  it("refuses in a line what can't be trained, and takes a single point", async () => {
    const beta = new Array<number>(10).fill(0);
    const silent = {kind: "simple", chain: {kind: "betas", beta}} as const;
    await expect(train({model: {objective: silent}})).rejects.toThrow(/^objective: chain: found no step/);
    await expect(train({model: {width: 10}})).rejects.toThrow(/^training: config.width: found 10/);
    await expect(train({training: {batchSize: 0}})).rejects.toThrow(/^training: training.batchSize: found 0/);
    const none = {shape: [0, 2], data: new Float32Array(0)};
    await expect(train({mu: none})).rejects.toThrow(/^latents: rows: found 0/);
    await expect(train({mu: {shape: [1, 1], data: Float32Array.of(NaN)}})).rejects.toThrow(/^latents: row 0: found NaN/);
    const one = await train({mu: {shape: [1, 2], data: Float32Array.of(0.5, -0.5)}, steps: 50, standardise: false});
    expect(Number.isFinite(one.result.losses[0].heldOut)).toBe(true);
  }); // prettier-ignore

  it("goes on from a checkpoint to the same prior, and refuses one of other settings", async () => {
    const whole = await train();
    const {bytes} = whole.of("checkpoint")[1];
    const resumed = await train({checkpoint: bytes});
    expect(resumed.result.steps).toBe(20);
    const parameters = [whole, resumed].map(({result}) => readPrior(result.prior, "p").parameters);
    expect(parameters[1]).toEqual(parameters[0]);
    await expect(train({checkpoint: bytes, seed: 4})).rejects.toThrow("saved training: training: found");
    await expect(train({checkpoint: bytes.slice(0, 100)})).rejects.toThrow("saved training");
  });

  it.each([0, 1])("with a patience it ends early and shows the weights that it keeps, with %i helpers, also from a checkpoint", async (count) => {
    const few = {shape: [40, 4], data: mu.data.map((v, i) => 0.3 * v + ((i >> 2) % 2) * 2 - 1).slice(0, 160)};
    const learningRate = {rate: 3e-3, warmUp: 10, shape: "constant", floor: 1} as const;
    const training = {batchSize: 128, learningRate, emaDecay: 0.96, heldOutFraction: 0.2, evaluateEvery: 25, evaluateRows: 1024, patience: 3};
    const patient = {mu: few, preset: "lesson", steps: 5000, training} as const;
    const withHelpers = async () => {
      const helpers = Array.from({length: count}, open);
      clients.push(...helpers);
      return {...patient, helpers: await lendAll(helpers)};
    };
    const {result, of} = await train(await withHelpers());
    const lowest = result.losses.reduce((a, b) => (b.heldOut < a.heldOut ? b : a));
    expect(result.end).toEqual({kept: lowest.step, steps: lowest.step + 75, early: true});
    const prior = readPrior(result.prior, "prior.safetensors", 4);
    expect(prior.metadata).toMatchObject({end: result.end, training: {steps: 5000, patience: 3}});
    const shown = of("evaluation");
    expect(shown.at(-1)!.step).toBe(lowest.step);
    expect(shown.at(-1)!.parameters).toEqual(prior.parameters);
    expect(shown.at(-1)!.z).toEqual(shown.find(({step}) => step === lowest.step)!.z);
    expect(shown.at(-1)!.losses).toEqual(result.losses);
    // from the last checkpoint, where it had ended; and from the one before its end, if there is one
    for (const {bytes} of of("checkpoint").slice(-2)) {
      const resumed = await train({...(await withHelpers()), checkpoint: bytes});
      expect(resumed.result.end).toEqual(result.end);
      expect(readPrior(resumed.result.prior, "p").parameters).toEqual(prior.parameters);
      expect(resumed.of("evaluation").at(-1)).toEqual(shown.at(-1));
    }
  }); // prettier-ignore

  it("chooses a backend by a probe, and may have helpers", async () => {
    const helpers = [open(), open()];
    clients.push(...helpers);
    const {of} = await train({backend: "auto", steps: 50, helpers: await lendAll(helpers)});
    const [{backend, threads, probed}] = of("backend");
    expect([backend, threads]).toEqual(["wasm", 3]);
    expect(probed.map((p) => p.backend)).toEqual(["wasm", "webgpu"]);
    expect(probed[0].rate).toBeGreaterThan(1);
  });

  it("pauses, goes on, and is cancelled within a stretch of steps", async () => {
    const lead = open();
    clients.push(lead);
    const pausable = createSwitch();
    const stop = new AbortController();
    const seen: number[] = [];
    const run = lead.run("trainLive", input({steps: 100_000, samples: 0}), {
      signal: stop.signal,
      pausable,
      onProgress: (done) => seen.push(done)
    });
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    while (seen.length < 3) await wait(10);
    pausable.pause();
    await wait(300);
    const paused = seen.at(-1);
    await wait(300);
    expect(seen.at(-1)).toBe(paused);
    pausable.resume();
    await wait(300);
    expect(seen.at(-1)).toBeGreaterThan(paused!);
    stop.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    const start = performance.now();
    await lead.idle();
    expect(performance.now() - start).toBeLessThan(190); // else its thread would have been ended
  });
});
