import {existsSync, mkdirSync, mkdtempSync, cpSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import {openSite, saved, type Site} from "./site.js";

const fixtures = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
const have = existsSync(fixtures);
if (!have) console.warn("skipped: no ../shared/fixtures");

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const choose = (page: Page, ...files: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>[0][]) =>
  page
    .locator(".drop-input")
    .first()
    .setInputFiles(files.flat() as never);
const status = (page: Page) => page.locator(".open-run > [role=status]");
const lines = (page: Page) => page.locator(".own-lines li");
/** N x 4 latents of two round clusters. */
const latents = (n: number) => ({
  shape: [n, 4],
  data: random(3)
    .fillNormal(new Float32Array(4 * n))
    .map((e, i) => 0.5 * e + (Math.floor(i / 4) % 2 ? 3 : -3))
});
const npy = (name: string, n: number) => ({name, mimeType: "", buffer: Buffer.from(writeNpy(latents(n)))});

test("says what it needs before anything is opened, and asks no other host", async () => {
  const {page, faults} = await site.open("workbench");
  await page.getByText("Open a run above: this needs its latents.").first().waitFor();
  expect(await page.locator(".drop-zone").count()).toBe(2);
  expect(faults).toEqual([]);
  await page.close();
});

test.skipIf(!have)(
  "a cryoDRGN run from its folder: each file is listed, and a click decodes a map",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "run-"));
    mkdirSync(join(folder, "out"));
    for (const file of [
      "out/z.2.pkl",
      "out/weights.2.pkl",
      "out/config.yaml",
      "out/run.log",
      "ctf.pkl",
      "poses.pkl"
    ])
      cpSync(`${fixtures}cryodrgn-run/${file}`, join(folder, file));
    cpSync(`${fixtures}cryodrgn-run/out/z.2.pkl`, join(folder, "out/z.1.pkl"));
    const {page, faults} = await site.open("workbench");
    await page.locator(".drop-input").nth(1).setInputFiles(folder);
    await expect.poll(() => status(page).textContent()).toMatch(/^1,000 latents are ready/);
    const said = await lines(page).allTextContents();
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/z\.2\.pkl: 1,000 latents, \|z\| = 8, with their log variances/),
        expect.stringMatching(/weights\.2\.pkl: a VAE: .* box 32, .* fourier, gaussian/),
        expect.stringMatching(/ctf\.pkl: CTFs of 1,000 images, box 32, 6\.00 Å a pixel/),
        expect.stringMatching(/run\.log/) // what is no part of a run is said, and does no harm
      ])
    );
    expect(said.filter((text) => /z\.1\.pkl/.test(text))).toEqual([]); // an epoch that was not taken
    expect(await page.getByLabel("Epoch").inputValue()).toBe("2");
    expect(await page.getByLabel("Å a pixel").inputValue()).toBe("6");
    const map = page.locator(".figure", {has: page.locator(".map-viewer")});
    await expect.poll(() => page.getByText(/^Box 32, 6\.0 Å a voxel/).count(), {timeout: 60_000}).toBe(1);
    expect(await map.count()).toBe(1);
    await page.getByLabel("Epoch").selectOption("1");
    await expect
      .poll(async () => (await lines(page).allTextContents()).join())
      .toMatch(/z\.1\.pkl: 1,000 latents/);
    await page.getByText(/No decoder: weights\.N\.pkl/).waitFor(); // that of epoch 2 is not taken for it
    await page.getByText(/There is no decoder among these files/).waitFor();
    await page.getByRole("button", {name: "Close this run"}).click();
    await page.getByText("Open a run above: this needs its latents.").first().waitFor();
    expect(faults).toEqual([]);
    rmSync(folder, {recursive: true, force: true});
    await page.close();
  }
);

test("wrong files are told of by name, and the good ones go on; more can be added", async () => {
  const {page, faults} = await site.open("workbench");
  await choose(
    page,
    {name: "z.pkl", mimeType: "", buffer: Buffer.from("cos\nsystem\n(S'id'\ntR.")},
    {name: "photo.png", mimeType: "", buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47])}
  );
  await expect.poll(() => status(page).textContent()).toMatch(/no latents among these files/);
  expect(await page.locator(".own-lines .problem").count()).toBe(2);
  await choose(page, npy("mine.npy", 300));
  await expect.poll(() => status(page).textContent()).toMatch(/^300 latents are ready/);
  expect(await page.locator(".own-lines .problem").count()).toBe(2);
  await page.getByText(/No decoder/).waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("latents alone get a prior: trained, sampled, compared with N(0, I), and taken along", async () => {
  const {page, faults} = await site.open("workbench?preset=quick");
  await choose(page, npy("mine.npy", 4000));
  await page.getByText(/^Encodings \(400\)/).waitFor();
  await page.getByRole("button", {name: "Lay out"}).click();
  await page.getByText(/^800 points in/).waitFor(); // of two kinds: there is no prior yet
  await page.getByRole("button", {name: "Start training"}).click();
  const table = page.locator("table.numbers");
  await expect
    .poll(() => table.textContent().catch(() => ""), {timeout: 120_000})
    .toMatch(/Standard Gaussian/);
  const [prior, gaussian] = await table.locator("tbody tr:not(.floor)").evaluateAll(
    (rows) =>
    rows.map((row) => Number((row as HTMLTableRowElement).cells[1].querySelector(".ratio")!.textContent!.split(" ")[0])) // prettier-ignore
  );
  expect(prior).toBeLessThan(gaussian / 3);
  expect(await table.locator("thead").textContent()).not.toMatch(/talk/);
  await page.getByRole("spinbutton", {name: "Samples"}).fill("500");
  await page.getByRole("button", {name: "Sample the prior"}).click();
  await page.getByText(/^500 samples in/).waitFor({timeout: 60_000});
  const {shape, data} = readNpy(await saved(page, "samples.npy"), "samples.npy");
  expect(shape).toEqual([500, 4]);
  // Both clusters are there, near -3 and 3.
  const near = (v: number) => Array.from(data as Float32Array).filter((x) => Math.abs(x - v) < 1.8).length / data.length; // prettier-ignore
  expect(near(3) + near(-3)).toBeGreaterThan(0.85);
  expect(Math.min(near(3), near(-3))).toBeGreaterThan(0.3);
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  ["circular1d", "100,000"],
  ["ribosome", "87,328"],
  ["covid", "100,000"]
])("%s, which ships, is opened as if it were the reader's, with its prior and its maps", async (set, n) => {
  const {page, faults} = await site.open("workbench");
  await page.getByLabel("None at hand?").selectOption(set);
  await page.getByRole("button", {name: "Open this one"}).click();
  await expect.poll(() => status(page).textContent(), {timeout: 60_000}).toMatch(`${n} latents are ready`);
  expect(await page.locator(".own-lines .problem").count()).toBe(0);
  await expect.poll(() => page.getByText(/^Box 64/).count(), {timeout: 60_000}).toBeGreaterThan(0);
  await page.getByText(/^The prior: .*prior\.safetensors, preset paper/).waitFor();
  expect(faults).toEqual([]);
  await page.close();
});
