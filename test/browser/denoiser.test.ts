import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {openSite, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite({maps: false});
});
afterAll(() => site?.close());

/** Figures that need no training, and those that follow one. */
const exact = ["E9", "E9-curves", "E9-predictions", "E9-coefficients", "E9-sizes", "E9-precision", "E9-levels", "E9-weights", "E9-floor", "E9-effort", "E9-memory", "E9-memory-loss"]; // prettier-ignore
const learned = ["D1-field", "D1-difference", "D1-samples", "D1-distance"];

const figure = (page: Page, id: string) => page.locator(`[id="${id}"]`);
const draws = async (page: Page, id: string) => Number(await figure(page, id).getAttribute("data-draws"));
const trouble = (page: Page, id: string) => figure(page, id).locator(".live-trouble");

/** What a figure shows, as a checksum of a canvas's pixels or of a drawing. */
const picture = (page: Page, id: string) =>
  figure(page, id)
    .locator(".live-picture")
    .evaluate((element) => {
      const canvas = element.querySelector("canvas");
      // Plot counts its clipping paths.
      const data = canvas
        ? canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data
        : new TextEncoder().encode(element.innerHTML.replace(/plot-clip-\d+/g, ""));
      let sum = 0;
      for (const v of data) sum = (Math.imul(sum, 31) + v) | 0;
      return String(sum);
    });
const pictures = async (page: Page, ids: string[]) => {
  const found: Record<string, string> = {};
  for (const id of ids) found[id] = await picture(page, id);
  return found;
};

/** The same, but of canvases what they are said to show: the browser draws their edges otherwise once they were read. */
async function shown(page: Page, ids: string[]) {
  const found = await pictures(page, ids);
  for (const id of ids) {
    const canvas = figure(page, id).locator(".live-picture canvas");
    if (await canvas.count()) found[id] = (await canvas.getAttribute("aria-label"))!;
  }
  return found;
}

/** The page, so tall that every figure is on the screen and follows. */
async function open(query = "", options: {width?: number; dark?: boolean} = {}) {
  const {page, faults} = await site.open(`denoiser${query}`, options);
  await page.setViewportSize({width: options.width ?? 1280, height: 9000});
  await figure(page, "E9-memory-loss").waitFor();
  return {page, faults};
}
/** Waits until a figure is drawn and nothing is drawn any more. */
async function rest(page: Page, ids = exact) {
  for (const id of ids)
    await page.waitForFunction((id) => Number(document.getElementById(id)?.dataset.draws) > 0, id);
  let before = "";
  for (;;) {
    const now = JSON.stringify(await Promise.all(ids.map((id) => draws(page, id))));
    if (now === before) return;
    before = now;
    await page.waitForTimeout(400);
  }
}
const sigma = (page: Page, id: string) => figure(page, id).locator(".player input[type=range]");

test("every figure is there and drawn, light and dark, wide and narrow; nothing overflows", async () => {
  for (const [width, dark] of [
    [1280, false],
    [390, true]
  ] as const) {
    const {page, faults} = await open("", {width, dark});
    await rest(page);
    for (const id of exact) expect(await trouble(page, id).isVisible(), id).toBe(false);
    for (const id of learned)
      expect(await trouble(page, id).textContent(), id).toContain("start the training");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(2);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  }
});

test("the noise level moves every figure that it should, by slider, key and player; the rest stays", async () => {
  const {page, faults} = await open();
  await rest(page);
  const before = await pictures(page, exact);
  await sigma(page, "E9").fill("0.5");
  await expect.poll(() => picture(page, "E9-memory-loss")).not.toBe(before["E9-memory-loss"]);
  await rest(page);
  const after = await pictures(page, exact);
  for (const id of exact) expect(after[id] !== before[id], id).toBe(true);
  await expect.poll(() => new URL(page.url()).searchParams.get("ls")).toBe("0.5");
  expect(await sigma(page, "E9-memory").inputValue()).toBe("0.5");
  await sigma(page, "E9").press("ArrowRight");
  await expect.poll(() => sigma(page, "E9-memory").inputValue()).toBe("0.51");
  const play = figure(page, "E9").getByRole("button", {name: "Play forwards"});
  await play.click();
  await expect
    .poll(async () => Number(await sigma(page, "E9").inputValue()), {timeout: 60_000})
    .toBeGreaterThan(0.6);
  await figure(page, "E9").getByRole("button", {name: "Pause"}).click();
  expect(faults).toEqual([]);
  await page.close();
});

