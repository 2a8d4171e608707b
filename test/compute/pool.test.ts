import {afterEach, expect, test} from "vitest";
import type {JobContext} from "../../components/compute/job.js";
import {createSwitch} from "../../components/compute/pause.js";
import {createPool, type Pool, type PoolOptions} from "../../components/compute/pool.js";
import {serve, type Port, type WorkerContext} from "../../components/compute/protocol.js";
import {channelPort} from "../../components/compute/webPort.js";

/** Threads opened; the jobs that began, in order, each with its thread; what ends each that still runs. */
let opened = 0;
let began: string[] = [];
let finish = new Map<string, (how: "done" | "fail" | "crash") => void>();
let pool: Pool<ReturnType<typeof jobsOf>>;

/** Jobs of thread `thread`: `hold` hears its context until the test ends it; `deaf` hears nothing. */
const jobsOf = (thread: number, crash: () => void) => ({
  async hold(name: string, {turn, partial}: JobContext & WorkerContext<string>) {
    began.push(`${name}@${thread}`);
    partial(`${name} began`);
    let end: string | undefined;
    finish.set(name, (how) => (end = how));
    while (end === undefined) await turn();
    if (end === "fail") throw new RangeError(name);
    if (end === "crash") return new Promise<string>(crash);
    return name;
  },
  deaf(name: string) {
    began.push(`${name}@${thread}`);
    return new Promise<string>(() => {});
  }
});

function open(): Port {
  const {port1, port2} = new MessageChannel();
  let fail: ((error: Error) => void) | undefined;
  serve(
    channelPort(port2),
    jobsOf(++opened, () => fail?.(new Error("killed")))
  );
  return {...channelPort(port1), onFailure: (handler) => (fail = handler)};
}

function fresh(options: PoolOptions) {
  opened = 0;
  [began, finish] = [[], new Map()];
  return (pool = createPool(open, options));
}
afterEach(() => pool?.close());

const later = () => new Promise((ok) => setTimeout(ok, 20));
async function end(name: string, how: "done" | "fail" | "crash" = "done") {
  finish.get(name)!(how);
  await later();
}

test("one job a thread, threads as they are needed, the rest in the order of asking", async () => {
  const pool = fresh({threads: 2});
  const runs = ["a", "b", "c", "d"].map((name) => pool.run("hold", name));
  await later();
  expect(began).toEqual(["a@1", "b@2"]);
  await end("b");
  await end("a");
  expect(began.slice(2)).toEqual(["c@2", "d@1"]);
  await end("c");
  await end("d");
  expect(await Promise.all(runs)).toEqual(["a", "b", "c", "d"]);
  expect(opened).toBe(2);
});

test("higher priority goes first, whatever came before", async () => {
  const pool = fresh({threads: 1});
  const runs = Object.entries({a: 0, b: 0, c: 2, d: 1, e: 2, f: -1}).map(([name, priority]) =>
    pool.run("hold", name, {priority})
  );
  await later();
  for (const name of ["a", "c", "e", "d", "b", "f"]) await end(name);
  expect(began).toEqual(["a", "c", "e", "d", "b", "f"].map((name) => `${name}@1`));
  await Promise.all(runs);
});

test("reserved threads are kept for priorities above 0", async () => {
  const pool = fresh({threads: 2, reserved: 1});
  const low = [pool.run("hold", "a"), pool.run("hold", "b")];
  await later();
  expect(began).toEqual(["a@1"]);
  const high = [pool.run("hold", "click", {priority: 1}), pool.run("hold", "next", {priority: 1})];
  await later();
  expect(began).toEqual(["a@1", "click@2"]);
  await end("click");
  expect(began).toEqual(["a@1", "click@2", "next@2"]);
  await end("next");
  expect(began).toHaveLength(3); // b still waits, though a thread is idle
  await end("a");
  expect(began[3]).toMatch(/^b@/);
  await end("b");
  await Promise.all([...low, ...high]);
  expect(() => createPool(open, {threads: 2, reserved: 2})).toThrow("threads: found 2, 2 of them reserved");
});

test("a job that is cancelled while it waits never starts, and takes no thread", async () => {
  const pool = fresh({threads: 1});
  const controller = new AbortController();
  const [a, b, c] = ["a", "b", "c"].map((name) =>
    pool.run("hold", name, {signal: name === "b" ? controller.signal : undefined})
  );
  await later();
  controller.abort(new Error("not wanted"));
  await expect(b).rejects.toThrow("not wanted");
  await end("a");
  await end("c");
  expect(began).toEqual(["a@1", "c@1"]);
  expect(await Promise.all([a, c])).toEqual(["a", "c"]);
  await expect(pool.run("hold", "d", {signal: AbortSignal.abort()})).rejects.toMatchObject({
    name: "AbortError"
  });
});

