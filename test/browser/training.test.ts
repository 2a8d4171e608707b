import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {writeNpy} from "../../components/formats/npy.js";
import {openSite, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const run = (page: Page) => page.locator(".run.training");
const button = (page: Page, name: string | RegExp) => run(page).getByRole("button", {name});
const said = (page: Page) => run(page).getByRole("status");
const phase = (page: Page, name: string) => page.locator(`.run.training[data-phase=${name}]`).waitFor();
const trainers = (page: Page) => page.workers().filter((w) => w.url().includes("trainWorker"));

/** Steps done, as the line beside the bar says. */
async function steps(page: Page): Promise<number> {
  const text = (await run(page).locator(".training-pace").textContent()) ?? "";
  return Number((/^[\d,]+/.exec(text)?.[0] ?? "0").replaceAll(",", ""));
}
async function untilStep(page: Page, step: number): Promise<void> {
  while ((await steps(page)) < step) await page.waitForTimeout(50);
}
/** The last training and held-out loss, as the legend says. */
const losses = async (page: Page) => (await page.locator(".line-legend b").allTextContents()).map(Number);

/** Waits until a condition holds; returns the milliseconds that it took. */
async function until(holds: () => boolean, most = 10_000): Promise<number> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > most) throw new Error(`not so after ${most} ms`);
    await new Promise((ok) => setTimeout(ok, 5));
  }
  return performance.now() - start;
}

test("trains, pauses, goes on, is cancelled; a reload goes on where it was saved, and the prior is a file", async () => {
  const {page, faults} = await site.open("prior?steps=3000&threads=2");
  const scatter = page.locator(".scatter > .legend");
  await scatter.waitFor();
  await button(page, "Start training").click();
  await phase(page, "running");
  expect(await page.locator(".place").textContent()).toMatch(
    /^wasm (relaxed )?SIMD, [12] threads?.*probe: wasm \d+ steps\/s, webgpu /
  );
  await untilStep(page, 1);
  await page.waitForFunction(() => document.querySelector(".line-legend b")?.textContent);
  const [first] = await losses(page);
  await scatter.getByText("Diffusion prior (1,000)").waitFor();
  await page
    .getByText(/prior samples: trained here, preset quick, seed 1, 3,000 steps, at step 250/)
    .waitFor();
  await untilStep(page, 510);
  const [trained, heldOut] = await losses(page);
  console.log(`training loss ${first} at first, ${trained} later; held out ${heldOut}`);
  expect(trained).toBeLessThan(first - 0.05);
  expect(heldOut).toBeLessThan(0.68);

  await button(page, "Pause").click();
  await phase(page, "paused");
  await page.waitForTimeout(1000);
  const held = await steps(page);
  await page.waitForTimeout(1500);
  expect(await steps(page)).toBe(held);
  await button(page, "Resume").click();
  await untilStep(page, held + 20);
  await button(page, "Cancel").click();
  await said(page)
    .getByText(/^Cancelled at step/)
    .waitFor();
  await until(() => trainers(page).length === 0);
  const goOn = button(page, /^Go on from step [\d,]+[05]0$/);
  await goOn.waitFor();
  const from = Number((await goOn.textContent())!.replace(/\D/g, ""));

  await page.reload();
  await goOn.waitFor();
  await button(page, "Start over").waitFor();
  await goOn.click();
  await phase(page, "running");
  await said(page).getByText("The table below has its row.").waitFor();
  expect(await said(page).textContent()).toContain(`Trained ${(3000 - from).toLocaleString("en")} steps`);
  const row = page.locator("tr", {hasText: "live (trained here, preset quick, seed 1, 3,000 steps)"});
  expect(await row.count()).toBe(1);
  await until(() => trainers(page).length === 0);
  const file = async (name: RegExp) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", {name}).last().click()
    ]);
    return {name: download.suggestedFilename(), bytes: await readFile(await download.path())};
  };
  const saved = await file(/^Prior, .safetensors/);
  expect(saved.name).toBe("prior-quick-seed1.safetensors");
  const prior = readPrior(new Uint8Array(saved.bytes), saved.name, 8);
  expect(prior.config).toMatchObject({layers: 6, width: 64});
  expect(prior.metadata).toMatchObject({preset: "quick", training: {steps: 3000, seed: 1}});
  const csv = (await file(/^Losses, CSV/)).bytes.toString().trim().split("\n");
  expect(csv.map((line) => line.split(",")[0])).toEqual(["step", ...Array.from({length: 12}, (_, i) => `${250 * (i + 1)}`)]); // prettier-ignore

  await page.reload();
  await button(page, "Start training").waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("a crash of either thread is told, and the training goes on from what was saved", async () => {
  const {page} = await site.open("prior?steps=5000&threads=2&backend=wasm");
  for (const [i, label] of ["Start training", /^Start again from step/].entries()) {
    await button(page, label).click();
    await phase(page, "running");
    if (i === 0) await untilStep(page, 505);
    await trainers(page)[i].evaluate(() => {
      setTimeout(() => {
        throw new Error("out of luck");
      });
    });
    await said(page)
      .getByText(/^The training failed: the worker stopped: .* can be started again\.$/)
      .waitFor();
    await until(() => trainers(page).length === 0);
  }
  await button(page, "Start over").waitFor();
  await page.close();
});

