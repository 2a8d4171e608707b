import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {readMrc} from "../../components/formats/mrc.js";
import {writeNpy} from "../../components/formats/npy.js";
import {defaultVae} from "../../components/vae/config.js";
import {writeVae} from "../../components/vae/file.js";
import {initialVae} from "../../components/vae/model.js";
import {openSite, saved, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const d = 4;
const z = random(1).fillNormal(new Float32Array(200 * d));

/** Opens latents and a decoder of random weights, as wide as cryoDRGN's own. */
async function open(page: Page, {boxSize, width}: {boxSize: number; width: number}) {
  const config = {...defaultVae, boxSize, pixelSize: 2.5, zdim: d, encoderWidth: 8, encoderLayers: 1, decoderWidth: width}; // prettier-ignore
  const vae = writeVae(initialVae(config, random(2)), {scale: 1});
  await page
    .locator(".drop-input")
    .first()
    .setInputFiles([
      {name: "z.npy", mimeType: "", buffer: Buffer.from(writeNpy({shape: [200, d], data: z}))},
      {name: "vae.safetensors", mimeType: "", buffer: Buffer.from(vae)}
    ]);
}

const run = (page: Page) => page.locator(".map-box .run");
const said = (page: Page) => run(page).locator("[role=status]").textContent();

test("a wide decoder's map comes coarse at first, then finer with progress, which can be left and taken up again", async () => {
  const {page, faults} = await site.open("workbench");
  await open(page, {boxSize: 64, width: 1024});
  await expect.poll(() => said(page), {timeout: 60_000}).toMatch(/^Decoding at box 64: \d+%/);
  const bar = run(page).locator("progress");
  const seen: number[] = [];
  while (seen.length < 12) {
    seen.push(await bar.evaluate((e: HTMLProgressElement) => e.value));
    await page.waitForTimeout(100);
  }
  seen.forEach((part, i) => expect(part).toBeGreaterThanOrEqual(seen[i - 1] ?? 0));
  expect(seen[11]).toBeGreaterThan(seen[0]);
  await run(page).getByRole("button", {name: "Cancel"}).click();
  await expect.poll(() => said(page)).toBe("Cancelled. What is shown has box 32.");
  const coarse = readMrc(await saved(page, "decoded.mrc"), "decoded.mrc");
  expect([coarse.nx, coarse.pixelSize]).toEqual([32, 5]);

  await run(page).getByRole("button", {name: "Decode it"}).click();
  await expect.poll(() => said(page), {timeout: 90_000}).toMatch(/^Box 64, 2\.5 Å a voxel, decoded in/);
  console.log(`a decoder of 1024 x 3: ${await said(page)}`);
  const fine = readMrc(await saved(page, "decoded.mrc"), "decoded.mrc");
  expect([fine.nx, fine.ny, fine.nz, fine.pixelSize]).toEqual([64, 64, 64, 2.5]);
  expect(fine.data.every(Number.isFinite)).toBe(true);
  // The selection's latents have a button of that name too.
  const figure = page.locator(".figure", {has: page.locator(".map-box")});
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    figure.getByTitle("Download z_values.txt").click()
  ]);
  const values = (await readFile(await file.path(), "utf8")).trim().split(" ").map(Number);
  expect(Float32Array.from(values)).toEqual(z.slice(0, d));
  expect(await page.locator(".latent-values").textContent()).toContain(
    `z = (${Number(z[0].toPrecision(4))}, `
  );

  await page.getByRole("combobox", {name: "Box", exact: true}).selectOption("32");
  await expect.poll(() => said(page), {timeout: 60_000}).toMatch(/^Box 32, 5\.0 Å a voxel/);
  expect(new URL(page.url()).searchParams.get("map-box")).toBe("32");
  expect(faults).toEqual([]);
  await page.close();
});

test("a narrow decoder's map has the model's own box at once", async () => {
  const {page, faults} = await site.open("workbench");
  await open(page, {boxSize: 96, width: 64});
  await expect.poll(() => said(page), {timeout: 60_000}).toMatch(/^Box 96, 2\.5 Å a voxel/);
  expect(await page.getByRole("combobox", {name: "Box", exact: true}).inputValue()).toBe("96");
  expect(faults).toEqual([]);
  await page.close();
});
