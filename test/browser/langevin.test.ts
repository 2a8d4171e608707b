import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {readMrc} from "../../components/formats/mrc.js";
import {readNpy} from "../../components/formats/npy.js";
import {stationaryVariance, walk, walkStart} from "../../components/samplers/ornsteinUhlenbeck.js";
import {openSite, settled, saved, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const panel = (page: Page, set: string) => page.locator(`.walk-panel[data-set=${set}]`);
const walked = (page: Page, set = "linear1d") =>
  panel(page, set).locator('.scatter-status[data-state="done"]').waitFor();
const where = (page: Page, set = "linear1d") => panel(page, set).locator(".scatter-status").textContent();
const query = (page: Page) => new URL(page.url()).searchParams;

/** Latents or encodings of a downloaded walk. */
async function array(page: Page, name: string) {
  const {shape, data} = readNpy(await saved(page, name), name);
  return {shape, values: Float64Array.from(data, Number)};
}

test("walks of the sets appear without a click, soon after a cold load; of a set that has no run, its panel says so", async () => {
  const {page, faults} = await site.open("langevin");
  await panel(page, "linear1d").locator("canvas").waitFor();
  const ready = await page.evaluate(() => performance.now());
  await walked(page);
  await walked(page, "circular1d");
  const done = await page.evaluate(() => performance.now());
  console.log(
    `page langevin: first panel after ${(ready / 1000).toFixed(2)} s, walks of all sets after ${(done / 1000).toFixed(2)} s`
  );
  expect(await where(page)).toMatch(/^step 400, t = 80\.0, hinge at -?\d+\.\d°/);
  for (const set of ["ribosome", "covid"]) {
    await walked(page, set);
    // there is a walk, or there is none and it is said
    const missing = panel(page, set).locator(".walk-missing");
    if (await missing.count()) expect(await missing.textContent()).toContain("no trained run");
    else expect(await where(page, set)).toMatch(/^step 400/);
  }
  expect(await page.locator(".failure").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});

test("the walk is the talk's recursion, to be taken along; a setting makes another one, and the address brings it back", async () => {
  const {page, faults} = await site.open("langevin?steps=40&seed=7&dt=0.3");
  await walked(page);
  const {shape, values} = await array(page, "walk-encodings.npy");
  const options = {kind: "euler" as const, dt: 0.3, seed: 7, walkers: 1, d: shape[1]};
  const from = walkStart(options);
  const expected = [...from.z, ...walk(from, 40, options).z];
  expect(shape[0]).toBe(41);
  values.forEach((v, i) => expect(v).toBeCloseTo(expected[i], 5));
  await page.locator(".walk-controls select").first().selectOption("exact");
  await page.locator(".walk-controls input[type=number]").first().fill("30");
  await expect.poll(() => where(page)).toMatch(/^step 30/);
  await expect.poll(() => query(page).get("walk")).toBe("exact");
  await walked(page);
  const first = await array(page, "walk-latents.npy");
  expect(first.shape).toEqual([31, shape[1]]);
  const address = new URL(page.url());
  expect([...address.searchParams.keys()].sort()).toEqual(["dt", "seed", "steps", "walk"]);
  const again = await site.open(`langevin${address.search}`);
  await walked(again.page);
  expect((await array(again.page, "walk-latents.npy")).values).toEqual(first.values);
  await page.getByRole("button", {name: "Reset"}).click();
  await expect.poll(() => query(page).toString()).toBe("");
  expect([...faults, ...again.faults]).toEqual([]);
  await Promise.all([page.close(), again.page.close()]);
});

test("absurd values in the address fall back to those at first", async () => {
  const {page, faults} = await site.open("langevin?dt=-1&steps=1e9&seed=x&walk=best&at=-5&speed=7&set=moon&colour=pink"); // prettier-ignore
  await walked(page);
  expect(await where(page)).toMatch(/^step 400, t = 80\.0/);
  expect(faults).toEqual([]);
  await page.close();
});

test("play moves the head of all walks, pause and slider leave it, and the map follows", async () => {
  const {page, faults} = await site.open("langevin?steps=60&dt=0.5");
  await walked(page);
  const map = page.locator("#F6-map");
  await map.scrollIntoViewIfNeeded();
  await map.locator('[role=status][data-state="done"]').waitFor();
  expect(await map.locator("figcaption").first().textContent()).toBe("Decoded, step 60");
  await map.getByRole("button", {name: "Back to the start"}).click();
  await expect.poll(() => where(page)).toMatch(/^step 0,/);
  await map.getByRole("button", {name: "Play"}).click();
  await page.waitForFunction(() => Number(/step (\d+)/.exec(document.querySelector(".walk-where")!.textContent!)![1]) > 3); // prettier-ignore
  await page.locator("#F6").getByRole("button", {name: "Pause"}).click();
  await map.locator("input[type=range]").first().fill("17");
  await expect.poll(() => where(page)).toMatch(/^step 17,/);
  expect(await where(page, "circular1d")).toMatch(/^step 17,/);
  await expect.poll(() => query(page).get("at")).toBe("17");
  await expect.poll(() => map.locator("figcaption").first().textContent()).toBe("Decoded, step 17");
  await map.locator('[role=status][data-state="done"]').waitFor();
  expect(await map.locator("figcaption").nth(1).textContent()).toMatch(/^True: state \d+, hinge at/);
  expect(await map.locator("[role=status]").first().textContent()).toMatch(/^Correlation .*Box 64/);
  const mrc = readMrc(await saved(page, "walk-head.mrc"), "walk-head.mrc");
  expect([mrc.nx, mrc.ny, mrc.nz]).toEqual([64, 64, 64]);
  expect(mrc.data.every(Number.isFinite)).toBe(true);
  expect(faults).toEqual([]);
  await page.close();
});

test("a click on a panel chooses its set for the figures below, the trace among them", async () => {
  const {page, faults} = await site.open("langevin?steps=200");
  await walked(page, "circular1d");
  await page.locator("#F6-trace svg").first().waitFor();
  await panel(page, "circular1d").getByRole("button").click();
  await expect.poll(() => query(page).get("set")).toBe("circular1d");
  await expect.poll(() => page.locator("#F6-trace .walk-title").textContent()).toBe("(b) circular1d");
  expect(await page.locator(".set-picker select").inputValue()).toBe("circular1d");
  expect(await panel(page, "circular1d").getByRole("button").getAttribute("aria-pressed")).toBe("true");
  const text = page.locator("#F6-trace .figure-numbers");
  await expect.poll(() => text.textContent()).toMatch(/base coordinate: 19\.0 steps in theory, [\d.]+ ± [\d.]+ measured over all 201 places.*of 201 places/s); // prettier-ignore
  const csv = new TextDecoder().decode(await saved(page, "walk-trace.csv"));
  expect(csv.trim().split("\n")).toHaveLength(202);
  expect(csv).not.toContain("NaN");
  expect(faults).toEqual([]);
  await page.close();
});

test("the bias of the step is stated, and measured on it", async () => {
  const {page, faults} = await site.open("langevin?dt=0.8&steps=100");
  const figure = page.locator("#F6-bias");
  await figure.getByText("settles at a variance of 1.250: a bias of 25.0%").waitFor();
  await figure.getByText("Measuring …").waitFor({state: "hidden"});
  const rows = new TextDecoder().decode(await saved(page, "walk-bias.csv")).trim().split("\n").slice(1); // prettier-ignore
  expect(rows).toHaveLength(17);
  for (const row of rows) {
    const [, kind, ...numbers] = row.split(",");
    const [dt, variance, error, theory] = numbers.map(Number);
    expect(theory).toBe(stationaryVariance(kind as "euler" | "exact", dt));
    expect(Math.abs(variance - theory)).toBeLessThan(4 * error);
  }
  expect(faults).toEqual([]);
  await page.close();
});

test("visits are counted, tested, cancelled, and the same for a seed", async () => {
  const {page, faults} = await site.open("langevin?visitSteps=300&visitDt=1&steps=20");
  const figure = page.locator("#F6-visits");
  const start = figure.getByRole("button", {name: "Walk and count"});
  const files: string[] = [];
  for (let i = 0; i < 2; ++i) {
    await start.click();
    await figure.getByText(/^300 steps in [\d.]+ s\.$/).waitFor();
    files.push(new TextDecoder().decode(await saved(page, "walk-visits.csv")));
  }
  expect(files[1]).toBe(files[0]);
  const rows = files[0].trim().split("\n").slice(1).map((row) => row.split(",").map(Number)); // prettier-ignore
  expect(rows).toHaveLength(10);
  for (const column of [1, 4, 5]) expect(rows.reduce((sum, row) => sum + row[column], 0)).toBeCloseTo(1, 9);
  expect(await figure.locator(".figure-numbers").textContent()).toMatch(/χ² = [\d.]+ at 9 degrees of freedom, p = 0\.\d+/); // prettier-ignore
  await figure.locator("input").first().fill("20000");
  await start.click();
  await page.waitForTimeout(400);
  await figure.getByRole("button", {name: "Cancel"}).click();
  await figure.getByText("Cancelled.").waitFor();
  expect(query(page).get("visitSteps")).toBe("20000");
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  ["vae", "The map at the walk's head can't be shown|This place can't be decoded"],
  ["held-out-state", "The visits to each state can't be shown"]
])("without %s there is a message in its place and the rest of the page stands", async (file, message) => {
  const {page} = await site.open("langevin?steps=30", {
    before: (page) =>
      page.route(new RegExp(`/_file/.*/linear1d/${file}\\.[^/]*$`), (route) => route.fulfill({status: 404}))
  });
  await page.locator("#F6-bias").scrollIntoViewIfNeeded();
  await page.locator("#F6-map, #observablehq-main .failure").first().scrollIntoViewIfNeeded();
  await page.getByText(new RegExp(message)).first().waitFor();
  await walked(page, "circular1d");
  expect(await where(page, "circular1d")).toMatch(/^step 30/);
  expect(await page.locator(".observablehq--error").count()).toBe(0);
  await page.close();
});

test("off the screen no map is decoded, so that the autoencoder is not loaded", async () => {
  const loaded: string[] = [];
  const {page} = await site.open("langevin?steps=30", {
    before: (page) => Promise.resolve(page.on("request", (request) => loaded.push(request.url())))
  });
  await walked(page);
  await settled(page);
  expect(loaded.filter((url) => /_file\/.*\/(vae|z|samples)\.[^/]*$/.test(url))).toEqual([]);
  expect(loaded.some((url) => /\/held-out\.[^/]*$/.test(url))).toBe(true);
  await page.close();
});
