import {afterEach, expect, expectTypeOf, test} from "vitest";
import {createClient, type Client} from "../../components/compute/client.js";
import type {JobContext} from "../../components/compute/job.js";
import {createSwitch} from "../../components/compute/pause.js";
import {serve, type PartialOf, type Port, type WorkerContext} from "../../components/compute/protocol.js";
import {channelPort} from "../../components/compute/webPort.js";

const jobs = {
  add: ({a, b}: {a: number; b: number}) => a + b,
  async count({to}: {to: number}, {progress, partial}: WorkerContext<Float32Array>) {
    for (let i = 1; i <= to; ++i) {
      await new Promise((ok) => setTimeout(ok, 60));
      progress(i, to, `step ${i}`);
      partial(new Float32Array([i]));
    }
    return "done";
  },
  fail: () => {
    throw new RangeError("sigma: found -1; expected a positive number");
  },
  async forever(_: null, {turn}: JobContext) {
    try {
      for (;;) {
        await turn();
        turns++;
      }
    } finally {
      stopped++;
    }
  },
  deaf: () => new Promise(() => {}),
  /** Answers on the port that it is given, and gives another one back. */
  correspond({port}: {port: MessagePort}) {
    port.postMessage("by the port that was given");
    port.close();
    const {port1, port2} = new MessageChannel();
    port1.postMessage("by the port that came back");
    return {ports: [port2]};
  },
  uncopyable: () => ({f: () => 1})
};
let stopped = 0;
let turns = 0;
let opened = 0;
let client: Client<typeof jobs>;
const messages: unknown[] = [];

function open(): Port {
  ++opened;
  const {port1, port2} = new MessageChannel();
  serve(channelPort(port2), jobs);
  const port = channelPort(port1);
  return {...port, listen: (handler) => port.listen((message) => (messages.push(message), handler(message)))};
}
const fresh = (grace = 200) => {
  opened = stopped = turns = messages.length = 0;
  return (client = createClient<typeof jobs>(open, {grace}));
};
afterEach(() => client?.close());

test("a job's value comes back; two at a time do not mix", async () => {
  const client = fresh();
  expect(await Promise.all([client.run("add", {a: 1, b: 2}), client.run("add", {a: 10, b: 20})])).toEqual([
    3, 30
  ]);
  expect(opened).toBe(1);
});

test("progress and partial results arrive in order, before the result", async () => {
  const seen: unknown[] = [];
  const result = await fresh().run(
    "count",
    {to: 3},
    {
      onProgress: (done, total, note) => seen.push([done, total, note]),
      onPartial: (value) => seen.push(Array.from(value))
    }
  );
  expect(result).toBe("done");
  expect(seen).toEqual([[1, 3, "step 1"], [1], [2, 3, "step 2"], [2], [3, 3, "step 3"], [3]]);
});

test("an error keeps its name and its one line; an unknown job is named", async () => {
  const client = fresh();
  await expect(client.run("fail", undefined)).rejects.toMatchObject({
    name: "RangeError",
    message: /sigma: found -1/
  });
  await expect(client.run("nothing" as "add", {a: 0, b: 0})).rejects.toThrow("expected add, count");
});

test("abort rejects at once and stops the job; the thread lives on", async () => {
  const client = fresh();
  const controller = new AbortController();
  const run = client.run("forever", null, {signal: controller.signal});
  await client.run("add", {a: 0, b: 0});
  controller.abort(new Error("enough"));
  await expect(run).rejects.toThrow("enough");
  await new Promise((ok) => setTimeout(ok, 300));
  expect(stopped).toBe(1);
  expect(await client.run("add", {a: 2, b: 2})).toBe(4);
  expect(opened).toBe(1);
});

test("a job that does not hear the cancel loses its thread, and the next one gets a new thread", async () => {
  const client = fresh(20);
  const controller = new AbortController();
  const run = client.run("deaf", undefined, {signal: controller.signal});
  const neighbour = client.run("deaf", undefined);
  controller.abort();
  await expect(run).rejects.toMatchObject({name: "AbortError"});
  await expect(neighbour).rejects.toThrow("ended to stop another job");
  expect(await client.run("add", {a: 2, b: 3})).toBe(5);
  expect(opened).toBe(2);
});

test("a signal that was aborted before never starts the job", async () => {
  const client = fresh();
  await expect(client.run("add", {a: 1, b: 1}, {signal: AbortSignal.abort()})).rejects.toMatchObject({
    name: "AbortError"
  });
  expect(opened).toBe(0);
});

