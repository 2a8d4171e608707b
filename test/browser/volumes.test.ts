import {readFileSync} from "node:fs";
import type {Locator, Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {quiet} from "../../components/compute/job.js";
import type {Evaluation} from "../../components/jobs/evaluatePrior.js";
import {mapCorrelations} from "../../components/jobs/mapCorrelations.js";
import {openSite, saved, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

/** The page with coarse maps only, once all of them are compared. */
async function opened(query = "", before?: (page: Page) => Promise<unknown>) {
  const found = await site.open(`volumes?box=32${query}`, {before});
  await compared(found.page);
  return found;
}
const compared = (page: Page) =>
  page.waitForSelector('.figure > .run[data-state="done"]', {state: "attached"});
const row = (page: Page, k: number) => page.locator(".volumes-row").nth(k);
const numbers = async (cells: Locator) =>
  (await cells.locator(".volumes-r").allTextContents()).map((text) => Number(text));
const caption = (page: Page) => page.locator(".map-captions figcaption").first();

const csv = async (page: Page) =>
  (await saved(page, "volumes.csv"))
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.replace('"N(0, I)"', "N").split(","));

test("shows soon three rows of twenty, with the evaluation's numbers, which are the library's for these latents; the files hold all", async () => {
  const {page, faults} = await site.open("volumes?box=32");
  await page.locator(".volumes-cell").first().waitFor();
  const ready = await page.evaluate(() => performance.now());
  await compared(page);
  const all = await page.evaluate(() => performance.now());
  console.log(
    `page volumes: interactive after ${(ready / 1000).toFixed(2)} s, sixty maps after ${(all / 1000).toFixed(1)} s`
  );
  const folder = new URL("../../data/trained/circular1d/", import.meta.url);
  const bytes = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
  const json = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as unknown;
  const {maps} = json("evaluation.json") as Evaluation;
  expect(maps!.box).toBe(32);
  expect(await numbers(row(page, 0))).toEqual(new Array(20).fill(1));
  for (const [k, kind] of [
    [1, "prior"],
    [2, "gaussian"]
  ] as const)
    (await numbers(row(page, k))).forEach((r, i) => expect(r).toBeCloseTo(maps![kind].moving[i], 2.5));

  const lines = (await csv(page)).slice(1);
  expect(lines.map(([letter]) => letter).join("")).toBe("A".repeat(20) + "B".repeat(20) + "C".repeat(20));
  const chosen = [lines[22], lines[45]];
  const found = await mapCorrelations(
    {
      vae: {name: "vae", bytes: bytes("vae.safetensors")},
      recipe: {name: "recipe", json: json("recipe.json")},
      z: Float32Array.from(chosen.flatMap((line) => line.slice(8).map(Number))),
      box: 32
    },
    quiet
  );
  chosen.forEach((line, i) => {
    expect(Number(line[4])).toBe(found.state[i]);
    expect(Number(line[6])).toBeCloseTo(found.moving[i], 4);
    expect(Number(line[7])).toBeCloseTo(found.whole[i], 4);
  });
  const png = await saved(page, "volumes.png");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2560, 2 * 3 * (34 + 2 * 145)]);
  expect(png.length).toBeGreaterThan(150_000);
  expect((await saved(page, "latents.npy")).toString("latin1")).toContain("'shape': (40, 8)");
  expect((await saved(page, "maps.zip")).length).toBeGreaterThan(60 * 32 ** 3 * 4);
  expect(faults).toEqual([]);
  await page.close();
});

test("all turn together and come back; a click and Enter show one large; the level changes every surface", async () => {
  // What makes no sense in an address is left out.
  const {page, faults} = await opened("&level=nothing&seed=-4&order=up&cell=Z-99");
  expect(await page.locator(".figure > .run output").first().textContent()).toBe("3.0 σ");
  await page.getByText("The first 20 samples that ship").waitFor();
  const cells = page.locator(".volumes-cell");
  const pictures = () => Promise.all([2, 25].map((k) => cells.nth(k).screenshot()));
  const same = (a: Buffer[], b: Buffer[]) => a.map((picture, k) => picture.equals(b[k]));
  await cells.nth(7).focus();
  await page.mouse.move(1, 1);
  await page.waitForTimeout(800);
  const first = await pictures();
  await page.keyboard.press("ArrowLeft");
  await page.waitForTimeout(500);
  expect(same(first, await pictures())).toEqual([false, false]);
  await page.keyboard.press("Home");
  await expect.poll(async () => same(first, await pictures())).toEqual([true, true]);

  await cells.nth(43).click();
  await expect.poll(() => caption(page).textContent()).toBe("C: N(0, I), number 3");
  expect(new URL(page.url()).searchParams.get("cell")).toBe("C-3");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  await expect.poll(() => caption(page).textContent()).toBe("C: N(0, I), number 4");
  expect(await page.locator(".volumes-latent a").getAttribute("href")).toBe(
    "./prior?set=circular1d&point=gaussian-4"
  );
  await cells.nth(3).click();
  await expect
    .poll(() => caption(page).textContent())
    .toBe("Ground truth: state 17, hinge at 61.2°, correlation 1.000 where the states differ");

  await page.locator(".figure > .run input[type=range]").fill("6");
  expect(new URL(page.url()).searchParams.get("level")).toBe("6");
  expect(await page.locator(".map-viewer output").textContent()).toBe("6.0");
  await expect.poll(async () => same(first, await pictures())).toEqual([false, false]);
  expect(faults).toEqual([]);
  await page.close();
});

