import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openSite, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const statusOf = (page: Page) => page.locator(".map-viewer ~ .scatter-status");
const decoded = (page: Page) => page.waitForSelector('.map-viewer ~ [data-state="done"]');
const plot = (page: Page) => page.locator(".scatter canvas");
const chosen = (page: Page) => page.locator(".scatter > .scatter-status").textContent();

/** Moves the mouse over the plot until a point is under it, and returns where. */
async function findPoint(page: Page): Promise<{x: number; y: number}> {
  await plot(page).scrollIntoViewIfNeeded();
  const box = (await plot(page).boundingBox())!;
  for (let i = 0; i < 400; ++i) {
    const x = box.x + box.width * (0.2 + 0.6 * ((i * 0.618) % 1));
    const y = box.y + box.height * (0.2 + 0.6 * ((i * 0.414) % 1));
    await page.mouse.move(x, y);
    if (/^(Encodings|Diffusion prior|N\(0, I\)), number/.test((await chosen(page)) ?? "")) return {x, y};
  }
  throw new Error("no point under the mouse anywhere");
}

test("is interactive soon after a cold load", async () => {
  const {page} = await site.open("prior");
  await plot(page).waitFor();
  await page.locator(".run button.action").first().waitFor();
  const ready = await page.evaluate(() => performance.now());
  await decoded(page);
  const map = await page.evaluate(() => performance.now());
  console.log(
    `page prior: interactive after ${(ready / 1000).toFixed(2)} s, first map after ${(map / 1000).toFixed(2)} s`
  );
  await page.close();
});

test("a click on a point shows its map, its nearest true map and their correlation", async () => {
  const {page, faults} = await site.open("prior");
  await plot(page).waitFor();
  await decoded(page);
  const before = await statusOf(page).textContent();
  const {x, y} = await findPoint(page);
  const name = await chosen(page);
  const start = Date.now();
  await page.mouse.click(x, y);
  await page.waitForFunction(
    ([selector, old]) => {
      const text = document.querySelector(selector)?.textContent ?? "";
      return text !== old && text.startsWith("Correlation");
    },
    [".map-viewer ~ .scatter-status", before] as const
  );
  console.log(`page prior: the map of a clicked point after ${Date.now() - start} ms`);
  await decoded(page);
  const [kind, index] = /^(.*), number (\d+)/.exec(name!)!.slice(1);
  const captions = await page.locator(".map-captions figcaption").allTextContents();
  expect(captions[0]).toBe(`Decoded: ${kind}, number ${index}`);
  expect(captions[1]).toMatch(/^True: state \d+, hinge at -?\d+\.\d°$/);
  expect(Number(/map: ([\d.]+) where/.exec((await statusOf(page).textContent())!)![1])).toBeGreaterThan(0.3);
  expect(new URL(page.url()).searchParams.get("point")).toMatch(new RegExp(`-${index}$`));
  expect(faults).toEqual([]);
  await page.close();
});

test("the address brings back the point, and keys choose another", async () => {
  const {page} = await site.open("prior?point=gaussian-7&level=4");
  await decoded(page);
  expect(await page.locator(".map-captions figcaption").first().textContent()).toBe(
    "Decoded: N(0, I), number 7"
  );
  expect(await page.locator(".map-viewer output").textContent()).toBe("4.0");
  await plot(page).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !new URL(location.href).searchParams.get("point")!.endsWith("gaussian-7"));
  await page.close();
});

test("the contour level changes the surface", async () => {
  const {page} = await site.open("prior");
  await decoded(page);
  const canvas = page.locator(".map-stage canvas");
  const before = await canvas.screenshot();
  await page.locator(".map-viewer input[type=range]").fill("6");
  await page.waitForTimeout(300);
  expect(before.equals(await canvas.screenshot())).toBe(false);
  expect(new URL(page.url()).searchParams.get("level")).toBe("6");
  await page.close();
});

test("sampling draws new points, compares them, and can be taken back; the same seed gives the same numbers", async () => {
  const rows = [];
  for (let i = 0; i < 2; ++i) {
    const {page, faults} = await site.open("prior?n=300&seed=5");
    await page.getByRole("button", {name: "Sample the prior"}).click();
    await page.getByText(/300 samples in [\d.]+ s, [\d.]+ denoiser calls each/).waitFor();
    expect(await page.locator(".legend").textContent()).toContain("Diffusion prior (300)");
    rows.push(await page.locator("tr", {hasText: "live (seed 5)"}).textContent());
    await page.getByRole("button", {name: "Back to the shipped samples"}).click();
    expect(await page.locator(".legend").textContent()).not.toContain("Diffusion prior (300)");
    expect(faults).toEqual([]);
    await page.close();
  }
  expect(rows[0]).toBe(rows[1]);
});

