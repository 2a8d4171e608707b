import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openSite, saved, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const numbers = (page: Page) => page.locator("#F2-particle .figure-numbers");
const seen = (page: Page) => page.locator('#F2-particle .figure-numbers[data-state="done"]', {hasText: "Correlation"}).waitFor(); // prettier-ignore
const decoded = (page: Page) => page.locator('#F2-map [data-state="done"]').waitFor();
const query = (page: Page) => new URL(page.url()).searchParams;
test("shows the architecture with the sizes of its file, then a particle and its map, without a click", async () => {
  const {page, faults} = await site.open("cryodrgn");
  await page.locator("#F2 svg").waitFor();
  const ready = await page.evaluate(() => performance.now());
  await seen(page);
  const particle = await page.evaluate(() => performance.now());
  await decoded(page);
  const map = await page.evaluate(() => performance.now());
  console.log(
    `page cryodrgn: architecture after ${(ready / 1000).toFixed(2)} s, particle ${(particle / 1000).toFixed(2)} s, map ${(map / 1000).toFixed(2)} s`
  );
  const picture = (await page.locator("#F2 svg").textContent())!;
  for (const words of ["3,208 → 256", "256 → 256 × 3 + skip", "256 → 16", "200 → 256", "|z| = 8"]) expect(picture).toContain(words); // prettier-ignore
  expect(await page.locator("#F2 .figure-numbers").textContent()).toContain("1,272,338 in all");
  const rows = (await saved(page, "architecture.csv")).toString().trim().split("\n").slice(1);
  const sum = rows.reduce((n, row) => n + Number(row.split(",").at(-1)), 0);
  expect(sum).toBe(1_272_338);
  const found = (await numbers(page).textContent())!;
  expect(Number(/noiseless image: (0\.\d+)/.exec(found)![1])).toBeGreaterThan(0.95);
  expect(await page.locator("#F2-map").textContent()).toMatch(
    /Correlation with the true map of its state: 0\.9\d+/
  );
  expect(await page.locator("#F2-particle .views canvas").count()).toBe(4);
  expect(faults).toEqual([]);
  await page.close();
});

test("another particle, another state, arrow keys, and the address that brings them back", async () => {
  const {page, faults} = await site.open("cryodrgn?image=3&state=40");
  await seen(page);
  const figure = page.locator("#F2-particle");
  expect(await figure.locator("output").textContent()).toMatch(/^40: hinge at/);
  expect(await page.getByLabel("Image", {exact: true}).inputValue()).toBe("3");
  await decoded(page);
  expect(await page.locator("#F2-map figcaption").allTextContents()).toEqual([
    "Decoded: image 3",
    expect.stringMatching(/^True: state 40, hinge/)
  ]);
  const before = await numbers(page).textContent();
  const bars = await figure.locator("svg").first().getAttribute("aria-label");
  await figure.locator("input[type=range]").fill("5");
  await expect.poll(() => numbers(page).textContent()).not.toBe(before);
  expect(await figure.locator("svg").first().getAttribute("aria-label")).not.toBe(bars);
  await expect.poll(() => query(page).get("state")).toBe("5");
  await figure.getByRole("button", {name: "Another particle"}).click();
  await expect.poll(() => query(page).get("image")).toBe("4");
  expect(query(page).get("state")).toBeNull();
  await expect.poll(() => figure.locator(".truth").textContent()).toContain("its own");
  await figure.locator(".views").focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => query(page).get("image")).toBe("5");
  await seen(page);
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => query(page).get("state")).not.toBeNull();
  expect(faults).toEqual([]);
  await page.close();
});

test("an encoding that is clicked, or reached by keys, is decoded beside the map of its state", async () => {
  const {page, faults} = await site.open("cryodrgn?image=-4&state=nonsense&row=7");
  await decoded(page);
  expect(await page.locator("#F2-map figcaption").first().textContent()).toBe("Decoded: encoding 7");
  const canvas = page.locator("#F2-latents canvas");
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect.poll(() => query(page).get("row")).not.toBe("7");
  await page.getByRole("button", {name: "Decode the particle again"}).click();
  await expect.poll(() => page.locator("#F2-map figcaption").first().textContent()).toBe("Decoded: image 0");
  await expect.poll(() => query(page).get("row")).toBeNull();
  expect(faults).toEqual([]);
  await page.close();
});

test("UMAP lays the encodings out with the particle among them", async () => {
  const {page, faults} = await site.open("cryodrgn?umapN=300");
  await seen(page);
  await page.getByRole("button", {name: "Lay out"}).click();
  await page.getByText(/301 points in [\d.]+ s/).waitFor();
  expect((await saved(page, "encodings-umap.csv")).toString().trim().split("\n")).toHaveLength(301);
  expect(faults).toEqual([]);
  await page.close();
});

