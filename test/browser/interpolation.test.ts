import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {readNpy} from "../../components/formats/npy.js";
import {openSite, saved, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const warnings = (page: Page) => page.locator(".path-warnings li");
/** The four paths that come first are there, or said not to be; that of least free energy comes when it is ticked. */
const paths = (page: Page) => expect.poll(() => warnings(page).count(), {timeout: 60_000}).toBeGreaterThan(3); // prettier-ignore
const number = (page: Page, end: "A" | "B") => page.getByLabel(`${end}, number`);
const query = (page: Page) => new URL(page.url()).searchParams;

test("shows four paths soon after a cold load and that of least free energy where it is asked for; the linear one leaves the data and the talk's does not", async () => {
  const {page, faults} = await site.open("interpolation?energies=150");
  await page.locator(".path-controls").waitFor();
  const ready = await page.evaluate(() => performance.now());
  await paths(page);
  const all = await page.evaluate(() => performance.now());
  console.log(`page interpolation: interactive after ${(ready / 1000).toFixed(2)} s, four paths after ${(all / 1000).toFixed(2)} s`); // prettier-ignore
  const said = await warnings(page).allTextContents();
  expect(said.find((text) => text.startsWith("linear in z"))).toMatch(
    /leaves the data between y = 0\.\d+ and 0\.\d+/
  );
  expect(said.find((text) => text.startsWith("linear in the encoding"))).toContain("stays with the data");
  // the state's curve, its derivative and what they say
  const words = page.locator("#F8 .figure-numbers p");
  await expect.poll(() => words.count()).toBeGreaterThan(3);
  const width = async (i: number) =>
    Number(/takes ([\d.e-]+) of y/.exec((await words.nth(i).textContent())!)![1]);
  expect(await width(0)).toBeLessThan(0.1);
  expect(await width(3)).toBeGreaterThan(0.4); // the graph's path goes evenly
  expect(await words.nth(0).textContent()).toContain("it visits what lies between");
  expect(await page.locator("#F8 svg.plot path").count()).toBeGreaterThan(10);
  // the maps, one after another, and what is said of them
  const row = page.locator("#F8-maps tbody tr", {hasText: "linear in z"});
  await row.waitFor();
  const lowest = async () => Number(/([\d.]+), /.exec((await row.locator("td").nth(6).textContent())!)![1]);
  await expect.poll(lowest, {timeout: 60_000}).toBeLessThan(0.96); // of the maps so far
  // files of the chosen path
  const {shape, data} = readNpy(await saved(page, "z_path.npy"), "z_path.npy");
  const lines = (await saved(page, "z_values.txt")).toString().trim().split("\n");
  expect(lines).toHaveLength(shape[0]);
  lines[3].split(" ").forEach((v, c) => expect(Number(v)).toBeCloseTo(Number(data[3 * shape[1] + c]), 5));
  const csv = (await saved(page, "paths.csv")).toString();
  expect(csv).not.toMatch(/NaN/);
  expect(csv.split("\n")[0]).toContain("path,y,part of the length,distance quantile");
  expect((await saved(page, "state-along-paths.svg")).toString()).toMatch(/^<svg/);
  // the path of least free energy, beside the others
  expect(await warnings(page).count()).toBe(4);
  await page.getByRole("checkbox", {name: "least free energy"}).check();
  await expect.poll(() => warnings(page).count(), {timeout: 150_000}).toBe(5);
  expect(await warnings(page).last().textContent()).toMatch(
    /least free energy.*Its highest free energy, A and B included, is [\d.]+ nats above the lowest of 15\d encodings/
  );
  const heights = page.locator("#F8-density tbody tr");
  await expect.poll(() => heights.count(), {timeout: 60_000}).toBe(5);
  const between = async (path: string) => Number((await heights.filter({hasText: path}).locator("td").nth(2).textContent())!.replace("−", "-")); // prettier-ignore
  expect(await between("least free energy")).toBeLessThan(await between("linear in z"));
  expect(await between("least free energy")).toBeLessThan(await between("graph traversal"));
  expect((await saved(page, "paths.csv")).toString()).toContain("\nleast free energy,");
  expect(faults).toEqual([]);
  await page.close();
});

test("a click and keys set A and B in turn; y moves the map; the address brings it back", async () => {
  const {page, faults} = await site.open("interpolation");
  await paths(page);
  const before = await number(page, "A").inputValue();
  const canvas = page.locator("#F7 canvas");
  await canvas.scrollIntoViewIfNeeded();
  const box = (await canvas.boundingBox())!;
  for (let i = 0; i < 200; ++i) {
    const [x, y] = [box.x + box.width * (0.2 + 0.6 * ((i * 0.618) % 1)), box.y + box.height * (0.2 + 0.6 * ((i * 0.414) % 1))]; // prettier-ignore
    await page.mouse.move(x, y);
    if (!/^Here: encoding \d+/.test((await page.locator("#F7 .scatter-status").first().textContent())!))
      continue;
    await page.mouse.click(x, y);
    break;
  }
  await expect.poll(() => number(page, "A").inputValue()).not.toBe(before);
  const a = await number(page, "A").inputValue();
  expect(query(page).get("a")).toBe(a);
  await canvas.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect.poll(() => query(page).get("b")).not.toBeNull();
  const b = await number(page, "B").inputValue();
  expect(await page.getByLabel("From and to").inputValue()).toBe("own");
  await page.locator(".path-slider").fill("0.25");
  await expect.poll(() => page.locator("#F7-maps figcaption").first().textContent()).toContain("y = 0.2500");
  await page.getByRole("checkbox", {name: "graph traversal"}).uncheck();
  await page.getByLabel("length along the path").check();
  expect(query(page).get("hide")).toBe("graph,leastEnergy");
  expect(await warnings(page).getByText("graph traversal").count()).toBe(0);
  const address = page.url().slice(site.base.length + 1);
  expect(faults).toEqual([]);
  await page.close();

  const again = await site.open(address);
  await warnings(again.page).first().waitFor();
  expect([await number(again.page, "A").inputValue(), await number(again.page, "B").inputValue()]).toEqual([
    a,
    b
  ]);
  expect(await again.page.getByRole("checkbox", {name: "graph traversal"}).isChecked()).toBe(false);
  expect(await again.page.locator(".path-controls output").textContent()).toBe("y = 0.2500");
  await again.page.getByRole("button", {name: "Back to the first ends"}).click();
  await expect.poll(() => number(again.page, "A").inputValue()).toBe(before);
  expect(query(again.page).get("a")).toBeNull();
  expect(again.faults).toEqual([]);
  await again.page.close();
});

test("absurd values in the address fall back, and another set has ends of its own", async () => {
  const {page, faults} = await site.open("interpolation?a=1e9&b=-3&y=7&path=none&neighbours=x&against=z");
  await paths(page);
  expect(await page.getByLabel("From and to").inputValue()).toBe("0");
  await page.locator(".set-picker select").selectOption("circular1d");
  await expect
    .poll(() => page.getByLabel("From and to").textContent(), {timeout: 30_000})
    .toContain("opposite");
  await paths(page);
  expect(query(page).get("set")).toBe("circular1d");
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  ["prior", "#F7", "linear in the encoding is not there", "The density along the path can't be shown"],
  ["vae", "#F7", "stays with the data", "The maps along the path can't be shown"],
  ["held-out", "body", "The plane of latents can't be shown", "The state along the path can't be shown"]
])(
  "without %s there is a message in its place and the rest of the page stands",
  async (file, place, there, message) => {
    const {page} = await site.open("interpolation", {
      before: (page) =>
        page.route(new RegExp(`/_file/.*/${file}\\.[^/]*$`), (route) => route.fulfill({status: 404}))
    });
    await page.getByText(message).waitFor();
    await page.locator(place).waitFor();
    await expect.poll(() => page.locator(place).textContent(), {timeout: 30_000}).toContain(there);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    expect(await page.locator("h2").count()).toBeGreaterThan(5);
    await page.close();
  }
);
