import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {openSite, pages, settled, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

describe.each(pages().map((path) => [`/${path}`, path]))("%s", (_, path) => {
  test("shows no error and asks no other host; language, viewport, title, heading, sources and links are there", async () => {
    const {page, faults} = await site.open(path);
    await settled(page);
    await page.waitForTimeout(500);
    expect(await page.locator(".observablehq--error, .katex-error").allTextContents()).toEqual([]);
    expect(await page.locator(".failure").allTextContents()).toEqual([]);
    expect(await page.getAttribute("html", "lang")).toBe("en");
    expect(await page.getAttribute("meta[name=viewport]", "content")).not.toMatch(
      /maximum-scale|user-scalable/
    );
    expect(await page.title()).not.toBe("");
    expect(await page.locator("h1").count()).toBe(1);
    const figures = page.locator(".figure, .stage");
    expect(await figures.count()).toBeGreaterThan(0);
    for (const figure of await figures.all())
      await figure.locator(".provenance-kind").first().waitFor({state: "attached"});
    const links = await page
      .locator("a[href]")
      .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
    for (const link of new Set(links.filter((href) => href.startsWith(site.base)))) {
      expect((await page.request.get(link)).status(), link).toBe(200);
    }
    expect(faults).toEqual([]);
    await page.close();
  });

  test("fits a telephone, light and dark", async () => {
    const {page} = await site.open(path, {width: 390});
    await settled(page, 8000);
    for (const dark of [false, true]) {
      await page.emulateMedia({colorScheme: dark ? "dark" : "light"});
      const {over, background} = await page.evaluate(() => ({
        over: document.documentElement.scrollWidth - innerWidth,
        background: getComputedStyle(document.documentElement).backgroundColor
      }));
      expect(over).toBeLessThanOrEqual(1);
      const parts = background
        .match(/[\d.]+/g)!
        .slice(0, 3)
        .map(Number);
      expect(Math.max(...parts) > (background.startsWith("rgb") ? 128 : 0.5)).toBe(!dark);
    }
    await page.close();
  });
});

test("every stop of the lesson is a figure, drawn, on the screen, in the state that its link names", async () => {
  const {page, faults} = await site.open("");
  const links = await page
    .locator(".lesson a")
    .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(links.length).toBeGreaterThan(9);
  for (const link of links) {
    await page.goto("about:blank");
    await page.goto(link);
    const {hash, search} = new URL(link);
    const figure = page.locator(`[id="${hash.slice(1)}"]`);
    await figure.and(page.locator("[data-draws]")).waitFor();
    await expect
      .poll(() => figure.evaluate((e) => Math.abs(e.getBoundingClientRect().top) < innerHeight), {
        timeout: 20_000
      })
      .toBe(true);
    // A value out of its range would be dropped from the address, or leave a sentence in the figure's place.
    expect(await figure.locator(".live-trouble").textContent(), link).toBe("");
    expect(page.url(), link).toContain(search);
  }
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["ddpm", "score-sde", "denoiser", "samplers"])(
  "%s: every example of its cells runs",
  async (path) => {
    const {page, faults} = await site.open(path);
    const strip = page.locator("details.cells");
    await strip.locator("> summary").click();
    const choice = strip.getByLabel("Insert an example");
    const labels = (await choice.locator("option").allTextContents()).slice(1);
    expect(labels.length).toBeGreaterThan(1);
    for (const [i, label] of labels.entries()) {
      await choice.selectOption({label});
      const cell = strip.locator(".cell").nth(i);
      await cell.and(page.locator("[data-state=done], [data-state=failed]")).waitFor();
      expect(`${label}: ${await cell.locator(".cell-problem").textContent()}`).toBe(`${label}: `);
    }
    expect(faults).toEqual([]);
    await page.close();
  }
);