test("the address keeps the settings; absurd ones can't start", async () => {
  const {page, faults} = await site.open("prior?trainSeed=abc");
  const problem = page.locator(".problem");
  const start = button(page, "Start training");
  await problem.getByText("seed: found no number; expected a whole number from 0 to 2,147,483,647").waitFor();
  expect(await start.isDisabled()).toBe(true);
  const field = (name: string) => page.locator(".training-settings").getByLabel(name);
  await field("Seed").fill("7");
  expect(await start.isEnabled()).toBe(true);
  for (const absurd of ["1e9", "49", "100.5", ""]) {
    await field("Steps").fill(absurd);
    await problem
      .getByText(/^Can't train this: steps: found .*; expected a whole number from 50 to 200,000/)
      .waitFor();
    expect(await start.isDisabled(), absurd).toBe(true);
  }
  await field("Preset").selectOption("paper");
  await field("Backend").selectOption("cpu");
  expect(await field("Steps").inputValue()).toBe("10000");
  expect(await field("Threads").isDisabled()).toBe(true);
  expect(new URL(page.url()).search).toBe("?trainSeed=7&preset=paper&backend=cpu");
  const patience = field("Stop after N evaluations without a better held-out loss");
  expect(await patience.inputValue()).toBe("5");
  await patience.fill("-1");
  await problem.getByText("patience: found -1; expected a whole number from 0 to 1,000").waitFor();
  await patience.fill("0");
  // The address follows a little later.
  await expect
    .poll(() => new URL(page.url()).search)
    .toBe("?trainSeed=7&preset=paper&backend=cpu&patience=0");
  await page.reload();
  await start.waitFor();
  expect(await patience.inputValue()).toBe("0");
  expect(await field("Preset").inputValue()).toBe("paper");
  expect(await field("Seed").inputValue()).toBe("7");
  expect(await start.isEnabled()).toBe(true);
  expect(faults).toEqual([]);
  await page.close();
});

test("stops when the held-out loss no longer falls, says where it was lowest, and shows and keeps that prior", async () => {
  // Eighty latents of one's own are soon known by heart.
  const data = random(3).fillNormal(new Float32Array(320));
  const buffer = Buffer.from(writeNpy({shape: [80, 4], data}));
  const {page, faults} = await site.open("workbench?preset=quick&steps=200000&patience=1&backend=wasm");
  await page.locator(".drop-input").first().setInputFiles({name: "few.npy", mimeType: "", buffer});
  await button(page, "Start training").click();
  await said(page).getByText("The table below has its row.").waitFor();
  const [, done, kept] = /^Stopped after ([\d,]+) of 200,000 steps: the held-out loss was lowest at ([\d,]+), and the weights of that step are kept\. Trained \1 steps in /.exec((await said(page).textContent())!)!; // prettier-ignore
  const number = (text: string) => Number(text.replaceAll(",", ""));
  expect(number(done)).toBe(number(kept) + 250);
  await page.locator("tr", {hasText: "trained here, preset quick, seed 1, 200,000 steps, patience 1"}).waitFor(); // prettier-ignore
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", {name: /^Prior, .safetensors/})
      .last()
      .click()
  ]);
  const prior = readPrior(new Uint8Array(await readFile(await download.path())), "prior.safetensors", 4);
  expect(prior.metadata).toMatchObject({
    training: {patience: 1},
    end: {steps: number(done), kept: number(kept), early: true}
  });
  expect(faults).toEqual([]);
  await page.close();
});

