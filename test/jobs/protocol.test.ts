import {afterEach, expect, test} from "vitest";
import {createClient, type Client} from "../../components/compute/client.js";
import {buffersOf, serve, type Port, type WorkerContext} from "../../components/compute/protocol.js";
import {channelPort} from "../../components/compute/webPort.js";

const jobs = {
  add: ({a, b}: {a: number; b: number}) => a + b,
  async count({to}: {to: number}, {progress, partial}: WorkerContext) {
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
  async forever(_: null, {signal}: WorkerContext) {
    while (!signal.aborted) await new Promise((ok) => setTimeout(ok, 5));
    stopped++;
    signal.throwIfAborted();
  },
  deaf: () => new Promise(() => {})
};
let stopped = 0;
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
  opened = stopped = messages.length = 0;
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
      onPartial: (value) => seen.push(Array.from(value as Float32Array))
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

test("buffers are found once each, in views, arrays, objects and maps", () => {
  const shared = new ArrayBuffer(8);
  const views = {
    a: new Float32Array(shared),
    list: [new Uint8Array(shared), new Map([["k", new Float64Array(2)]])]
  };
  expect(buffersOf(views)).toHaveLength(2);
  expect(buffersOf({n: 1, s: "text", nothing: null})).toEqual([]);
});

test("given-away buffers are empty afterwards, copied ones are not", async () => {
  const client = fresh();
  const kept = {a: 1, b: 2, x: new Float32Array(4)};
  await client.run("add", kept);
  expect(kept.x).toHaveLength(4);
  await client.run("add", kept, {transfer: true});
  expect(kept.x).toHaveLength(0);
});