test("the address brings back set, level, order and choice; another set takes the choice out", async () => {
  const {page} = await opened("&set=linear1d&level=4&order=state&cell=C-2");
  expect(await page.locator(".figure > .run output").first().textContent()).toBe("4.0 σ");
  await expect.poll(() => caption(page).textContent()).toBe("C: N(0, I), number 2");
  const states = (await row(page, 1).locator(".volumes-words > span:first-child").allTextContents()).map(
    parseFloat
  );
  expect(states).toHaveLength(20);
  expect(states).toEqual([...states].sort((a, b) => a - b));
  await page.getByLabel("Order").selectOption("drawn");
  const lines = (await csv(page)).slice(21, 41);
  const shown = await row(page, 1).locator(".volumes-words > span:first-child").allTextContents();
  lines.forEach(([, , , , , is], i) => {
    const angle = parseFloat(is.replace("hinge at ", ""));
    expect(Math.abs(parseFloat(shown[i]) - angle)).toBeLessThan(0.6); // one is rounded to degrees, one to tenths
  });
  await page.getByLabel("Data set").selectOption("circular1d");
  await expect.poll(() => new URL(page.url()).search).not.toMatch(/set=|cell=/);
  await page.close();
});

test("the same seed gives the same maps, and what ships comes back; drawing can be cancelled", async () => {
  const {page, faults} = await opened();
  const shipped = await csv(page);
  await page.getByLabel("Seed").fill("5");
  const again = page.getByRole("button", {name: "Sample again"});
  await again.click();
  await page.getByText("Samples of seed 5: 60 maps").waitFor();
  const drawn = await csv(page);
  expect(drawn.slice(0, 21)).toEqual(shipped.slice(0, 21)); // the truth stays
  expect(drawn.slice(21).some((line, i) => line[8] === shipped[21 + i][8])).toBe(false);
  expect(new URL(page.url()).searchParams.get("seed")).toBe("5");
  expect(await page.locator(".provenance").first().textContent()).toContain("N(0, I): seed 5");
  await page.getByLabel("Seed").fill("6");
  await again.click();
  await page.locator(".run", {has: again}).getByRole("button", {name: "Cancel"}).click();
  await page.getByText("Cancelled.").waitFor();
  await page.getByRole("button", {name: "Back to the shipped samples"}).click();
  await page.getByText("The first 20 samples that ship").waitFor();
  expect(await csv(page)).toEqual(shipped);
  expect(faults).toEqual([]);
  await page.close();

  const other = await opened("&seed=5");
  expect(await csv(other.page)).toEqual(drawn);
  await other.page.close();
});

test("without WebGL there are projections, without the samples the other rows, without the decoder a message", async () => {
  const blind = await opened("", (page) =>
    page.addInitScript(() => {
      const getContext = HTMLCanvasElement.prototype.getContext as (
        kind: string,
        ...rest: unknown[]
      ) => unknown;
      Object.assign(HTMLCanvasElement.prototype, {
        getContext(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
          return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...rest);
        }
      });
    })
  );
  expect(await blind.page.locator(".volumes-view canvas").count()).toBe(60);
  await blind.page.close();

  const lost = (file: string) => (page: Page) =>
    page.route(new RegExp(`/_file/.*/${file}\\.[^/]*$`), (route) => route.fulfill({status: 404}));
  const {page} = await opened("", lost("samples"));
  await page.getByText("Row B can't be shown. circular1d/samples.npy").waitFor();
  expect(await numbers(row(page, 0))).toHaveLength(20);
  expect(await numbers(row(page, 2))).toHaveLength(20);
  await page.close();

  const without = await site.open("volumes", {before: lost("vae")});
  await without.page.getByText("The figure can't be shown. circular1d/vae.safetensors").waitFor();
  expect(await without.page.locator(".observablehq--error").count()).toBe(0);
  await without.page.close();
});

test("a run without a recipe has encodings in row A and no numbers; a set that is not trained yet says so", async () => {
  const {page, faults} = await opened("&cell=A-1", (page) =>
    page.route(/\/_file\/.*\/about\.[^/]*$/, async (route) => {
      const about = (await (await route.fetch()).json()) as {has: string[]; kind: string};
      about.has = about.has.filter((file) => file !== "recipe.json" && file !== "evaluation.json");
      about.kind = "real";
      await route.fulfill({json: about});
    })
  );
  expect(await page.locator(".volumes-head").first().textContent()).toBe("AEncodings, 20 of real images");
  expect(await page.locator(".volumes-words").nth(3).textContent()).toMatch(/^no. 3/);
  await expect.poll(() => caption(page).textContent()).toBe("A: Encodings, number 1");
  await page.getByText("No true map: the images are real.").waitFor();
  expect(await page.getByLabel("Order").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();

  const lacking = await site.open("volumes?set=covid", {
    before: (page) => page.route(/\/_file\/.*\/vae\.[^/]*$/, (route) => route.fulfill({body: ""}))
  });
  await lacking.page.getByText("The figure can't be shown. covid/vae.safetensors: found nothing").waitFor();
  await lacking.page.getByText("The map can't be shown.").waitFor();
  expect(lacking.faults).toEqual([]);
  await lacking.page.close();
});