test("keys alone start, pause, resume and cancel; without a disk it says so once, and trains", async () => {
  const {page, faults} = await site.open("prior?steps=600&backend=wasm", {
    before: (page) =>
      page.addInitScript(() => {
        IDBFactory.prototype.open = () => {
          throw new Error("this window is private");
        };
      })
  });
  await button(page, "Start training").focus();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("Pause");
  await page.keyboard.press("Space");
  expect(await focused()).toBe("Resume");
  await phase(page, "paused");
  await page.keyboard.press("Space");
  await said(page).getByText("The table below has its row.").waitFor();
  await page.getByText("This browser can't keep checkpoints (this window is private)").waitFor();
  await button(page, "Start training").press("Enter");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Cancel");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("Start training");
  await said(page)
    .getByText(/^Cancelled/)
    .waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

/** What a page saw of itself while it was scrolled: its long tasks, and the milliseconds between frames. */
interface Seen {
  tasks: number[];
  frames: number[];
}

/** Scrolls the page up and down for a time, and watches. */
const scrolled = (page: Page, milliseconds: number) =>
  page.evaluate(async (milliseconds): Promise<Seen> => {
    const seen: Seen = {tasks: [], frames: []};
    const observer = new PerformanceObserver((list) => {
      for (const {duration} of list.getEntries()) seen.tasks.push(duration);
    });
    observer.observe({entryTypes: ["longtask"]});
    let way = 12;
    let last = await new Promise(requestAnimationFrame);
    for (const end = last + milliseconds; last < end;) {
      const now = await new Promise(requestAnimationFrame);
      seen.frames.push(now - last);
      last = now;
      const {scrollTop, scrollHeight, clientHeight} = document.documentElement;
      if (scrollTop + way < 0 || scrollTop + way > scrollHeight - clientHeight) way = -way;
      scrollBy(0, way);
    }
    observer.disconnect();
    return seen;
  }, milliseconds);

const longest = ({tasks}: Seen) => Math.max(0, ...tasks);
function frameTimes({frames}: Seen) {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return {n: sorted.length, median: at(0.5), late: at(0.95)};
}
function inWords(seen: Seen): string {
  const {n, median, late} = frameTimes(seen);
  const task = longest(seen) ? `${longest(seen)} ms` : "under 50 ms";
  return `longest task ${task}; ${n} frames, median ${median.toFixed(1)} ms apart, 95th percentile ${late.toFixed(1)} ms`;
}

/** The longest task of the page's main thread in a trace, in milliseconds of the processor: without waiting for one. */
function longestOnProcessor(trace: Buffer): number {
  type Event = {ph: string; name: string; pid: number; tid: number; tdur?: number; args?: {name?: string}};
  const {traceEvents} = JSON.parse(trace.toString()) as {traceEvents: Event[]};
  const thread = ({pid, tid}: Event) => `${pid} ${tid}`;
  const main = new Set(
    traceEvents.filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain").map(thread)
  );
  const tasks = traceEvents.filter((e) => e.ph === "X" && e.name.endsWith("RunTask") && main.has(thread(e)));
  if (!tasks.some(({tdur}) => tdur)) throw new Error("the trace has no tasks");
  return Math.max(...tasks.map(({tdur = 0}) => tdur)) / 1000;
}

// By the clock a task is as long as other processes make it wait: times by the clock are printed, beside those of the same
// page before the training, and tasks are judged by their time on the processor.
test.each([
  ["preset=paper", "preset paper"],
  ["preset=quick&steps=20000", "preset quick, with new samples each second"]
])(
  "the page stays usable while it trains, and a cancel is heard at once: %s",
  {retry: 1},
  async (query, name) => {
    const {page, faults} = await site.open(`prior?${query}`);
    await page.locator('.map-viewer ~ [data-state="done"]').waitFor();
    const before = await scrolled(page, 2000);
    await button(page, "Start training").evaluate((start: HTMLButtonElement) => start.click());
    await untilStep(page, 200); // a checkpoint, at 250, is among what is measured
    const browser = page.context().browser()!;
    await browser.startTracing(page, {categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]}); // prettier-ignore
    const seen = await scrolled(page, 6000);
    const processor = longestOnProcessor(await browser.stopTracing());
    const cancelled = await page.evaluate(async () => {
      const control = document.querySelector<HTMLElement>(".run.training")!;
      const [pace, place] = [".training-pace", ".place"].map((s) => document.querySelector(s)!.textContent);
      const cancel = [...control.querySelectorAll("button")].find((b) => b.textContent === "Cancel")!;
      const clicked = performance.now();
      cancel.click();
      while (!control.querySelector("[role=status]")!.textContent!.startsWith("Cancelled"))
        await new Promise((ok) => setTimeout(ok, 1));
      return {told: performance.now() - clicked, pace, place};
    });
    const gone = await until(() => trainers(page).length === 0);
    const quiet = longest(before) === 0 && frameTimes(before).median < 20;
    console.log(
      `${name}: ${cancelled.pace}; ${cancelled.place}\n  training: ${inWords(seen)}; ` +
        `longest on the processor ${processor.toFixed(1)} ms\n  before: ${inWords(before)}${quiet ? "" : " (a busy machine)"}\n` +
        `  cancel told after ${cancelled.told.toFixed(0)} ms, workers gone at most ${gone.toFixed(0)} ms later`
    );
    expect(processor).toBeLessThan(50);
    expect(frameTimes(seen).n).toBeGreaterThan(5); // how many is a matter of what else the machine does
    expect(Number.isFinite(gone)).toBe(true);
    expect(faults).toEqual([]);
    await page.close();
  }
);