test("the training of the run: its curve, or where it ended", async () => {
  const {page, faults} = await site.open("cryodrgn", {
    before: (page) =>
      page.route(/\/_file\/.*\/provenance\.[^/]*$/, async (route) => {
        const json = (await (await route.fetch()).json()) as {vae: object};
        const curve = Array.from({length: 50}, (_, i) => ({step: 500 * i, epoch: i / 3, gen: 1 / (i + 1), kld: i, loss: 1})); // prettier-ignore
        await route.fulfill({json: {...json, vae: {...json.vae, curve}}});
      })
  });
  await page.locator("#F2-curve svg").first().waitFor();
  expect((await saved(page, "vae-curve.csv")).toString().trim().split("\n")).toHaveLength(51);
  expect(await page.locator("#F2-curve table").textContent()).toContain("50,000");
  expect(faults).toEqual([]);
  await page.close();
});

test("a VAE is trained here: paused, cancelled, gone on with, and its latents tell the state", async () => {
  const {page, faults} = await site.open("cryodrgn?images=192&epochs=120");
  const figure = page.locator("#F2-live");
  const status = figure.locator(".training [role=status]");
  const pace = figure.locator(".training-pace");
  await figure.getByRole("button", {name: "Start training"}).click();
  await figure.getByText(/Epoch ([3-9]|\d\d) of 120/).waitFor();
  await figure.getByRole("button", {name: "Pause"}).click();
  await expect.poll(() => status.textContent()).toBe("Paused.");
  await page.waitForTimeout(300);
  const paused = await pace.textContent();
  await page.waitForTimeout(400);
  expect(await pace.textContent()).toBe(paused);
  await figure.getByRole("button", {name: "Resume"}).click();
  const start = Date.now();
  await figure.getByText(/Trained [\d,]+ steps in .*R² = 0\.\d+/).waitFor();
  console.log(`page cryodrgn: the rest of 720 steps after ${Date.now() - start} ms`);
  expect(await figure.locator(".live-latents canvas").count()).toBe(1);
  const rows = (await saved(page, "live-vae.csv")).toString().trim().split("\n").slice(1).map((row) => row.split(",").map(Number)); // prettier-ignore
  expect(rows).toHaveLength(120);
  expect(rows[119][2]).toBeLessThan(rows[0][2] - 0.2);
  expect((await saved(page, "live-vae.safetensors")).length).toBeGreaterThan(1e5);
  await figure.getByRole("button", {name: "Start training"}).click();
  await figure.getByRole("button", {name: "Cancel"}).click();
  await expect.poll(() => status.textContent()).toMatch(/^Cancelled at step/);
  await figure.getByLabel("Images", {exact: true}).fill("3");
  expect(await figure.getByRole("alert").first().textContent()).toContain("images: found 3; expected a whole number from 64"); // prettier-ignore
  expect(await figure.getByRole("button", {name: "Start training"}).isDisabled()).toBe(true);
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  ["vae", ["The architecture", "The particle", "The map"], ["F2-latents", "F2-umap", "F2-curve"]],
  ["recipe", ["The particle", "The map", "The training"], ["F2", "F2-latents", "F2-curve"]],
  ["held-out", ["The latents", "UMAP"], ["F2", "F2-particle", "F2-curve", "F2-live"]],
  ["provenance", ["The training curve"], ["F2", "F2-particle", "F2-latents", "F2-live"]]
])(
  "without %s there is a message in the place of what needs it, and the rest stands",
  async (file, gone, there) => {
    const {page} = await site.open("cryodrgn", {
      before: (page) =>
        page.route(new RegExp(`/_file/.*/${file}\\.[^/]*$`), (route) => route.fulfill({status: 404}))
    });
    for (const what of gone) await page.getByText(`${what} can't be shown.`).waitFor();
    for (const id of there) await page.locator(`#${id}`).waitFor();
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    await page.close();
  }
);

test("another data set has another particle, and the address keeps it", async () => {
  const {page, faults} = await site.open("cryodrgn?image=2&state=1");
  await seen(page);
  const before = await numbers(page).textContent();
  await page.locator(".set-picker select").selectOption("circular1d");
  await expect.poll(() => page.locator("#F2 .provenance").textContent()).toContain("circular1d");
  await seen(page);
  expect(await numbers(page).textContent()).not.toBe(before);
  expect(query(page).get("set")).toBe("circular1d");
  await expect.poll(() => query(page).get("image")).toBeNull();
  // Sets whose run may not be there say so in place.
  await page.locator(".set-picker select").selectOption("covid");
  await expect.poll(() => page.locator("#F2 .provenance, .failure").first().textContent()).toMatch(/covid/);
  expect(await page.locator(".observablehq--error").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});