test("a cancelled job is rejected at once; its thread serves again when it has stopped, or is replaced", async () => {
  const pool = fresh({threads: 1, grace: 50});
  for (const [job, thread] of [
    ["hold", 1],
    ["deaf", 2]
  ] as const) {
    const controller = new AbortController();
    const run = pool.run(job, "a", {signal: controller.signal});
    const next = pool.run("hold", `after ${job}`);
    await later();
    controller.abort();
    await expect(run).rejects.toMatchObject({name: "AbortError"});
    await new Promise((ok) => setTimeout(ok, 80));
    expect(began.at(-1)).toBe(`after ${job}@${thread}`);
    await end(`after ${job}`);
    await next;
  }
});

test("a thread that ran a job of the same affinity is preferred, and others are spared", async () => {
  const pool = fresh({threads: 3});
  const on = async (name: string, affinity?: string) => {
    const run = pool.run("hold", name, {affinity});
    await later();
    await end(name);
    await run;
    return Number(began.at(-1)!.split("@")[1]);
  };
  expect([await on("a", "vae"), await on("b", "prior")]).toEqual([1, 2]);
  expect([await on("c", "vae"), await on("d", "prior"), await on("e", "vae")]).toEqual([1, 2, 1]);
  expect([await on("f"), await on("g")]).toEqual([3, 3]); // has nothing at hand for others
  // Where it is busy, another thread does it, and then has it at hand as well.
  const long = pool.run("hold", "long", {affinity: "vae"});
  await later();
  expect([await on("h", "vae"), await on("i", "vae")]).toEqual([3, 3]);
  await end("long");
  await long;
});

test("jobs of one affinity, one after another, stay on one thread, also after a cancel", async () => {
  const pool = fresh({threads: 3});
  let controller = new AbortController();
  for (let i = 0; i < 5; ++i) {
    const run = pool.run("hold", `job ${i}`, {affinity: "vae", signal: controller.signal});
    run.catch(() => {});
    await later();
    if (i % 2) {
      controller.abort();
      controller = new AbortController();
    } else {
      finish.get(`job ${i}`)!("done");
      await run; // the next is asked for in the same turn as the answer
    }
  }
  expect(began).toEqual([0, 1, 2, 3, 4].map((i) => `job ${i}@1`));
});

test("a job that fails, or a thread that dies, leaves the other threads and the queue alone", async () => {
  const pool = fresh({threads: 2});
  const runs = ["a", "b", "c", "d"].map((name) => pool.run("hold", name, {affinity: name}));
  await later();
  await Promise.all([expect(runs[0]).rejects.toMatchObject({name: "RangeError"}), end("a", "fail")]);
  await Promise.all([expect(runs[1]).rejects.toMatchObject({name: "WorkerCrash"}), end("b", "crash")]);
  expect(began).toEqual(["a@1", "b@2", "c@1", "d@3"]);
  await end("c");
  await end("d");
  expect(await runs[2]).toBe("c");
  // What the dead thread had at hand is gone: its name draws nobody.
  const again = pool.run("hold", "again", {affinity: "b"});
  await later();
  await end("again");
  expect(await again).toBe("again");
});

test("progress, partial results and pausing go through", async () => {
  const pool = fresh({threads: 1});
  const parts: string[] = [];
  const pausable = createSwitch(true);
  const run = pool.run("hold", "a", {pausable, onPartial: (part) => parts.push(part)});
  await later();
  expect(parts).toEqual(["a began"]);
  let over = false;
  void run.then(() => (over = true));
  await end("a");
  expect(over).toBe(false);
  pausable.resume();
  expect(await run).toBe("a");
});

test("closing rejects what runs, what waits and what comes", async () => {
  const pool = fresh({threads: 1});
  const runs = [pool.run("hold", "a"), pool.run("hold", "b")];
  await later();
  pool.close();
  await expect(runs[0]).rejects.toThrow("the worker was closed");
  await expect(runs[1]).rejects.toThrow("the pool was closed");
  await expect(pool.run("hold", "c")).rejects.toThrow("the pool was closed");
  await later();
  expect(began).toEqual(["a@1"]);
});
