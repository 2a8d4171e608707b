import {describe, expect, test} from "vitest";
import {
  isMeasured,
  measureAll,
  type BenchClient,
  type MeasureOptions,
  type Outcome
} from "../../components/jobs/bench/measure.js";
import {plan, workNames, type Measured, type Measurement} from "../../components/jobs/bench/plan.js";
import {plain, rateText, ratio, torch} from "../../components/jobs/bench/ratios.js";

const brief = (m: Measurement) => `${m.work}, ${m.label}, ${m.threads}`;

describe("plan", () => {
  test("goes work by work: the CPU with each number of threads, the other backends, then the baseline", () => {
    const taken = plan({works: ["denoise", "decode-d64", "simulate-d128"], backends: ["wasm", "webgpu", "webgl"], threads: [1, 4], build: "relaxed"}); // prettier-ignore
    expect(taken.map(brief)).toEqual([
      "denoise, wasm relaxed, 1",
      "denoise, wasm relaxed, 4",
      "denoise, webgpu, 1",
      "denoise, webgl, 1",
      "denoise, plain tfjs wasm, 1",
      "denoise, plain tfjs webgpu, 1",
      "decode-d64, wasm relaxed, 1",
      "decode-d64, wasm relaxed, 4",
      "simulate-d128, wasm simd, 1",
      "simulate-d128, wasm simd, 4",
      "simulate-d128, plain javascript, 1"
    ]);
    expect(taken.filter(({job}) => job === "benchPlain").map(({backend}) => backend)).toEqual([
      "wasm",
      "webgpu"
    ]);
  });

  test("measures one thread once on a machine with one core, and leaves out what is not asked for", () => {
    const one = {works: ["prior-step"], threads: [1, 1], build: "simd", baseline: false} as const;
    expect(plan({...one, backends: ["wasm"]}).map(brief)).toEqual(["prior-step, wasm simd, 1"]);
    expect(plan({...one, backends: ["cpu"]}).map(brief)).toEqual(["prior-step, cpu, 1"]);
    expect(plan({...one, backends: []})).toEqual([]);
    expect(plan({...one, works: [...workNames], backends: ["webgpu"]}).map(({work}) => work)).not.toContain(
      "decode-d64"
    );
  });
});

const row = (work: Measured["work"], backend: string, threads: number, value: number): Measured => ({
  work,
  backend,
  threads,
  value,
  unit: "steps/s"
});

describe("ratios", () => {
  const rows = [
    row("prior-step", "wasm relaxed", 1, 20),
    row("prior-step", "wasm relaxed", 2, 30),
    row("prior-step", "plain tfjs wasm", 1, 2),
    row("prior-step", "plain tfjs webgpu", 1, 60),
    row("vae-d32", "wasm relaxed", 1, 100),
    row("prior-step", "torch 2", 2, 60)
  ];

  test("to plain tfjs: that of the same work, the first that was measured; the reference itself has none", () => {
    expect(rows.map((r) => ratio(r, rows, plain))).toEqual([10, 15, undefined, 30, undefined, 30]);
    const withoutWasm = rows.filter(({backend}) => backend !== "plain tfjs wasm");
    expect(ratio(rows[1], withoutWasm, plain)).toBe(0.5);
  });

  test("to PyTorch: with as many threads", () => {
    expect(rows.map((r) => ratio(r, rows, torch))).toEqual([undefined, 0.5, undefined, undefined, undefined, undefined]); // prettier-ignore
  });

  test("rates are shown with three digits", () => {
    expect([0.012345, 1.5, 99.96, 12345.6].map(rateText)).toEqual(["0.0123", "1.50", "100", "12346"]);
  });
});

describe("measureAll", () => {
  /** Threads that answer as they are told to, and remember whether they were closed. */
  function fakeThreads(answer: (job: string, input: {work: string}) => Promise<unknown>) {
    const opened: {closed: boolean}[] = [];
    const open = (count: number): BenchClient[] =>
      Array.from({length: count}, () => {
        let fail = (_: Error) => {};
        const thread = {closed: false};
        opened.push(thread);
        return {
          connected: true,
          idle: () => Promise.resolve(),
          run: (job: string, input: {work: string}) =>
            new Promise((resolve, reject) => {
              fail = reject;
              answer(job, input).then(resolve, reject);
            }),
          close() {
            thread.closed = true;
            fail(new Error("the worker was closed"));
          }
        } as unknown as BenchClient;
      });
    return {open, opened};
  }
  const works = ["denoise", "sample-5000", "simulate-d128"] as const;
  const measurements = plan({works, backends: ["wasm"], threads: [1, 2], build: "simd", baseline: false});
  const files = {
    prior: () => Promise.reject(new Error("no such file")),
    recipe: () => Promise.resolve({name: "recipe.json", json: {}})
  };
  const quick: Pick<MeasureOptions<BenchClient>, "seconds" | "files" | "signal"> = {
    seconds: 0.1,
    files,
    signal: new AbortController().signal
  };
  const answer = (job: string, {work}: {work: string}) =>
    Promise.resolve(job === "lend" ? undefined : {work, threads: 1, value: 5, unit: "images/s"});
  async function all(outcomes: AsyncGenerator<Outcome>): Promise<Outcome[]> {
    const list = [];
    for await (const outcome of outcomes) list.push(outcome);
    return list;
  }

  test("opens threads for each measurement and closes them; a file that is missing fails its work alone", async () => {
    const {open, opened} = fakeThreads(answer);
    const outcomes = await all(measureAll(measurements, {...quick, open}));
    expect(outcomes.map(isMeasured)).toEqual([true, true, false, false, true, true]);
    expect(outcomes[0]).toEqual({
      work: "denoise",
      backend: "wasm simd",
      threads: 1,
      value: 5,
      unit: "images/s"
    });
    expect(Object.keys(outcomes[0])).toEqual(["work", "backend", "threads", "value", "unit"]);
    expect(outcomes[3]).toEqual({
      work: "sample-5000",
      backend: "wasm simd",
      threads: 2,
      reason: "no such file"
    });
    expect(opened.map(({closed}) => closed)).toEqual(Array(9).fill(true));
  });

  test("gives up what has no result in time, and goes on", async () => {
    const {open, opened} = fakeThreads((job, input) => (input.work === "denoise" ? new Promise(() => {}) : answer(job, input))); // prettier-ignore
    const outcomes = await all(measureAll(measurements, {...quick, open, limit: 0.05}));
    expect(outcomes[0]).toMatchObject({work: "denoise", reason: "no result after 0.05 s"});
    expect(isMeasured(outcomes[5])).toBe(true);
    expect(opened.every(({closed}) => closed)).toBe(true);
  });

  test("cancelled, it throws the signal's reason and leaves no thread open", async () => {
    const controller = new AbortController();
    const {open, opened} = fakeThreads(() => new Promise(() => {}));
    const outcomes = all(measureAll(measurements, {...quick, open, signal: controller.signal}));
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await expect(outcomes).rejects.toThrow("enough");
    expect(opened).toEqual([{closed: true}]);
  });
});
