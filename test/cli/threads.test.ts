import {spawn} from "node:child_process";
import {fileURLToPath} from "node:url";
import {afterEach, describe, expect, it} from "vitest";
import {threadPort} from "../../components/cli/threads.js";
import {createClient, type Client} from "../../components/compute/client.js";
import {createSwitch} from "../../components/compute/pause.js";
import {createPool} from "../../components/compute/pool.js";
import type {CrashJobs} from "./crashThread.js";

const url = new URL("./crashThread.ts", import.meta.url);
const limits = {resourceLimits: {maxOldGenerationSizeMb: 64}};
let client: Client<CrashJobs>;
const fresh = () => (client = createClient<CrashJobs>(() => threadPort(url, limits)));
afterEach(() => client?.close());
const tries = () => ({tried: new Int32Array(new SharedArrayBuffer(4))});

describe("a worker thread", () => {
  it.each([
    ["exit", "the thread ended with exit code 3"],
    ["exitQuietly", "the thread ended with exit code 0"],
    ["throwLater", "thrown in nobody's hearing"],
    ["rejectUnheard", "rejected in nobody's hearing"],
    ["fillMemory", "memory limit"]
  ] as const)(
    "that ends by %s is reported as crashed; the job works when started again",
    async (job, reason) => {
      const client = fresh();
      const input = tries();
      const neighbour = client.run("forever", null);
      neighbour.catch(() => {});
      await expect(client.run(job, input)).rejects.toMatchObject({
        name: "WorkerCrash",
        message: expect.stringContaining(reason) as string
      });
      await expect(neighbour).rejects.toThrow("the job can be started again");
      expect(await client.run(job, input)).toBe("done");
      expect(await client.run("add", {a: 1, b: 2})).toBe(3);
    }
  );

  it("whose code can't be loaded is reported as crashed", async () => {
    const missing = createClient<CrashJobs>(() => threadPort(new URL("./noThread.ts", import.meta.url)));
    await expect(missing.run("add", {a: 1, b: 2})).rejects.toMatchObject({
      name: "WorkerCrash",
      message: expect.stringContaining("noThread.ts") as string
    });
  });

  it("pauses, goes on, and stops when cancelled", async () => {
    const client = fresh();
    const pausable = createSwitch();
    const controller = new AbortController();
    let steps = 0;
    const run = client.run("forever", null, {
      pausable,
      signal: controller.signal,
      onProgress: (done) => (steps = done)
    });
    const grown = (from: number) => expect.poll(() => steps).toBeGreaterThan(from);
    await grown(0);
    pausable.pause();
    await client.run("add", {a: 0, b: 0});
    const held = steps;
    await new Promise((ok) => setTimeout(ok, 150));
    expect(steps).toBe(held);
    pausable.resume();
    await grown(held);
    controller.abort();
    await expect(run).rejects.toMatchObject({name: "AbortError"});
    await client.idle();
    expect(client.connected).toBe(true);
  });

  it("is given ports", async () => {
    const {port1, port2} = new MessageChannel();
    const heard = new Promise((ok) => (port1.onmessage = ({data}) => ok(data)));
    await fresh().run("reply", {port: port2});
    expect(await heard).toBe("hello");
    port1.close();
  });

  it("of a pool that dies is replaced, and the job works when started again", async () => {
    const pool = createPool<CrashJobs>(() => threadPort(url), {threads: 2, reserved: 1});
    const input = tries();
    await expect(pool.run("exit", input)).rejects.toMatchObject({name: "WorkerCrash"});
    expect(await pool.run("exit", input)).toBe("done");
    pool.close();
  });
});

it("a process ends by itself once its clients and pools are closed", async () => {
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "test/cli/openAndClose.ts"], {
      cwd: fileURLToPath(new URL("../../", import.meta.url)),
      timeout: 30_000,
      stdio: ["ignore", "ignore", "inherit"]
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  expect(code).toBe(0);
});
