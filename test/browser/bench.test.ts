import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import type {Measured} from "../../components/jobs/bench/plan.js";
import {openSite, settled, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

/** The page with its control ready. */
async function open(query: string, before?: (page: Page) => Promise<unknown>) {
  const {page, faults} = await site.open(`bench${query}`, {before});
  await settled(page);
  const start = page.getByRole("button", {name: "Start"});
  await start.waitFor();
  const status = page.locator(".run [role=status]");
  return {page, faults, start, status, rows: (kind: string) => page.locator(`table.bench tr.${kind}`)};
}
const workers = (page: Page) => page.workers().length;
const query = async (page: Page) => new URLSearchParams(await page.evaluate(() => location.search));

test("measures two works, shows rates and ratios, and gives them as files", async () => {
  const {page, faults, start, status, rows} = await open(
    "?works=prior-step,denoise&backends=wasm&seconds=0.2"
  );
  await start.click();
  await rows("measured").first().waitFor(); // row by row: the others follow
  await status.getByText(/^\d+ measured\.$/).waitFor();
  const cells = await rows("measured").evaluateAll((all) =>
    all.map((tr) => [...tr.children].map((cell) => cell.textContent ?? ""))
  );
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  const threads = cores > 1 ? ["1", String(cores)] : ["1"];
  expect(cells.map(([backend, n]) => [backend, n])).toEqual(
    [0, 1].flatMap(() => [
      ...threads.map((n) => [expect.stringMatching(/^wasm (relaxed|simd)$/), n]),
      ["plain tfjs wasm", expect.stringMatching(/^\d+$/)]
    ])
  );
  for (const [, , rate, times] of cells) {
    expect(rate).toMatch(/^[\d.,]+ (steps|evaluations)\/s$/);
    expect(parseFloat(rate.replaceAll(",", ""))).toBeGreaterThan(0);
    expect(parseFloat(times)).toBeGreaterThan(0);
    expect(times).toMatch(/^[\d.]+\u00a0×$/);
  }
  expect(await page.locator(".figure .provenance").first().textContent()).toMatch(
    /^live \d{4}-\d\d-\d\d \d\d:\d\d UTC, 0\.2 s each; .*Chrom.* on .*, \d+ cores? .*, not cross-origin isolated, kernel with/
  );

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTitle("Download bench.json").click()
  ]);
  const json = JSON.parse(await readFile(await download.path(), "utf8")) as Measured[];
  expect(json).toHaveLength(cells.length);
  for (const row of json) {
    expect(Object.keys(row)).toEqual(["work", "backend", "threads", "value", "unit"]);
    expect([typeof row.work, typeof row.backend, typeof row.threads, typeof row.unit]).toEqual(["string", "string", "number", "string"]); // prettier-ignore
    expect(Number.isFinite(row.value)).toBe(true);
  }
  expect(workers(page)).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});

test("can be cancelled, leaves no worker, and starts again", async () => {
  const {page, faults, start, status, rows} = await open("?works=decode-d64&backends=wasm&seconds=30");
  await start.click();
  await rows("waiting").waitFor();
  await expect.poll(() => workers(page)).toBeGreaterThan(0);
  await page.getByRole("button", {name: "Cancel"}).click();
  await status.getByText("Cancelled.").waitFor();
  await expect.poll(() => workers(page)).toBe(0);
  await page.getByLabel("Seconds each").fill("0.2");
  expect((await query(page)).get("seconds")).toBe("0.2");
  await start.click();
  await status.getByText(/^\d+ measured\.$/).waitFor();
  expect(await rows("measured").count()).toBeGreaterThan(0);
  expect(faults).toEqual([]);
  await page.close();
});

test("a backend that is missing, or a file, is a row with the reason; the others stand", async () => {
  const {page, start, status, rows} = await open("?works=sample-5000,simulate-d128&backends=wasm,webgpu&seconds=0.2", (page) =>
    page.route(/\/_file\/.*\/prior\.[^/]*$/, (route) => route.fulfill({status: 404}))
  ); // prettier-ignore
  expect(await page.getByLabel(/webgpu.*not found here/).isChecked()).toBe(true);
  await start.click();
  await status.getByText(/measured, \d failed\.$/).waitFor();
  const reasons = (await rows("failed").allTextContents()).join("\n");
  expect(reasons).toMatch(/^wasm.*prior\.safetensors/);
  expect(await rows("measured").allTextContents()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^plain javascript.*images\/s/)])
  );
  await page.close();
});

test("the address says what is ticked, and nothing of what is as usual", async () => {
  const {page, start, status} = await open("?works=denoise");
  expect(await page.getByLabel("Prior: denoising").isChecked()).toBe(true);
  expect(await page.getByLabel("Maps from latents").isChecked()).toBe(false);
  await page.getByLabel("Maps from latents").check();
  expect((await query(page)).get("works")).toBe("denoise,decode-d64");
  await page.getByLabel("Maps from latents").uncheck();
  await page.getByLabel("Prior: denoising").uncheck();
  await start.click();
  await status.getByText("Failed: nothing to measure").waitFor();
  for (const box of await page.locator("fieldset").first().locator("input").all()) await box.check();
  expect(String(await query(page))).toBe("");
  await page.close();
});

test("without the file of the curves there is a message in its place, and the rest of the page stands", async () => {
  const {page} = await open("", (page) =>
    page.route(/\/_file\/.*\/pixels\.[^/]*$/, (route) => route.fulfill({status: 404}))
  );
  await page.getByText("The comparison can't be shown.").waitFor();
  expect(await page.locator(".observablehq--error").count()).toBe(0);
  await page.close();
});

test("trains over shared memory on an isolated page, over message ports on any other", async () => {
  const rates: Record<string, number> = {};
  for (const isolated of [false, true]) {
    const served = await openSite({isolated});
    const {page, faults} = await served.open("bench?works=prior-step&backends=wasm&seconds=2");
    await settled(page);
    await page.getByRole("button", {name: "Start"}).click();
    await page
      .locator(".run [role=status]")
      .getByText(/^\d+ measured\.$/)
      .waitFor();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
    const cells = await page.locator("table.bench tr.measured").evaluateAll((all) =>
      all.map((tr) => [...tr.children].map((cell) => cell.textContent ?? ""))
    ); // prettier-ignore
    const [most] = cells.filter(([backend]) => backend.startsWith("wasm")).slice(-1);
    rates[isolated ? "isolated" : "ports"] = parseFloat(most[2]);
    expect(faults).toEqual([]);
    await served.close();
  }
  const {ports, isolated} = rates;
  expect(ports).toBeGreaterThan(0);
  console.log(`prior-step, all threads: ${isolated} steps/s over shared memory, ${ports} over ports: ${(ports / isolated).toFixed(2)} of it`); // prettier-ignore
});