test("sampling can be cancelled, and started again", async () => {
  const {page, faults} = await site.open("prior?n=5000");
  const start = page.getByRole("button", {name: "Sample the prior"});
  const run = page.locator(".run", {has: start});
  await start.click();
  await page.waitForTimeout(300);
  await run.getByRole("button", {name: "Cancel"}).click();
  await run.getByText("Cancelled.").waitFor();
  expect(await start.isEnabled()).toBe(true);
  await run.locator("input").nth(1).fill("100");
  await start.click();
  await page.getByText(/100 samples in/).waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("UMAP lays the three sets out, shows itself on the way, gives the same for a seed, and chooses points", async () => {
  const {page, faults} = await site.open("prior?umapN=200");
  await decoded(page);
  const start = page.getByRole("button", {name: "Lay out"});
  const run = page.locator(".run", {has: start});
  const figure = page.locator(".figure", {has: start});
  const files: string[] = [];
  for (let i = 0; i < 2; ++i) {
    await start.click();
    await run.getByText(/600 points in [\d.]+ s/).waitFor();
    await figure.getByText("N(0, I) (200)").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      figure.getByTitle("Download latents-umap.csv").click()
    ]);
    files.push((await readFile(await download.path())).toString());
  }
  expect(files[0].trim().split("\n")).toHaveLength(601);
  expect(files[0]).not.toMatch(/NaN/);
  expect(files[1]).toBe(files[0]);
  const map = await statusOf(page).textContent();
  const canvas = figure.locator("canvas");
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect.poll(() => statusOf(page).textContent(), {timeout: 30_000}).not.toBe(map);
  expect(await figure.locator(".provenance").textContent()).toContain("15 neighbours");
  await run.locator("input").first().fill("5000");
  await expect.poll(() => new URL(page.url()).searchParams.get("umapN")).toBe("5000");
  await start.click();
  await page.waitForTimeout(500);
  await run.getByRole("button", {name: "Cancel"}).click();
  await run.getByText("Cancelled.").waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  ["vae", "The map can't be shown"],
  ["held-out", "The scatter plot can't be shown"],
  ["evaluation", "The table can't be shown"]
])("without %s there is a message in its place and the rest of the page stands", async (file, message) => {
  const {page} = await site.open("prior", {
    before: (page) =>
      page.route(new RegExp(`/_file/.*/${file}\\.[^/]*$`), (route) => route.fulfill({status: 404}))
  });
  await page.getByText(message).waitFor();
  expect(await page.locator(".observablehq--error").count()).toBe(0);
  await page.getByRole("button", {name: "Sample the prior"}).waitFor();
  expect(await page.locator("h2").count()).toBeGreaterThan(4);
  await page.close();
});

test("a sample that is not a number is refused by name", async () => {
  const {page} = await site.open("prior", {
    before: (page) =>
      page.route(/\/_file\/.*\/samples\.[^/]*$/, async (route) => {
        const body = await (await route.fetch()).body();
        body.writeFloatLE(NaN, body.length - 4);
        await route.fulfill({body});
      })
  });
  await page.getByText("samples.npy: values: found NaN").first().waitFor();
  await page.close();
});

test("another data set has other points, maps and numbers, and the address keeps it", async () => {
  const asked: string[] = [];
  const {page, faults} = await site.open("prior?point=prior-3", {
    before: async (page) => void page.on("request", (request) => asked.push(new URL(request.url()).pathname))
  });
  await decoded(page);
  // What isn't shown isn't loaded: neither all encodings nor the other sets' networks.
  expect(asked.filter((path) => /\/sets\/linear1d\/vae/.test(path))).toHaveLength(1);
  expect(
    asked.filter((path) =>
      /\/z\.[^/]*pkl$|\/sets\/(circular1d|ribosome|covid)\/(vae|prior|held-out)/.test(path)
    )
  ).toEqual([]);
  const table = page.locator("#T2-set table");
  const before = await table.textContent();
  await page.locator(".set-picker select").selectOption("ribosome");
  await page
    .locator("#F4-map")
    .getByText(/^True: state [0-5], (core|B|C|D|E|complete)$/)
    .waitFor();
  await expect.poll(() => table.textContent()).not.toBe(before);
  const address = new URL(page.url()).searchParams;
  expect(address.get("set")).toBe("ribosome");
  expect(address.get("point")).toBeNull();
  expect(await page.locator(".set-picker").textContent()).toMatch(
    /ribosome-like, a synthetic stand-in for ribosome: 87,328 images, \|z\| = 10/
  );
  expect(await page.locator("#F4 .provenance").textContent()).toContain("synthetic stand-in");
  await page.locator("#T2-states svg").waitFor();
  expect(await page.locator("#T2-states .figure-caption").textContent()).toMatch(
    /Total variation distance from the images: 0\.0\d\d for the prior/
  );
  expect(faults).toEqual([]);
  await page.close();
});

test("the table of the four sets has numbers for each, with floors, and the talk's", async () => {
  const {page, faults} = await site.open("prior");
  const rows = page.locator("#T2 tbody tr");
  await expect.poll(() => rows.count()).toBe(8);
  const talk = await rows.locator("td.talk").allTextContents();
  expect(talk).toEqual(["0.015", "0.86", "0.015", "0.82", "0.015", "0.58", "0.015", "0.19"]);
  for (const row of await rows.all()) expect(await row.locator("td .ratio").count()).toBe(5);
  expect(await page.locator("#T2").textContent()).toContain("synthetic stand-in: spike-like");
  expect(faults).toEqual([]);
  await page.close();
});
