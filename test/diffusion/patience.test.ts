import {describe, expect, it} from "vitest";
import {jobContext} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {EDM} from "../../components/diffusion/edm.js";
import type {PriorConfig} from "../../components/diffusion/network.js";
import {betterOf, endOf, isDone} from "../../components/diffusion/patience.js";
import {
  latestPrior,
  priorOf,
  resumePrior,
  startPrior,
  writeCheckpoint,
  type PriorState
} from "../../components/diffusion/priorState.js";
import {heldOutLoss, parsePriorTraining, type PriorTraining} from "../../components/diffusion/training.js";
import {readSafetensors, writeSafetensors} from "../../components/formats/safetensors.js";
import {trainPrior, type TrainPriorOptions} from "../../components/jobs/trainPrior.js";

/** Two clusters of a few points, which a network of this size soon knows by heart. */
const mu = {
  shape: [40, 4],
  data: random(1).fillNormal(new Float32Array(160)).map((v, i) => 0.3 * v + (i >> 2) % 2 * 2 - 1)
}; // prettier-ignore
const model: Omit<PriorConfig, "zdim"> = {layers: 3, width: 64, noisePairs: 4, edm: EDM};
const training: PriorTraining = {
  steps: 2000,
  batchSize: 128,
  learningRate: {rate: 3e-3, warmUp: 10, shape: "constant", floor: 1},
  emaDecay: 0.96,
  heldOutFraction: 0.2,
  evaluateEvery: 20,
  evaluateRows: 2048,
  patience: 4,
  seed: 6
};
const start = (more: Partial<PriorTraining> = {}) => startPrior(mu, model, {...training, ...more});
const trained = (more: Partial<PriorTraining> = {}, options: TrainPriorOptions = {}) =>
  trainPrior(start(more), options);

/** Trains until a step; the checkpoint that was written there. */
async function cutAt(step: number, state: PriorState): Promise<Uint8Array> {
  let saved = new Uint8Array();
  const stop = new AbortController();
  const context = jobContext(stop.signal, (done) => {
    if (done === step) stop.abort(new Error("stop"));
  });
  const checkpoint = (now: PriorState) => void (saved = writeCheckpoint(now) as typeof saved);
  await expect(trainPrior(state, {checkpoint}, context)).rejects.toThrow("stop");
  return saved;
}

