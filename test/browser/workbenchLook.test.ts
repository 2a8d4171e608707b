import type {Locator, Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readPickles} from "../../components/formats/pickle.js";
import {openSite, saved, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite({maps: false});
});
afterAll(() => site?.close());

const D = 4;
/** Three round groups along the first dimension, of half, three tenths and a fifth of n rows, in turns of ten. */
const groupOf = (i: number) => [0, 1, 0, 2, 0, 1, 0, 2, 0, 1][i % 10];
function latents(n: number) {
  const data = random(5).fillNormal(new Float64Array(D * n)).map((e, i) => 0.5 * e + (i % D === 0 ? [-8, 0, 8][groupOf(Math.floor(i / D))] : 0)); // prettier-ignore
  data[D * 77 + 2] = 40; // one that is alone
  return Float32Array.from(data);
}
const file = (name: string, bytes: Uint8Array) => ({name, mimeType: "", buffer: Buffer.from(bytes)});
async function open(n: number, more: ReturnType<typeof file>[] = [], query = "") {
  const {page, faults} = await site.open(`workbench${query}`);
  const data = latents(n);
  const files = [file("mine.npy", writeNpy({shape: [n, D], data})), ...more];
  await page.locator(".drop-input").first().setInputFiles(files);
  await planes(page).first().locator("canvas[data-draws]").waitFor();
  return {page, faults, data};
}
const indices = (bytes: Buffer) => Array.from((readPickles(new Uint8Array(bytes), "indices.pkl")[0] as NdArray).data as BigInt64Array, Number); // prettier-ignore
const planes = (page: Page) => page.locator(".look-plane");
const count = (page: Page) => page.locator(".look-count");
const tool = (page: Page, name: string) => page.locator(`input[name=look-tool][value=${name}]`).check();
const colour = (page: Page) => page.locator("label.control", {hasText: /^Colour by/}).locator("select");
/** Drags over a part of a plane, given in parts of its width and height. */
async function drag(plane: Locator, corners: [number, number][], modifier?: "Shift" | "Alt") {
  const page = plane.page();
  const {x, y, width, height} = (await plane.locator("canvas").boundingBox())!;
  if (modifier) await page.keyboard.down(modifier);
  const [first, ...others] = corners.map(([u, v]) => [x + u * width, y + v * height] as const);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const corner of others) await page.mouse.move(...corner, {steps: 4});
  await page.mouse.up();
  if (modifier) await page.keyboard.up(modifier);
}

test("two planes of all latents; a box and a lasso select in both, add and take away; what is selected can be taken along", async () => {
  const n = 3000;
  const {page, faults, data} = await open(n);
  expect(await planes(page).count()).toBe(2);
  const [left, right] = [planes(page).first(), planes(page).nth(1)];
  await left.scrollIntoViewIfNeeded();
  await tool(page, "box");
  const before = await right.locator("canvas").getAttribute("data-draws");
  // PC1 is the first dimension, whose sign is fixed: the largest group is on the left
  await drag(left, [[0.03, 0.01], [0.4, 0.93]]); // prettier-ignore
  await expect
    .poll(() => count(page).textContent())
    .toMatch(/^1,(49\d|500) of 3,000 selected \((49\.\d|50\.0)%\)/);
  expect(await right.locator("canvas").getAttribute("data-draws")).not.toBe(before);
  await tool(page, "lasso");
  await drag(left, [[0.72, 0.01], [0.995, 0.01], [0.995, 0.93], [0.72, 0.93]], "Shift"); // prettier-ignore
  await expect.poll(() => count(page).textContent()).toMatch(/^2,(0[89]\d|100) of 3,000/);
  await drag(left, [[0.02, 0.01], [0.4, 0.01], [0.4, 0.93], [0.02, 0.93]], "Alt"); // prettier-ignore
  await expect.poll(() => count(page).textContent()).toMatch(/^(5[89]\d|600) of 3,000/);
  const rows = indices(await saved(page, "indices.pkl"));
  expect(rows.length).toBeGreaterThan(580); // of the tail some lie outside the plane
  expect(rows.every((row) => groupOf(row) === 2)).toBe(true);
  const {shape, data: z} = readNpy(await saved(page, "selected.npy"), "selected.npy");
  expect(shape).toEqual([rows.length, D]);
  expect(Array.from(z.slice(0, D) as Float32Array)).toEqual([
    ...data.subarray(rows[0] * D, (rows[0] + 1) * D)
  ]);
  const csv = (await saved(page, "selected.csv")).toString().split("\n");
  expect(csv[1].split(",").slice(0, 2)).toEqual([String(rows[0]), String(rows[0])]);
  await page.getByRole("button", {name: "Invert"}).click();
  await expect.poll(() => count(page).textContent()).toMatch(/^2,4[012]\d of/);
  await left.locator("canvas").press("Escape");
  await expect.poll(() => count(page).textContent()).toMatch(/^0 of/);
  expect(faults).toEqual([]);
  await page.close();
});