test("the point is dragged by mouse and by keys, and the table follows: both sides of the score's equation", async () => {
  const {page, faults} = await open("?x=0.4&y=0.6");
  await rest(page);
  const cells = () => page.locator(".score-numbers td").allTextContents();
  const before = await cells();
  expect(before[0]).toBe("(0.40000, 0.60000)");
  const canvas = figure(page, "E9").locator("canvas");
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await cells())[0]).toBe("(0.45000, 0.60000)");
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.5 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.75 * box.width, box.y + 0.3 * box.height, {steps: 4});
  await page.mouse.up();
  const after = await cells();
  expect(after[0]).not.toBe(before[0]);
  expect(after[3].slice(0, 6)).toBe(after[4].slice(0, 6));
  expect(Number(after[5].replace("−", "-"))).toBeLessThan(1e-6);
  await expect.poll(() => new URL(page.url()).searchParams.get("x")).not.toBe(null);
  expect(faults).toEqual([]);
  await page.close();
});

test("data, parameterisation, objective, chain and data set change their figures; a link and reset bring states back", async () => {
  const {page, faults} = await open();
  await rest(page);
  const first = await shown(page, exact);
  await page.getByLabel("The network predicts").selectOption("eps");
  await page.getByLabel("Objective").first().selectOption("variational");
  await page.getByLabel("T of the chain").fill("20");
  await figure(page, "E9-memory").locator("label:has-text('n') input[type=range]").fill("0.5");
  await page.locator(".lab-dock .data-controls select").selectOption("uneven");
  await expect.poll(() => new URL(page.url()).searchParams.get("data")).toBe("uneven");
  await rest(page);
  const changed = await shown(page, exact);
  for (const id of exact) expect(changed[id] !== first[id], id).toBe(true);
  const query = new URL(page.url()).search;

  const again = await open(query);
  await rest(again.page);
  expect(await shown(again.page, exact)).toEqual(changed);
  await again.page.close();

  await page.getByRole("button", {name: "Reset"}).first().click();
  await expect.poll(() => new URL(page.url()).search).toBe("");
  await rest(page);
  expect(await shown(page, exact)).toEqual(first);
  expect(faults).toEqual([]);
  await page.close();
});

test("what makes no sense is told in its place, and nothing else suffers", async () => {
  const {page, faults} = await open("?data=drawn2&schedule=constant&constant.beta=0&objective=schedule&T=1");
  await expect.poll(() => trouble(page, "E9").textContent()).toContain("No data yet");
  for (const id of exact.filter((id) => id !== "E9-coefficients"))
    expect(await trouble(page, id).isVisible(), id).toBe(true);
  expect(await trouble(page, "D1").textContent()).not.toBe("");
  expect(await page.getByRole("button", {name: "Start training"}).isDisabled()).toBe(true);
  await page.locator(".lab-dock .data-controls select").selectOption("normal");
  await rest(page);
  for (const id of exact) expect(await trouble(page, id).isVisible(), id).toBe(false);
  expect(await figure(page, "E9-levels").locator(".figure-caption").textContent()).toContain("is missing: ");
  expect(await page.locator(".learning-panel .problem").textContent()).toContain("Can't train this");
  expect(await page.locator("#observablehq-main").innerText()).not.toMatch(/NaN|undefined|Infinity/);
  expect(faults).toEqual([]);
  await page.close();
});

