import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openSite, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite({maps: false});
});
afterAll(() => site?.close());

const ids = [
  "E1", "E1-at", "E1-step", "E2", "E2-at", "E2-agree", "E2-beta", "E2-bar", "E2-snr", "E3", "E3-T", "E4",
  "E5", "E5-error", "E5-product", "E5-share", "A1", "A1-loss", "A1-eps", "A2"
]; // prettier-ignore

const figure = (page: Page, id: string) => page.locator(`[id="${id}"]`);
const trouble = (page: Page, id: string) => figure(page, id).locator(".live-trouble");
const draws = async (page: Page, id: string) => Number(await figure(page, id).getAttribute("data-draws"));
const show = (page: Page, id: string) => figure(page, id).scrollIntoViewIfNeeded();
async function drawn(page: Page, id: string, before = 0): Promise<void> {
  await show(page, id);
  await page.waitForFunction(
    ([id, before]) => Number(document.getElementById(id as string)?.dataset.draws) > Number(before),
    [id, before] as const
  );
}
/** What a canvas shows, as a short number. */
const picture = (page: Page, id: string) =>
  figure(page, id)
    .locator("canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL().length + canvas.toDataURL().slice(-400));
const query = async (page: Page, part: string | RegExp) =>
  page.waitForFunction(
    (part) => new RegExp(part).test(location.search),
    typeof part === "string" ? part : part.source
  );
const variable = (page: Page, id: string, name: string) =>
  figure(page, id)
    .locator(".algorithm-variables > div", {has: page.locator("dt", {hasText: new RegExp(`^${name}$`)})})
    .locator("dd")
    .textContent();

test("every figure is there by its id, drawn, without faults, on a screen and on a phone", async () => {
  for (const width of [1280, 390]) {
    const {page, faults} = await site.open("ddpm", {width});
    for (const id of ids) await drawn(page, id);
    for (const id of ids) expect(await trouble(page, id).isVisible(), id).toBe(false);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThan(2);
    expect(faults).toEqual([]);
    await page.close();
  }
});

test("dragging a point of the curve, T, t and the data change the pictures, the address has it all, and Reset takes it back", async () => {
  const {page, faults} = await site.open("ddpm");
  await drawn(page, "E2");
  const first = await picture(page, "E2");
  const handle = page.locator(".curve-handle").nth(2);
  const times: number[] = [];
  for (let i = 0; i < 6; ++i) {
    const before = await draws(page, "E2");
    const start = Date.now();
    await handle.focus();
    await page.keyboard.press("ArrowUp");
    await drawn(page, "E2", before);
    times.push(Date.now() - start);
  }
  console.log(`key on a control point to a new picture of E2, ms: ${times.join(" ")}`);
  await query(page, /beta=drawn&betas=/);
  expect(await picture(page, "E2")).not.toBe(first);

  const player = figure(page, "E2").locator("input[type=range]");
  await player.fill("30");
  await figure(page, "E2-agree").getByText("at t = 30", {exact: false}).first().waitFor();
  const text = await figure(page, "E2-agree").locator(".note-small").textContent();
  const difference = Number(/largest difference in xₜ of 500 particles is (\S+)\./.exec(text!)![1]);
  expect(difference).toBeLessThan(1e-13);
  expect(difference).toBeGreaterThan(0);

  const dock = page.locator(".lab-dock");
  await dock.locator("select").first().selectOption("ring");
  await drawn(page, "E2-at");
  await figure(page, "E2-at").locator("canvas[aria-label^='500 particles']").waitFor();
  await query(page, /data=ring/);
  const shared = page.url();
  await page.reload();
  await drawn(page, "E2");
  expect(page.url()).toBe(shared);
  await show(page, "E2-at");
  await figure(page, "E2-at").locator("canvas[aria-label*='at t = 30']").waitFor();
  await page.locator(".state-bar").getByRole("button", {name: "Reset"}).click();
  await page.waitForFunction(() => location.search === "");
  await drawn(page, "E2");
  await page.waitForTimeout(300);
  expect(await picture(page, "E2")).toBe(first);
  expect(faults).toEqual([]);
  await page.close();
});

test("E4: x_0 and x_t by dragging and by keys; the numbers on the grid are those in closed form", async () => {
  const {page, faults} = await site.open("ddpm?t=15");
  await drawn(page, "E4");
  const canvas = figure(page, "E4").locator("canvas");
  const box = (await canvas.boundingBox())!;
  const before = await picture(page, "E4");
  // The plane runs from 46 px to 14 px from the right for -3.6 .. 3.6; x_0 is at 1.
  const at = (x: number) => box.x + 46 + ((x + 3.6) / 7.2) * (box.width - 60);
  await page.mouse.move(at(1), box.y + 100);
  await page.mouse.down();
  await page.mouse.move(at(2), box.y + 100, {steps: 4});
  await page.mouse.up();
  await query(page, /x0=(1\.9|2)/);
  expect(await picture(page, "E4")).not.toBe(before);
  await figure(page, "E4").getByLabel("xₜ").focus();
  await page.keyboard.press("ArrowRight");
  await query(page, /xt=-0\.49/);
  const cells = await figure(page, "E4").locator("tbody tr").first().locator("td").allTextContents();
  expect(cells[0]).toBe(cells[1]);
  expect(Number(cells[2])).toBeLessThan(1e-10);
  expect(faults).toEqual([]);
  await page.close();
});

test("A2: line by line by buttons and keys, it moves the particles of E1; play and pause", async () => {
  const {page, faults} = await site.open("ddpm?T=12&t=12&line=1");
  await drawn(page, "A2");
  const line = () => figure(page, "A2").locator("li[aria-current=step] .algorithm-number").textContent();
  const code = await figure(page, "A2").locator(".algorithm-lines").textContent();
  expect(code).toContain("const eps = eps_theta(x, t);");
  expect(code).not.toContain("yield");
  expect(await line()).toBe("1");
  const group = figure(page, "A2").getByRole("group", {name: /^Algorithm 2/});
  const button = (name: string) => group.getByRole("button", {name, exact: true});
  await button("Step").click();
  expect(await line()).toBe("2");
  await group.focus();
  await page.keyboard.press("ArrowRight");
  expect(await line()).toBe("3");
  expect(await variable(page, "A2", "z")).toMatch(/\d/);
  expect(await variable(page, "A2", "mean")).toBe("·");
  await page.keyboard.press("ArrowRight");
  expect(await line()).toBe("4");
  expect(await variable(page, "A2", "mean")).toMatch(/\d/);
  await page.keyboard.press("ArrowDown");
  expect([await line(), await variable(page, "A2", "t")]).toEqual(["4", "11"]);
  await show(page, "E1");
  await figure(page, "E1").locator("canvas[aria-label*='down to t = 10']").waitFor();
  await page.keyboard.press("ArrowLeft");
  await show(page, "A2"); // what isn't seen isn't drawn
  await expect.poll(line).toBe("3");
  await group.locator("select").selectOption("t");
  await button("Play").click();
  await button("Pause").waitFor();
  await page.waitForFunction(
    () => document.querySelector("#A2 li[aria-current=step] .algorithm-number")?.textContent === "6"
  );
  await button("Play").waitFor();
  await query(page, /t=0/);
  await show(page, "E1-step");
  await trouble(page, "E1-step").getByText("The chain has arrived at x₀").waitFor();
  await button("Reset").click();
  expect(await line()).toBe("1");
  expect(faults).toEqual([]);
  await page.close();
});

test("absurd values are explained in the figures' place; nothing freezes", async () => {
  const cases: [string, [string, RegExp][]][] = [
    ["?T=1", [["E4", /With T = 1 there is a single step/], ["E3", /With T = 1 there are no terms/]]],
    ["?beta=drawn&betas=0:0,1:0", [["E2", /β is 0 at every step/], ["E1", /β is 0/], ["A1", /β is 0/]]],
    ["?beta=drawn&betas=0:0,0.5:0,1:20", [["E3", /β is 0 at t = 1/], ["A1-eps", /No noise has been added/]]],
    ["?data=drawn2", [["E2", /No data yet/], ["E5", /No data yet/], ["A2", /No data yet/]]],
    ["?t=0", [["E4", /At t = 0 the step before is x₀ itself/], ["A1-eps", /At t = 0 there is no noise/]]],
    ["?model=learned", [["E3", /No network has been trained yet/], ["E5", /No network has been trained yet/]]],
    ["?beta=cell:none", [["E2", /No cell defines the schedule none/]]]
  ]; // prettier-ignore
  for (const [address, expected] of cases) {
    const {page, faults} = await site.open(`ddpm${address}`);
    for (const [id, words] of expected) {
      await show(page, id);
      await trouble(page, id).getByText(words).waitFor();
      expect(await figure(page, id).locator(".live-picture").isVisible()).toBe(false);
    }
    expect(await page.getByText("NaN").count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  }
  // What is odd but possible: one point, T = 1000 on many components, a step that destroys everything.
  for (const address of [
    "?data=drawn1&draw1=f.&T=3",
    "?T=1",
    "?T=1000&data=spiral&t=400",
    "?T=5&t=3&data=cross"
  ]) {
    const {page, faults} = await site.open(`ddpm${address}`);
    for (const id of ["E2", "E1", "E1-at", "A2", "E5", "A1"]) await show(page, id);
    await page.waitForTimeout(500);
    expect(await page.getByText("NaN").count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  }
});

test("A1: gradient steps by hand, then a real training; the bound and the losses take its network", async () => {
  const {page, faults} = await site.open("ddpm?steps=400");
  await drawn(page, "A1");
  const group = figure(page, "A1").getByRole("group", {name: /^Algorithm 1/});
  await group.focus();
  await page.keyboard.press("ArrowRight");
  await figure(page, "A1").locator("li[aria-current=step]", {hasText: "repeat"}).waitFor();
  await page.keyboard.press("ArrowDown");
  await figure(page, "A1").locator("li[aria-current=step]", {hasText: "gradient descent step"}).waitFor();
  expect(Number(await variable(page, "A1", "loss of the batch"))).toBeGreaterThan(0);
  expect(Number(await variable(page, "A1", "‖gradient‖"))).toBeGreaterThan(0);
  await group.getByRole("button", {name: "One gradient step"}).click();
  await figure(page, "A1").getByText("2 gradient steps by hand").waitFor();
  await group.getByRole("button", {name: "Reset"}).click();
  await figure(page, "A1").getByText("0 gradient steps by hand").waitFor();

  await show(page, "A1-loss");
  const run = figure(page, "A1-loss").locator(".run.training");
  await run.getByRole("button", {name: "Start training"}).click();
  await run.getByText(/^Trained 400 steps/).waitFor();
  await show(page, "A1-eps");
  await figure(page, "A1-eps").locator("canvas[aria-label*='learned']").waitFor();
  const before = await draws(page, "E3");
  await show(page, "E3");
  await figure(page, "E3").getByLabel("Model").selectOption("learned");
  await drawn(page, "E3", before);
  const rows = figure(page, "E3").locator("tbody tr");
  await rows.nth(1).getByText("network").waitFor();
  const total = async (i: number) =>
    Number(/^\S+/.exec((await rows.nth(i).locator("td").nth(3).textContent())!)![0]);
  expect(await total(0)).toBeGreaterThan((await total(2)) - 0.2);
  expect(await total(1)).toBeGreaterThan((await total(0)) - 0.1);
  expect(await total(1)).toBeLessThan((await total(0)) + 2);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    figure(page, "E3").getByRole("button", {name: /^CSV/}).click()
  ]);
  const csv = (await readFile(await download.path())).toString().trim().split("\n");
  expect(csv).toHaveLength(1 + 2 * 50);
  await page.locator(".lab-dock select").first().selectOption("uneven");
  await show(page, "E3");
  await trouble(page, "E3").getByText("trained on other data").waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("the source of each figure is a cell that makes it", async () => {
  const {page, faults} = await site.open("ddpm?T=10&t=4");
  for (const id of ids) await drawn(page, id);
  const cells = page.locator(".cell");
  for (const [i, id] of ids.entries()) {
    await show(page, id);
    await figure(page, id).getByRole("button", {name: "Show source"}).click();
    const cell = cells.nth(i);
    await cell.waitFor();
    await cell.locator(".cell-output > *, .cell-problem:visible").first().waitFor();
    const problems = await cell.locator(".observablehq--error, .cell-problem:visible").allTextContents();
    expect(problems, id).toEqual([]);
  }
  expect(faults).toEqual([]);
  await page.close();
});
