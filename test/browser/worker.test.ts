import {fileURLToPath} from "node:url";
import {build} from "esbuild";
import {chromium, type Browser, type Page} from "playwright-core";
import {afterAll, afterEach, beforeAll, beforeEach, expect, it} from "vitest";
import {findBrowser} from "../../build/browser.mjs";
import type {page as exported} from "./crashPage.js";

declare const page: typeof exported; // in the browser
let browser: Browser;
let tab: Page;
const files = new Map<string, string>();

beforeAll(async () => {
  const entry = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const {outputFiles} = await build({
    entryPoints: [entry("crashPage.ts"), entry("crashWorker.ts")],
    bundle: true,
    write: false,
    outdir: "/",
    format: "esm"
  });
  for (const {path, text} of outputFiles) files.set(path, text);
  browser = await chromium.launch({executablePath: findBrowser(), args: ["--no-sandbox"]});
});
afterAll(() => browser?.close());
beforeEach(async () => {
  tab = await browser.newPage();
  await tab.route("http://test.invalid/**", (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/") return route.fulfill({contentType: "text/html", body: "<!doctype html>"});
    const body = files.get(path);
    return route.fulfill(body ? {contentType: "text/javascript", body} : {status: 404});
  });
  await tab.goto("http://test.invalid/");
  await tab.addScriptTag({url: "/crashPage.js", type: "module"});
  await tab.waitForFunction(() => "page" in globalThis);
});
afterEach(() => tab.close());

it("takes turns much faster than nested timers would, which wait 4 ms", async () => {
  const turns = await tab.evaluate(() => page.client().run("turns", {milliseconds: 400}));
  console.log(`a turn in a browser's worker takes ${((400 / turns) * 1000).toFixed(0)} µs`);
  expect(turns).toBeGreaterThan(400);
});

it("hears a pause, a resume and a cancel between turns", async () => {
  const seen = await tab.evaluate(async () => {
    const client = page.client();
    const pausable = page.createSwitch();
    const controller = new AbortController();
    let steps = 0;
    const run = client.run("forever", null, {
      pausable,
      signal: controller.signal,
      onProgress: (done) => (steps = done)
    });
    const after = async (from: number) => {
      while (steps <= from) await new Promise((ok) => setTimeout(ok, 5));
    };
    await after(0);
    pausable.pause();
    await client.run("add", {a: 0, b: 0});
    const held = steps;
    await new Promise((ok) => setTimeout(ok, 200));
    const still = steps;
    pausable.resume();
    await after(held);
    pausable.pause();
    controller.abort();
    const reason = await run.catch((error: Error) => error.name);
    await client.idle();
    return {held, still, reason, connected: client.connected};
  });
  expect(seen.still).toBe(seen.held);
  expect(seen).toMatchObject({reason: "AbortError", connected: true});
});

it("is told of a worker that dies or does not load; the job can be started again", async () => {
  const seen = await tab.evaluate(async () => {
    const client = page.client();
    const crash = (error: Error) => `${error.name}: ${error.message}`;
    return [
      await client.run("throwLater", undefined).catch(crash),
      await client.run("throwLater", undefined).catch(crash), // in a new worker: counts from 1 again
      await client.run("add", {a: 1, b: 2}),
      await page.client("missing.js").run("add", {a: 1, b: 2}).catch(crash)
    ];
  });
  const thrown =
    /^WorkerCrash: the worker stopped: .*thrown in nobody's hearing, 1; the job can be started again$/;
  expect(seen).toEqual([
    expect.stringMatching(thrown),
    expect.stringMatching(thrown),
    3,
    "WorkerCrash: the worker stopped: its code failed to load; the job can be started again"
  ]);
});

it("shares a pool's workers, and gives ports away", async () => {
  const heard = await tab.evaluate(async () => {
    const pool = page.pool();
    const sums = await Promise.all([1, 2, 3].map((a) => pool.run("add", {a, b: a})));
    const {port1, port2} = new MessageChannel();
    const said = new Promise((ok) => (port1.onmessage = ({data}) => ok(data)));
    await pool.run("reply", {port: port2});
    return [...sums, await said];
  });
  expect(heard).toEqual([2, 4, 6, "hello"]);
});
