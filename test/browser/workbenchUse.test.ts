import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {readMrc} from "../../components/formats/mrc.js";
import {readNpy} from "../../components/formats/npy.js";
import {readLatents} from "../../components/formats/z.js";
import {openSite, saved, type Site} from "./site.js";

const fixtures = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
const have = existsSync(fixtures);
if (!have) console.warn("skipped: no ../shared/fixtures");

let site: Site;
beforeAll(async () => {
  site = await openSite({maps: false});
});
afterAll(() => site?.close());

const choose = (page: Page, ...files: string[]) => page.locator(".drop-input").first().setInputFiles(files);
const status = (page: Page) => page.locator(".open-run > [role=status]");
const mapStatus = (page: Page) => page.getByText(/^Box \d+, [\d.]+ Å a voxel/).first();
/** A latent and the map that is decoded from it, as the page gives them. */
async function typed(page: Page, z: ArrayLike<number>) {
  await page.getByLabel(/^A latent: /).fill(Array.from(z).join(" "));
  await page.getByRole("button", {name: "Show its map"}).click();
  await page.getByText("The latent that was typed").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".figure:has(.latent-values) [data-state=busy]"));
  return readMrc(new Uint8Array(await saved(page, "decoded.mrc")), "decoded.mrc");
}
const relative = (a: Float32Array, b: Float32Array) =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / b.reduce((sum, v) => sum + v * v, 0));