test("a job that fails leaves its neighbour alone, even where its result can't be sent", async () => {
  const client = fresh();
  const neighbour = client.run("count", {to: 2});
  await expect(client.run("fail", undefined)).rejects.toThrow("sigma");
  await expect(client.run("uncopyable", undefined)).rejects.toMatchObject({name: "DataCloneError"});
  expect(await neighbour).toBe("done");
  expect(opened).toBe(1);
});

/** Turns of the event loop, in which whatever is on its way arrives. */
const later = () => new Promise((ok) => setTimeout(ok, 20));

test("a paused job stops at its next turn, goes on when resumed, and can be cancelled while it is paused", async () => {
  const client = fresh();
  const controller = new AbortController();
  const pausable = createSwitch();
  const run = client.run("forever", null, {signal: controller.signal, pausable});
  await later();
  expect(turns).toBeGreaterThan(2);
  pausable.pause();
  await client.run("add", {a: 0, b: 0}); // asked after the pause, so answered after it was heard
  const heard = turns;
  await later();
  expect(turns - heard).toBeLessThanOrEqual(1);
  const held = turns;
  await later();
  expect(turns).toBe(held);
  pausable.resume();
  await later();
  expect(turns).toBeGreaterThan(held + 2);
  pausable.pause();
  await later();
  controller.abort(new Error("enough"));
  await expect(run).rejects.toThrow("enough");
  await client.idle();
  expect([stopped, opened, client.connected]).toEqual([1, 1, true]);
});

test("a job that was paused before it began waits at its first turn", async () => {
  const client = fresh();
  const controller = new AbortController();
  const pausable = createSwitch(true);
  const run = client.run("forever", null, {signal: controller.signal, pausable});
  await later();
  expect(turns).toBe(0);
  pausable.resume();
  await later();
  expect(turns).toBeGreaterThan(2);
  controller.abort();
  await expect(run).rejects.toMatchObject({name: "AbortError"});
});

test("a thread that dies rejects what runs on it as a crash; the next run gets a new one", async () => {
  let die = (_: Error) => {};
  const client = createClient<typeof jobs>(() => ({...open(), onFailure: (handler) => (die = handler)}));
  const runs = [client.run("forever", null), client.run("deaf", undefined)];
  await client.run("add", {a: 0, b: 0});
  die(new Error("out of memory"));
  for (const run of runs)
    await expect(run).rejects.toMatchObject({
      name: "WorkerCrash",
      message: "the worker stopped: out of memory; the job can be started again"
    });
  expect(client.connected).toBe(false);
  expect(await client.run("add", {a: 1, b: 1})).toBe(2);
  client.close();
});

test("a client is idle when what was cancelled has stopped too, or was ended", async () => {
  const client = fresh(50);
  await client.idle();
  for (const [job, connected] of [
    ["forever", true],
    ["deaf", false]
  ] as const) {
    const controller = new AbortController();
    const run = client.run(job, null, {signal: controller.signal});
    await client.run("add", {a: 0, b: 0});
    let idle = false;
    const rest = client.idle().then(() => (idle = true));
    controller.abort();
    await expect(run).rejects.toMatchObject({name: "AbortError"});
    expect(idle).toBe(false);
    await rest;
    expect(client.connected).toBe(connected);
  }
});

test("ports go through both ways, given away or not", async () => {
  const client = fresh();
  const said = (port: MessagePort) =>
    new Promise((ok) => {
      port.onmessage = ({data}) => (port.close(), ok(data));
    });
  for (const transfer of [false, true]) {
    const {port1, port2} = new MessageChannel();
    const heard = said(port1);
    const {ports} = await client.run("correspond", {port: port2}, {transfer});
    expect(await said(ports[0])).toBe("by the port that came back");
    expect(await heard).toBe("by the port that was given");
  }
});

test("partial results have the type that the job's context gives them", () => {
  expectTypeOf<PartialOf<(typeof jobs)["count"]>>().toEqualTypeOf<Float32Array>();
  expectTypeOf<PartialOf<(typeof jobs)["forever"]>>().toBeNever();
  expectTypeOf<PartialOf<(typeof jobs)["add"]>>().toBeNever();
  expectTypeOf<ReturnType<typeof client.run<"count">>>().toEqualTypeOf<Promise<string>>();
});

test("given-away buffers are empty afterwards, copied ones are not", async () => {
  const client = fresh();
  const kept = {a: 1, b: 2, x: new Float32Array(4)};
  await client.run("add", kept);
  expect(kept.x).toHaveLength(4);
  await client.run("add", kept, {transfer: true});
  expect(kept.x).toHaveLength(0);
});