test("the source of every figure makes it in a cell, without a fault", async () => {
  const {page, faults} = await open("?data=peaks&n=50");
  await rest(page);
  for (const id of exact) await figure(page, id).getByRole("button", {name: "Show source"}).click();
  const outputs = page.locator(".cell-output").locator("canvas, svg[role=img]");
  await expect.poll(() => outputs.count(), {timeout: 30_000}).toBeGreaterThanOrEqual(exact.length);
  expect(await page.locator(".cell .problem:visible, .cell .observablehq--error").allTextContents()).toEqual([]); // prettier-ignore
  expect(faults).toEqual([]);
  await page.close();
}); // prettier-ignore

/** How many checkpoints of trainings the browser keeps. */
const checkpoints = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const open = indexedDB.open("cryo-latent-diffusion");
        open.onerror = () => reject(new Error(open.error?.message));
        open.onsuccess = () => {
          const {result: database} = open;
          if (!database.objectStoreNames.contains("trainings")) return reject(new Error("no trainings"));
          const count = database.transaction("trainings").objectStore("trainings").count();
          count.onsuccess = () => {
            database.close();
            resolve(count.result);
          };
        };
      })
  );

test("trains, follows, pauses, goes on after a reload; the network is a file and a denoiser of the cells", async () => {
  const {page, faults} = await open("?data=peaks&steps=4000&rows=2000&backend=wasm&threads=1");
  await rest(page);
  const button = (name: string | RegExp) => page.locator(".run.training").getByRole("button", {name});
  const phase = (name: string) => page.locator(`.run.training[data-phase=${name}]`).waitFor();
  const before = await pictures(page, ["D1", "D1-levels"]);
  await button("Start training").click();
  await phase("running");
  for (const id of learned)
    await page.waitForFunction((id) => Number(document.getElementById(id)?.dataset.draws) > 0, id);
  await button("Pause").click();
  await phase("paused");
  await rest(page, ["D1", "D1-levels", ...learned]);
  const paused = await pictures(page, ["D1", "D1-levels", ...learned]);
  for (const id of Object.keys(before)) expect(paused[id] !== before[id], id).toBe(true);
  // the slider asks the network of the last evaluation, also now
  await sigma(page, "D1-field").fill("0.2");
  await expect.poll(() => picture(page, "D1-field")).not.toBe(paused["D1-field"]);
  await button("Resume").click();
  await page.locator(".run.training").getByText(/^Trained 4,000 steps/).waitFor(); // prettier-ignore
  await rest(page, learned);
  for (const id of learned) expect(await trouble(page, id).isVisible(), id).toBe(false);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    figure(page, "D1").getByRole("button", {name: "Network, .safetensors"}).click()
  ]);
  const prior = readPrior(new Uint8Array(await readFile(await download.path())), "network", 1);
  expect(prior.config).toMatchObject({layers: 4, width: 64, objective: {kind: "edm"}});
  for (const id of ["D1", "D1-levels", ...learned])
    await figure(page, id).getByRole("button", {name: "Show source"}).click();
  const outputs = page.locator(".cell-output").locator("canvas, svg[role=img]");
  await expect.poll(() => outputs.count(), {timeout: 30_000}).toBeGreaterThanOrEqual(6);

  // another law: what is shown stays that of the trained one, and is told to be
  await page.locator(".lab-dock .data-controls select").selectOption("moons");
  await expect.poll(() => page.locator(".learning-panel .problem").textContent()).toContain("was trained on two peaks"); // prettier-ignore
  for (const id of learned) expect(await trouble(page, id).isVisible(), id).toBe(false);

  await page.goto(`${site.base}/denoiser?data=peaks&steps=5000&rows=2000&backend=wasm&threads=1`);
  const kept = await checkpoints(page);
  await button("Start training").click();
  await phase("running");
  await expect.poll(() => checkpoints(page), {timeout: 30_000}).toBeGreaterThan(kept);
  await page.reload();
  await button(/^Go on from step [\d,]+$/).waitFor();
  expect(faults).toEqual([]);
  await page.close();
}); // prettier-ignore
