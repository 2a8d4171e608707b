import type {Locator, Page} from "playwright-core";
import {afterAll, beforeAll, beforeEach, describe, expect, test} from "vitest";
import {openSite, type Site} from "./site.js";

let site: Site;
let page: Page;
let faults: string[];
beforeAll(async () => {
  site = await openSite({maps: false});
});
afterAll(() => site?.close());

const ids = ["E6-scale", "E6-noise", "E6-rates", "E6", "E6-error", "E7", "E7-field", "E7-law", "E7-encode", "E7-encode-error", "E8", "E8-vp", "E8-same", "E8-error"]; // prettier-ignore

/** A fresh page, whose first picture is drawn. */
async function open(query = "", options: {width?: number; dark?: boolean} = {}) {
  ({page, faults} = await site.open(`score-sde${query}`, options));
  await page.locator("#E8-error").waitFor();
  return page;
}
const figure = (id: string) => page.locator(`[id="${id}"]`);
const draws = (id: string) => figure(id).evaluate((e) => Number((e as HTMLElement).dataset.draws ?? "0"));
/** A picture as a number: its pixels, or its curves. */
const look = (of: Locator) =>
  of.evaluate((element) => {
    const canvas = element.querySelector("canvas");
    let sum = 0;
    const add = (v: number) => (sum = (Math.imul(sum, 31) + v) | 0);
    if (canvas) for (const v of canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data) add(v);
    else for (const path of element.querySelectorAll("svg[role=img] path, svg[role=img] line")) for (const c of path.outerHTML.replace(/clip-path="[^"]*"|id="[^"]*"/g, "")) add(c.codePointAt(0)!);
    return sum;
  }); // prettier-ignore
/**
 * A picture in numbers that can be compared between two drawings of it: means over blocks of 8 x 8 pixels (the same line may be smoothed
 * differently when it is drawn again), or the curves of a drawing, as they are.
 */
const blocks = (of: Locator): Promise<number[]> =>
  of.evaluate((element) => {
    const canvas = element.querySelector("canvas");
    if (!canvas)
      return [...element.querySelectorAll("svg[role=img] path, svg[role=img] circle")].flatMap((e) =>
        (e.getAttribute("d") ?? e.getAttribute("cy") ?? "").split(/[^-\d.]+/).map(Number)
      );
    const {width, height} = canvas;
    const {data} = canvas.getContext("2d")!.getImageData(0, 0, width, height);
    const across = Math.ceil(width / 8);
    const sums = new Array<number>(across * Math.ceil(height / 8) * 4).fill(0);
    for (let y = 0, i = 0; y < height; ++y)
      for (let x = 0; x < width; ++x)
        for (let c = 0; c < 4; ++c, ++i) sums[4 * (across * (y >> 3) + (x >> 3)) + c] += (data[i] * (c < 3 ? data[i | 3] / 255 : 1)) / 64; // prettier-ignore
    return sums;
  });
/** Whether two are of one picture. */
const alike = (a: number[], b: number[]) =>
  a.length === b.length && a.length > 0 && a.every((v, i) => Math.abs(v - b[i]) < 30);
const fingerprint = (id: string) => blocks(figure(id).locator(".live-picture"));
const picture = (id: string) => look(figure(id).locator(".live-picture"));
async function show(id: string) {
  await figure(id).scrollIntoViewIfNeeded();
  await expect.poll(() => draws(id), {timeout: 20_000}).toBeGreaterThan(0);
  return figure(id);
}
/** What a figure says in its picture's place; empty while it is drawn. */
const trouble = (id: string) =>
  figure(id).locator(".live-trouble").evaluate((e) => ((e as HTMLElement).hidden ? "" : (e.textContent ?? ""))); // prettier-ignore
const address = () => new URL(page.url()).search;