test("a click shows the latent, or the place where none is; keys do too; the number too", async () => {
  const {page, faults} = await open(3000);
  const left = planes(page).first();
  const box = (await left.locator("canvas").boundingBox())!;
  const row = page.locator("label.control", {hasText: /^Latent number/}).locator("input");
  await left.locator("canvas").click({position: {x: 0.15 * box.width, y: 0.46 * box.height}});
  await expect
    .poll(() => left.locator(".scatter-status").textContent())
    .toMatch(/^Latent [\d,]+: PC1 -[678]/);
  expect(groupOf(Number(await row.inputValue()))).toBe(0);
  await left.locator("canvas").click({position: {x: 0.42 * box.width, y: 0.1 * box.height}});
  await expect
    .poll(() => left.locator(".scatter-status").textContent())
    .toMatch(/^A place where no particle need be/);
  await left.locator("canvas").focus();
  for (let i = 0; i < 3; ++i) await left.locator("canvas").press("Shift+ArrowLeft");
  await left.locator("canvas").press("Enter");
  await expect.poll(() => left.locator(".scatter-status").textContent()).toMatch(/^(Latent|A place)/);
  await row.fill("77");
  await tool(page, "anywhere");
  await left.locator("canvas").click({position: {x: 0.15 * box.width, y: 0.46 * box.height}});
  await expect.poll(() => left.locator(".scatter-status").textContent()).toMatch(/^A place/);
  await page.getByText(/There is no decoder among these files/).waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("colours by clusters and labels, whose legend and table select; axes and colour are in the address", async () => {
  const n = 3000;
  const labels = writeNpy({shape: [n], data: Int32Array.from({length: n}, (_, i) => groupOf(i))});
  const {page, faults} = await open(n, [file("labels.npy", labels)], "?k=3");
  await colour(page).selectOption("clusters");
  const group = page.locator(".look-group");
  await expect.poll(() => group.allTextContents()).toEqual(["cluster 0 (1,500)", "cluster 1 (900)", "cluster 2 (600)"]); // prettier-ignore
  await group.nth(1).click();
  await expect.poll(() => count(page).textContent()).toMatch(/^900 of/);
  await group.nth(2).click({modifiers: ["Shift"]});
  await expect.poll(() => count(page).textContent()).toMatch(/^1,500 of/);
  await colour(page).selectOption({label: "labels.npy"});
  await expect.poll(() => group.first().textContent()).toBe("labels.npy 0 (1,500)");
  const groups = page.locator(".look-table").first();
  await expect
    .poll(() => groups.locator("tbody tr").first().textContent())
    .toMatch(/^labels.npy 01,50050.0%0/);
  await groups.getByRole("button", {name: "images"}).click(); // turns the order around
  await groups.locator("tbody tr").first().click();
  await expect.poll(() => count(page).textContent()).toMatch(/^600 of/);
  const listed = page.locator(".look-table").nth(1);
  await expect.poll(() => listed.locator("tbody tr").count()).toBe(50);
  await listed.getByRole("button", {name: "PC1"}).click();
  await expect.poll(() => listed.locator("th[aria-sort=descending]").textContent()).toBe("PC1");
  await listed.locator("tbody tr").first().click();
  const row = page.locator("label.control", {hasText: /^Latent number/}).locator("input");
  expect(groupOf(Number(await row.inputValue()))).toBe(2);
  await page
    .locator("label.control", {hasText: /^Right/})
    .nth(1)
    .locator("select")
    .selectOption("z2");
  const query = new URL(page.url()).searchParams;
  expect([query.get("color"), query.get("k"), query.get("x2")]).toEqual(["label0", "3", "z2"]);
  expect(faults).toEqual([]);
  await page.close();
});

test("outliers are found, marked, selected, and left out of what a prior is trained on", async () => {
  const {page, faults} = await open(3000, [], "?limit=3");
  await page.getByText(/^1 of 3,000 are outliers/).waitFor();
  await page.getByRole("button", {name: "Select outliers"}).click();
  await expect.poll(() => count(page).textContent()).toMatch(/^1 of/);
  expect(indices(await saved(page, "indices.pkl"))).toEqual([77]);
  await page.getByText(/^Encodings \(300\)/).waitFor();
  await page.getByLabel("Latents to train on").selectOption("inliers");
  await page.getByRole("button", {name: "Use these"}).click();
  await page.getByText("2,999 latents, without 1 outliers (limit 3).").waitFor();
  await page.getByLabel("Latents to train on").selectOption("selected");
  await page.getByRole("button", {name: "Use these"}).click();
  await page.getByText("Only 1 latents: a prior needs 50 or more.").waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("300,000 latents of ten dimensions are seen as hexagons, moved, zoomed to points and selected", async () => {
  const [n, d] = [300_000, 10];
  const data = random(2).fillNormal(new Float32Array(n * d));
  const {page, faults} = await site.open("workbench");
  const began = performance.now();
  await page
    .locator(".drop-input")
    .first()
    .setInputFiles([file("many.npy", writeNpy({shape: [n, d], data}))]);
  const canvas = planes(page).first().locator("canvas");
  await canvas.locator("xpath=self::*[@data-draws]").waitFor();
  const loaded = performance.now() - began;
  expect(await canvas.getAttribute("data-look")).toBe("hexagons");
  await canvas.scrollIntoViewIfNeeded();
  await page.evaluate(
    "window.frames = []; (() => { let last = performance.now(); const next = (t) => { frames.push(t - last); last = t; if (frames.length < 400) requestAnimationFrame(next); }; requestAnimationFrame(next); })()"
  );
  const draws = Number(await canvas.getAttribute("data-draws"));
  const {x, y} = (await canvas.boundingBox())!;
  await page.mouse.move(x + 200, y + 150);
  await page.mouse.down();
  for (let i = 1; i <= 40; ++i) {
    await page.mouse.move(x + 200 - i, y + 150 + i);
    await page.waitForTimeout(12);
  }
  await page.mouse.up();
  const frames = ((await page.evaluate("frames")) as number[]).slice(1).sort((a, b) => a - b);
  expect(Number(await canvas.getAttribute("data-draws"))).toBeGreaterThan(draws + 3);
  await tool(page, "lasso");
  await drag(planes(page).first(), [[0.3, 0.1], [0.7, 0.1], [0.7, 0.8], [0.5, 0.4], [0.3, 0.8]]); // prettier-ignore
  await expect.poll(() => count(page).textContent()).toMatch(/^\d[\d,]{4,} of 300,000/);
  console.log(`300,000 x ${d} latents: drawn ${(loaded / 1000).toFixed(2)} s after they were chosen; panning, median frame ${frames[frames.length >> 1].toFixed(1)} ms; a lasso ${await canvas.getAttribute("data-selected")} ms`); // prettier-ignore
  for (let i = 0; i < 9; ++i) await page.getByTitle("Zoom in").first().click();
  await expect.poll(() => canvas.getAttribute("data-look")).toBe("points");
  expect(faults).toEqual([]);
  await page.close();
});
