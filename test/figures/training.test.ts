import {describe, expect, test} from "vitest";
import {thinned} from "../../components/figures/lossPlot.js";
import {createPace, durationText, rateText} from "../../components/figures/pace.js";
import {savedTrainings} from "../../components/figures/savedTraining.js";
import {placeText, probeText, type TrainingPlace} from "../../components/figures/trainingPlace.js";
import {problemOf} from "../../components/figures/trainingSettings.js";

describe("the pace", () => {
  test("is that of the last seconds, and starts anew after a pause", () => {
    const pace = createPace(1000);
    expect(pace.rate()).toBeUndefined();
    for (let t = 0; t <= 2000; t += 100) pace.note(t / 10, t); // 100 steps/s
    for (let t = 2100; t <= 4000; t += 100) pace.note(200 + (t - 2000) / 100, t); // 10 steps/s
    expect(pace.rate()).toBeCloseTo(10, 6);
    pace.rest();
    expect(pace.rate()).toBeUndefined();
    pace.note(220, 9000);
    pace.note(240, 10_000);
    expect(pace.rate()).toBeCloseTo(20, 6);
  });
  test.each([
    [3.44, "3.4"],
    [46.4, "46"],
    [1234.4, "1,234"]
  ])("of %d is written as %s", (rate, text) => expect(rateText(rate)).toBe(text));
  test.each([
    [0.2, "1 s"],
    [200, "3 min 20 s"],
    [7500, "2 h 5 min"]
  ])("leaves %d seconds as %s", (seconds, text) => expect(durationText(seconds)).toBe(text));
});

test("many points of a line become few with the same mean", () => {
  const points = Array.from({length: 1000}, (_, i) => ({step: i + 1, loss: (i * 7919) % 10}));
  const few = thinned(points, 100);
  const mean = (of: {loss: number}[]) => of.reduce((sum, {loss}) => sum + loss, 0) / of.length;
  expect(few).toHaveLength(100);
  expect(few.at(-1)!.step).toBe(1000);
  expect(mean(few)).toBeCloseTo(mean(points), 9);
  expect(thinned(points.slice(0, 100), 100)).toEqual(points.slice(0, 100));
});

test.each([
  [{seed: 1, steps: 50, patience: 0}, undefined],
  [{seed: 1, steps: 50, patience: -1}, "patience: found -1; expected a whole number from 0 to 1,000"],
  [
    {seed: NaN, steps: 50, patience: 0},
    "seed: found no number; expected a whole number from 0 to 2,147,483,647"
  ],
  [{seed: -1, steps: 50, patience: 0}, "seed: found -1; expected a whole number from 0 to 2,147,483,647"],
  [
    {seed: 1, steps: 1e9, patience: 0},
    "steps: found 1,000,000,000; expected a whole number from 50 to 200,000"
  ],
  [{seed: 1, steps: 60.5, patience: 0}, "steps: found 60.5; expected a whole number from 50 to 200,000"]
])("settings %o: %s", (settings, problem) => expect(problemOf(settings)).toBe(problem));

test("the badge says which build of the kernel runs, and what was tried", () => {
  const place: TrainingPlace = {
    kind: "backend",
    backend: "wasm",
    build: "relaxed",
    threads: 2,
    probed: [
      {backend: "wasm", threads: 2, rate: 45.2},
      {backend: "webgpu", threads: 1, rate: 0, reason: "not available here"}
    ]
  };
  expect(placeText(place)).toBe("wasm relaxed SIMD, 2 threads");
  expect(probeText(place)).toBe("wasm 45 steps/s, webgpu not available here");
  expect(placeText({...place, backend: "cpu", build: undefined, threads: 1})).toBe("cpu, 1 thread");
});

test("without a disk, trouble is told once, and the last training is kept in memory", async () => {
  const told: string[] = [];
  const saves = savedTrainings((message) => told.push(message)); // Node has no IndexedDB
  const training = {step: 500, bytes: new Uint8Array(4), points: [], losses: []};
  await saves.save("a", training);
  expect(await saves.load("a")).toBe(training);
  expect(await saves.load("b")).toBeUndefined();
  await saves.remove("a");
  expect(await saves.load("a")).toBeUndefined();
  expect(told).toEqual([expect.stringMatching(/^This browser can't keep checkpoints \(indexedDB is not defined\)/)]); // prettier-ignore
});