describe("as it opens", () => {
  beforeEach(async () => {
    await open();
    return () => page.close();
  });

  test("every figure is there, is drawn, and nothing goes wrong", async () => {
    for (const id of ids) {
      await show(id);
      expect(await trouble(id), id).toBe("");
    }
    // numbers that belong to pictures
    await expect.poll(() => figure("E7").locator(".note-small[role=status]").first().textContent()).toMatch(/Sliced W₂ of the 500 end points/); // prettier-ignore
    await expect
      .poll(() => figure("E6").locator(".note-small[role=status]").first().textContent())
      .toMatch(/T = 50: ᾱ_T/);
    expect(faults).toEqual([]);
  });

  test("a control changes the pictures that depend on it, and the address", async () => {
    await show("E6");
    let before = await picture("E6");
    await figure("E6").getByRole("slider", {name: "T"}).fill("2");
    expect(await picture("E6")).not.toBe(before);
    await expect
      .poll(() => figure("E6").locator(".note-small[role=status]").first().textContent())
      .toMatch(/cut to 0.999/);
    await expect.poll(address).toContain("T=5");

    await show("E7-field");
    for (const [name, label] of [
      ["reverse SDE", "reverse SDE"],
      ["probability-flow ODE", "ODE"]
    ]) {
      before = await picture("E7-field");
      await page.getByRole("checkbox", {name}).first().uncheck();
      await show("E7-field"); // to press a box, it may have been scrolled away
      await expect.poll(() => picture("E7-field"), {message: label}).not.toBe(before);
    }
    before = await picture("E7-field");
    await figure("E7-field").locator("select").selectOption("score");
    await show("E7-field");
    await expect.poll(() => picture("E7-field")).not.toBe(before);
    before = await picture("E7");
    await figure("E7").locator("select").selectOption("ends");
    await expect.poll(address).toContain("start=ends");
    await page.getByRole("checkbox", {name: "probability-flow ODE"}).first().check();
    await show("E7");
    await expect.poll(() => picture("E7")).not.toBe(before);
    expect(faults).toEqual([]);
  });

  test("time plays forwards and backwards, and the marks follow", async () => {
    await show("E7");
    const slider = page.getByRole("slider", {name: "Time"});
    const at = async () => Number(await slider.inputValue());
    const [before, start] = [await picture("E7"), await at()];
    await page.getByRole("button", {name: "Play forwards"}).click();
    await expect.poll(at).toBeGreaterThan(start + 0.02);
    await page.getByRole("button", {name: "Pause"}).click();
    expect(await picture("E7")).not.toBe(before);
    const stopped = await at();
    await page.getByRole("button", {name: "Play backwards"}).click();
    await expect.poll(at).toBeLessThan(stopped - 0.02);
    await page.getByRole("button", {name: "Pause"}).click();
    expect(await page.locator(".player output").textContent()).toMatch(/^t = [\d.]+, σ = [\d.]+$/);
    expect(faults).toEqual([]);
  });

  test("by keys alone: a control point is moved, added and taken away, and the time is moved", async () => {
    await show("E6-scale");
    const handles = page.locator(".lab-dock .curve-handle");
    const before = await picture("E6-scale");
    await handles.nth(3).focus();
    for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowUp");
    await expect.poll(() => picture("E6-scale")).not.toBe(before);
    await expect.poll(address).toContain("schedule=drawnBeta");
    const count = await handles.count();
    await handles.nth(2).focus();
    await page.keyboard.press("Insert");
    expect(await handles.count()).toBe(count + 1);
    await handles.nth(3).focus();
    await page.keyboard.press("Delete");
    expect(await handles.count()).toBe(count);
    const now = await picture("E6-scale");
    await page.getByRole("slider", {name: "Time"}).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => picture("E6-scale")).not.toBe(now);
    expect(faults).toEqual([]);
  });

  test("a link opens the page as it was; reset brings back the first picture", async () => {
    const some = ["E6-scale", "E7", "E8"];
    const first: Record<string, number[]> = {};
    for (const id of some) {
      await show(id);
      await page.waitForTimeout(300);
      first[id] = await fingerprint(id);
    }
    const isAs = async (id: string, before: number[], expected: boolean) => {
      await show(id);
      await expect.poll(async () => alike(await fingerprint(id), before), {message: id}).toBe(expected);
    };
    await page.locator(".data-controls select").selectOption("ring");
    await page.locator(".schedule-controls select").first().selectOption("cosine");
    await page.getByRole("slider", {name: "Time"}).fill("0.6");
    await page.locator(".schedule-controls select").nth(1).selectOption("edm");
    for (const part of ["data=ring", "schedule=cosine", "u=0.6", "ve=edm"])
      await expect.poll(address).toContain(part);
    const changed: Record<string, number[]> = {};
    for (const id of some) {
      await isAs(id, first[id], false);
      await page.waitForTimeout(300);
      changed[id] = await fingerprint(id);
    }
    const old = page;
    await open(address());
    for (const id of some) await isAs(id, changed[id], true);
    await page.close();
    page = old;
    await page.getByRole("button", {name: "Reset"}).click();
    await expect.poll(address).toBe("");
    for (const id of some) await isAs(id, first[id], true);
  });

  test("the source of every figure makes its picture", async () => {
    for (const id of ids) {
      await show(id);
      await page.waitForTimeout(200);
      await figure(id).getByRole("button", {name: "Show source"}).click();
      const output = page.locator(".cell").last().locator(".cell-output");
      await output.locator("canvas, svg[role=img]").first().waitFor();
      expect(alike(await fingerprint(id), await blocks(output)), id).toBe(true);
    }
    expect(await page.locator(".cell-problem:visible").count()).toBe(0);
    expect(await page.locator(".cell").count()).toBe(ids.length);
    expect(faults).toEqual([]);
  });

  test("pictures and numbers are there to take away", async () => {
    for (const [id, label] of [["E7", "PNG"], ["E6-error", "SVG"], ["E7", "CSV"], ["E8-error", "CSV"]]) {
      await show(id);
      const download = page.waitForEvent("download");
      await figure(id).getByRole("button", {name: label}).click();
      expect((await download).suggestedFilename()).toBe(`${id}.${label.toLowerCase()}`);
    }
    expect(faults).toEqual([]);
  }); // prettier-ignore
});