test.skipIf(!have)("maps of a cryoDRGN run are those that cryoDRGN made of the same latents", async () => {
  const run = join(fixtures, "cryodrgn-run");
  const {page, faults} = await site.open("workbench");
  await choose(page, join(run, "out/z.2.pkl"), join(run, "out/weights.2.pkl"), join(run, "out/config.yaml"));
  await mapStatus(page).waitFor({timeout: 60_000});
  const file = (name: string) => new Uint8Array(readFileSync(join(run, name)));
  const folder = existsSync(join(run, "vol_z0.mrc")) ? "" : "out/";
  const expected = (name: string) => readMrc(file(folder + name), name).data as Float32Array;
  const {mu} = readLatents(file("out/z.2.pkl"), "z.2.pkl");
  const errors = [
    relative((await typed(page, new Float32Array(8))).data as Float32Array, expected("vol_z0.mrc")),
    relative((await typed(page, mu.data.subarray(0, 8))).data as Float32Array, expected("vol_mu0.mrc"))
  ];
  console.log(`decoded in the page, off cryoDRGN's by ${errors.map((e) => e.toExponential(1)).join(" and ")} of the map`); // prettier-ignore
  for (const error of errors) expect(error).toBeLessThan(1e-4);
  await page.getByLabel(/^A latent: /).fill("1 2 x");
  await page.getByRole("button", {name: "Show its map"}).click();
  await page.getByText("found x; expected a number").waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test.skipIf(!have)("a decoder alone makes maps of latents that are typed", async () => {
  const {page, faults} = await site.open("workbench");
  const real = join(fixtures, "real");
  await choose(page, join(real, "het_weights.pkl"), join(real, "het_config.yaml"));
  await expect
    .poll(() => status(page).textContent())
    .toMatch(/no latents among these files yet\. The decoder is ready/);
  await mapStatus(page).waitFor({timeout: 60_000});
  const {nx, data} = await typed(page, [0.5, 0, 0, 0, 0, 0, 0, -0.5]);
  expect(nx).toBe(64);
  expect(data.every(Number.isFinite)).toBe(true);
  expect(faults).toEqual([]);
  await page.close();
});

test.skipIf(!have)(
  "latents of a real run: a prior from a short training, cryoDRGN's graph, a walk, a report",
  async () => {
    const {page, faults} = await site.open("workbench?steps=1000&patience=0&a=2020&b=3030&neighbours=5");
    await choose(page, join(fixtures, "real/zvals_het-8_4k.pkl"));
    await page.getByRole("button", {name: "Start training"}).click();
    const table = page.locator("table.numbers", {hasText: "Standard Gaussian"});
    await table.waitFor({timeout: 180_000});
    const row = table.locator("tbody tr").first();
    const mmd = parseFloat((await row.locator(".ratio").first().textContent())!);
    console.log(`zvals_het-8_4k, 1,000 steps of preset fast: MMD ${mmd} times its floor`);
    expect(mmd).toBeLessThan(1.5);
    // cryoDRGN's own numbers for these latents: the paths' section comes once there is a prior
    const graph = page.getByText(
      /graph traversal stays with the data over its length of|graph traversal leaves/
    );
    await expect.poll(() => graph.textContent(), {timeout: 120_000}).toMatch(/its length of 2\.41/);
    await page.getByLabel("B, number").fill("4040"); // first: A and B are two
    await page.getByLabel("A, number").fill("3030");
    await expect.poll(() => graph.textContent(), {timeout: 120_000}).toMatch(/its length of 5\.14/);
    const walk = page.locator(".figure", {has: page.getByRole("button", {name: "Walk", exact: true})});
    await walk.getByLabel("Steps").fill("40");
    await walk.getByRole("button", {name: "Walk", exact: true}).click();
    await walk.getByText(/^41 places\./).waitFor({timeout: 60_000});
    expect(await walk.getByText(/of 41 places lie farther/).textContent()).toMatch(/^\d+ of 41/);
    const walked = readNpy(await saved(page, "walk.npy"), "walk.npy");
    expect(walked.shape).toEqual([41, 8]);
    const report = (await saved(page, "report.html")).toString();
    for (const word of ["zvals_het-8_4k.pkl", "preset fast, seed 1, 1,000 steps", "Classifier accuracy", "<svg"]) expect(report).toContain(word); // prettier-ignore
    expect(report).not.toMatch(/<script|src="http/);
    expect(readLatents(new Uint8Array(await saved(page, "samples.pkl")), "samples.pkl").mu.shape).toEqual([
      1000, 8
    ]);
    expect(faults).toEqual([]);
    await page.close();
  }
);

test("from the first page to a decoded sample in six clicks, with a set that ships", async () => {
  const {page, faults} = await site.open("");
  let clicks = 0;
  const click = async (target: ReturnType<Page["locator"]>) => {
    await target.click();
    ++clicks;
  };
  await click(page.getByRole("link", {name: "Your own run"}).first());
  await click(page.getByRole("button", {name: "Open this one"}));
  await expect.poll(() => status(page).textContent(), {timeout: 60_000}).toMatch(/latents are ready/);
  await mapStatus(page).waitFor({timeout: 60_000});
  await click(page.getByRole("button", {name: "Sample the prior"}));
  await page
    .getByText(/^Diffusion prior \(2,000\)|samples in/)
    .first()
    .waitFor({timeout: 90_000});
  const plot = page.locator("#F4 canvas");
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  // the prior's samples lie over the encodings: keys choose one of them
  await page.locator("#F4 .legend label", {hasText: "Encodings"}).locator("input").uncheck();
  ++clicks;
  await page.locator("#F4 .legend label", {hasText: "N(0, I)"}).locator("input").uncheck();
  ++clicks;
  await plot.focus();
  await plot.press("ArrowRight");
  await plot.press("Enter");
  ++clicks;
  expect(box.width).toBeGreaterThan(100);
  await page
    .getByText(/^Diffusion prior, number \d+/)
    .first()
    .waitFor({timeout: 60_000});
  await mapStatus(page).waitFor();
  expect(clicks).toBeLessThanOrEqual(6);
  expect(faults).toEqual([]);
  await page.close();
});

test("free energies of a shipped set's encodings, and what is not there is told of", async () => {
  const {page, faults} = await site.open("workbench?energyN=60");
  await page.getByRole("button", {name: "Open this one"}).click();
  await expect.poll(() => status(page).textContent(), {timeout: 60_000}).toMatch(/latents are ready/);
  await page.getByRole("button", {name: "Compute"}).click();
  await page
    .getByText(/range|median/i)
    .first()
    .waitFor({timeout: 120_000});
  await page.getByRole("button", {name: "Close this run"}).click();
  await page.getByText("Open a run above: this needs its latents.").first().waitFor();
  expect(faults).toEqual([]);
  await page.close();
});