describe("a training with a patience", () => {
  it("ends when the best held-out loss is so many evaluations old, and keeps the weights of the best", async () => {
    const averages = new Map<number, Float32Array>();
    const evaluated = (now: PriorState) =>
      void averages.set(now.step, latestPrior(now).parameters.slice()); // prettier-ignore
    const state = await trained({}, {evaluated});
    const lowest = state.losses.reduce((a, b) => (b.heldOut < a.heldOut ? b : a));
    expect(state.step).toBe(lowest.step + 4 * 20);
    expect(endOf(state)).toEqual({steps: state.step, kept: lowest.step, early: true});
    const {parameters} = priorOf(state);
    expect(parameters).toEqual(averages.get(lowest.step));
    expect(parameters).not.toEqual(latestPrior(state).parameters);
    const {config, data} = state;
    expect(await heldOutLoss(config, parameters, data.heldOut, 6, {rows: 2048})).toBe(lowest.heldOut);
    expect(state.losses.at(-1)!.heldOut).toBeGreaterThan(lowest.heldOut);
  });

  it("takes the same steps as one without, which goes on and keeps the last weights", async () => {
    const [patient, plain] = [await trained(), await trained({patience: undefined, steps: 400})];
    expect(plain.step).toBe(400);
    expect(plain.losses.slice(0, patient.losses.length)).toEqual(patient.losses);
    expect(priorOf(plain).parameters).toBe(plain.vectors.average);
    expect(plain.losses.at(-1)!.heldOut).toBeGreaterThan(patient.best!.heldOut);
    expect(endOf(plain)).toEqual({steps: 400, kept: 400, early: false});
  });

  it("does all steps where the loss still falls", async () => {
    const state = await trained({steps: 50});
    expect(endOf(state)).toEqual({steps: 50, kept: 50, early: false});
  });

  it("gives the same after an interruption at any point", async () => {
    const whole = await trained();
    const {kept, steps} = endOf(whole);
    // before the best evaluation, between it and the end, and at the end itself
    for (const step of [kept - 10, kept + 30, steps]) {
      const resumed = resumePrior(start(), await cutAt(step, start()), "run.checkpoint");
      expect(resumed.step).toBe(step);
      await trainPrior(resumed);
      expect(endOf(resumed)).toEqual({kept, steps, early: true});
      expect(priorOf(resumed)).toEqual(priorOf(whole));
      expect(resumed.losses).toEqual(whole.losses);
    }
  });

  it("goes on from a checkpoint that knows no best evaluation, and looks for the best from there", async () => {
    const {kept} = endOf(await trained());
    const bytes = await cutAt(kept + 30, start({patience: undefined}));
    const resumed = resumePrior(start(), bytes, "run.checkpoint");
    expect(resumed.best).toBeUndefined();
    await trainPrior(resumed);
    const after = resumed.losses.filter(({step}) => step > kept + 30);
    const lowest = after.reduce((a, b) => (b.heldOut < a.heldOut ? b : a));
    expect(endOf(resumed)).toEqual({kept: lowest.step, steps: lowest.step + 80, early: true});
  });

  it("can be given another patience, or none, on the way; other settings it still refuses", async () => {
    const whole = await trained();
    const bytes = await cutAt(whole.best!.step + 30, start());
    const longer = await trainPrior(resumePrior(start({patience: 6}), bytes, "c"));
    expect(endOf(longer)).toEqual({...endOf(whole), steps: whole.step + 40});
    expect(priorOf(longer)).toEqual(priorOf(whole));
    const plain = resumePrior(start({patience: undefined}), bytes, "c");
    expect(priorOf(plain).parameters).toBe(plain.vectors.average);
    expect(() => resumePrior(start({batchSize: 32}), bytes, "c")).toThrow('c: training: found {"batchSize":128}');
  }); // prettier-ignore

  it("refuses a checkpoint whose best weights are missing", async () => {
    const {best} = await trained();
    const {tensors, metadata} = readSafetensors(await cutAt(best!.step + 10, start()), "c");
    const without = Object.fromEntries(Object.entries(tensors).filter(([name]) => name !== "best"));
    expect(() => resumePrior(start(), writeSafetensors(without, metadata), "c")).toThrow(/^c: best: found undefined; expected a vector \[/); // prettier-ignore
  });
});

describe("the best evaluation", () => {
  const average = Float32Array.of(1, 2);

  it("is the first of the lowest, with a copy of its weights", () => {
    const first = betterOf(undefined, {step: 1, heldOut: 0.5}, average)!;
    expect(first).toEqual({step: 1, heldOut: 0.5, average});
    expect(first.average).not.toBe(average);
    expect(betterOf(first, {step: 2, heldOut: 0.5}, average)).toBe(first);
    expect(betterOf(first, {step: 2, heldOut: 0.4}, average)).toMatchObject({step: 2, heldOut: 0.4});
  });

  it("is never one whose loss is no number", () => {
    expect(betterOf(undefined, {step: 1, heldOut: NaN}, average)).toBeUndefined();
  });
});

it.each([
  [{step: 100, best: undefined}, true],
  [{step: 99, best: undefined}, false],
  [{step: 60, best: 40}, true],
  [{step: 59, best: 40}, false]
])("a training of 100 steps with patience 2 x 10 is done at %o: %s", ({step, best}, done) => {
  const standing = {
    training: {steps: 100, patience: 2, evaluateEvery: 10},
    step,
    best: best === undefined ? undefined : {step: best, heldOut: 1, average: new Float32Array(1)}
  };
  expect(isDone(standing)).toBe(done);
  expect(isDone({...standing, training: {...standing.training, patience: undefined}})).toBe(step >= 100);
});

it("a patience is a whole number of evaluations", () => {
  expect(parsePriorTraining(training, "training").patience).toBe(4);
  for (const patience of [0, -1, 1.5])
    expect(() => parsePriorTraining({...training, patience}, "t")).toThrow(/^t: training.patience: found/);
});