describe("what makes no sense is explained, and mended by a better choice", () => {
  test.each<[string, string, string[], RegExp]>([
    ["no data", "?data=drawn2", ["E6", "E7", "E7-field", "E7-law", "E7-encode", "E8", "E8-same"], /No data yet/],
    ["β all zero", "?schedule=constant&constant.beta=0", ["E6-scale", "E6", "E6-error", "E7", "E8-vp", "E8-same"], /without growing noise/],
    ["σ_max below σ_min", "?ve.ve.sigma_min=2&ve.ve.sigma_max=0.5", ["E8", "E8-same", "E8-error"], /σ/],
    ["a drawn schedule that falls", "?schedule=drawnSigma&points=0:5,0.5:0.1,1:9", ["E6-scale", "E7"], /σ/],
    ["a schedule of no cell", "?schedule=cell:mine", ["E6", "E7"], /No cell defines the schedule mine/],
    ["two schedules with nothing in common", "?schedule=constant&constant.beta=0.5&ve.ve.sigma_min=2&ve.ve.sigma_max=50", ["E8-same", "E8-error"], /no noise level in common/],
    ["a schedule without a rate", "?schedule=ve", ["E6-error"], /no rate β\(t\)/]
  ])("%s", async (_, query, which, sentence) => {
    await open(query);
    for (const id of which) {
      await figure(id).scrollIntoViewIfNeeded();
      await expect.poll(() => trouble(id), {message: id}).toMatch(sentence);
      expect(await figure(id).locator(".live-picture").isVisible(), id).toBe(false);
    }
    expect(await page.locator("main").innerText()).not.toMatch(/NaN|undefined|Infinity/);
    await page.getByRole("button", {name: "Reset"}).click();
    for (const id of which) {
      await show(id);
      await expect.poll(() => trouble(id), {message: id}).toBe("");
      expect(await figure(id).locator(".live-picture").isVisible(), id).toBe(true);
    }
    expect(faults).toEqual([]);
    await page.close();
  }); // prettier-ignore

  test.each(["?T=1", "?T=1&schedule=ve", "?n=1", "?data=drawn1&draw1=gAgA", "?schedule=cosine&data=cross", "?schedule=constant&constant.beta=0.5", "?schedule=drawnSigma&points=0:0.01,0.5:0.01,0.51:20,1:60&data=spiral", "?N=4&encode=2&same=4&view=plain&schedule=edm"])("%s is drawn without a fault", async (query) => {
    await open(query);
    for (const id of ids) {
      await figure(id).scrollIntoViewIfNeeded();
      await expect.poll(async () => (await draws(id)) > 0 || (await trouble(id)) !== "", {message: id}).toBe(true);
    }
    expect(await page.locator("main").innerText()).not.toMatch(/NaN|undefined|Infinity/);
    expect(faults).toEqual([]);
    await page.close();
  }); // prettier-ignore
});

test.each([390, 1024, 1600])("at %i px nothing is wider than the page", async (width) => {
  await open("?data=ring", {width, dark: width === 390});
  for (const id of ids) await show(id);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(over).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await page.close();
});

test("the data and the schedule stay on the screen while the page is scrolled", async () => {
  await open();
  await show("E8-same");
  const box = (await page.locator(".lab-dock").boundingBox())!;
  expect(box.y).toBeGreaterThanOrEqual(-1);
  expect(box.y).toBeLessThan(5);
  await page.close();
});
