import type {Locator, Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openSite, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite({maps: false});
});
afterAll(() => site?.close());

const LIVE = ["D1-sampler", "D1-marginal", "D1-adaptive", "D1-calls", "E10-ode", "E10"];
const MEASURED = ["D1-error", "D1-race", "E10-beta", "E10-steps", "E10-law"];
const ALL = [...LIVE, "D1-order", ...MEASURED];

const figure = (page: Page, id: string) => page.locator(`[id="${id}"]`);
const draws = async (page: Page, id: string) =>
  Number((await figure(page, id).getAttribute("data-draws")) ?? 0);
const trouble = (page: Page, id: string) => figure(page, id).locator(".live-trouble").textContent();
/** Brings a figure to the middle of the screen: what is not seen isn't drawn. */
const see = (page: Page, id: string) => figure(page, id).evaluate((e) => e.scrollIntoView({block: "center"}));

async function drawn(page: Page, id: string, more = 0) {
  await see(page, id);
  await page.waitForFunction(
    ([id, more]) => Number(document.getElementById(id as string)?.dataset.draws ?? 0) > (more as number),
    [id, more] as const
  );
}
async function measuredFully(page: Page, id: string) {
  await see(page, id);
  await figure(page, id).locator(".measured[data-state=done]").waitFor();
}
async function open(query = "", options = {}) {
  const opened = await site.open(`samplers${query && "?"}${query}`, options);
  await figure(opened.page, "D1-sampler").waitFor();
  await opened.page.evaluate(() => {
    document.querySelector<HTMLDetailsElement>(".lab-dock")!.open = false;
  });
  return opened;
}
/** A select, slider or field by what its label begins with: the rest is its value. */
const labelled = (inside: Locator, label: string) =>
  inside.locator("label", {has: inside.page().getByText(label, {exact: true})}).locator("select, input");
const control = (page: Page, id: string, label: string) => labelled(figure(page, id), label);
const addressHas = (page: Page, part: string) =>
  page.waitForFunction((part) => location.search.includes(part), part);

test("every figure is there, drawn, with its files and no fault", async () => {
  const {page, faults} = await open("raceN=200&draws=2");
  for (const id of ALL) {
    await drawn(page, id);
    expect(await trouble(page, id)).toBe("");
    expect(await figure(page, id).getByRole("button", {name: "SVG"}).count()).toBe(1);
    expect(await figure(page, id).getByRole("button", {name: "CSV"}).count()).toBe(1);
  }
  for (const id of MEASURED) await measuredFully(page, id);
  const words = (id: string, part: string) => () => figure(page, id).locator(part).textContent();
  await see(page, "D1-order");
  await expect.poll(words("D1-order", ".line-legend")).toMatch(/Euler \(ODE\): order \d\.\d.*Heun .*: order \d\.\d/);
  await see(page, "E10-beta");
  await expect.poll(words("E10-beta", ".figure-numbers")).toMatch(/The Langevin term helps\.$/);
  await see(page, "E10-law");
  await expect.poll(words("E10-law", ".figure-numbers")).toMatch(/^(\d of )?6 pairs/);
  expect(await page.locator("main").textContent()).not.toContain("NaN");
  expect(faults).toEqual([]);
  await page.close();
}); // prettier-ignore

test("sampler, steps and time change the pictures, by mouse and by keys; the address keeps them, Reset takes them back", async () => {
  const {page, faults} = await open();
  await drawn(page, "D1-sampler");
  const numbers = figure(page, "D1-sampler").locator(".figure-numbers");
  await numbers.getByText("24 denoiser calls").waitFor();
  await control(page, "D1-sampler", "Sampler").selectOption("ddim");
  await numbers.getByText("12 denoiser calls").waitFor();
  const steps = control(page, "D1-sampler", "N, steps");
  await steps.focus();
  await page.keyboard.press("ArrowRight");
  await numbers.getByText("13 denoiser calls").waitFor();
  const eta = control(page, "D1-sampler", "η");
  const before = await draws(page, "D1-sampler");
  await eta.focus();
  await page.keyboard.press("End");
  await drawn(page, "D1-sampler", before);
  const slider = figure(page, "D1-sampler").getByRole("slider", {name: "Sampling"});
  const still = await draws(page, "D1-marginal");
  await slider.focus();
  for (let i = 0; i < 30; ++i) await page.keyboard.press("ArrowLeft");
  await drawn(page, "D1-marginal", still);
  expect(await slider.getAttribute("aria-valuetext")).toMatch(/^step 11, t = 0\.\d+, σ = \d/);
  await addressHas(page, "at=");
  const query = new URL(page.url()).searchParams;
  expect(query.get("sampler")).toBe("ddim");
  expect(query.get("steps")).toBe("13");
  expect(query.get("ddim.eta")).toBe("1");

  const again = await open(query.toString());
  await again.page.locator("#D1-sampler .figure-numbers", {hasText: "13 denoiser calls"}).waitFor();
  expect(await control(again.page, "D1-sampler", "Sampler").inputValue()).toBe("ddim");
  expect(await control(again.page, "D1-sampler", "η").inputValue()).toBe("1");
  await again.page.locator(".lab-dock summary").click();
  await again.page.getByRole("button", {name: "Reset"}).click();
  await again.page.waitForFunction(() => location.search === "");
  expect(await control(again.page, "D1-sampler", "Sampler").inputValue()).toBe("heun");
  expect([...faults, ...again.faults]).toEqual([]);
  await page.close();
  await again.page.close();
}); // prettier-ignore

test("play runs through the sampling and stops at its end", async () => {
  const {page} = await open("at=0.9");
  await drawn(page, "D1-sampler");
  await figure(page, "D1-sampler").getByRole("button", {name: "Play forwards"}).click();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#D1-sampler .player input")!.value === "1");
  await figure(page, "D1-sampler").getByRole("button", {name: "Play forwards"}).waitFor();
  await page.close();
}); // prettier-ignore

test("a dragged point of the schedule redraws what is on the screen at every move", async () => {
  const {page, faults} = await site.open("samplers");
  await drawn(page, "D1-sampler");
  await page.evaluate(() => {
    document.querySelector<HTMLDetailsElement>(".lab-dock")!.open = true;
  });
  const handle = page.locator(".lab-dock .curve-handle").nth(3);
  await handle.scrollIntoViewIfNeeded();
  await see(page, "D1-marginal");
  const took = await page.evaluate(async () => {
    const handle = document.querySelectorAll<SVGCircleElement>(".lab-dock .curve-handle")[3];
    const box = handle.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const send = (type: string, dy: number) =>
      handle.dispatchEvent(
        new PointerEvent(type, {clientX: x, clientY: y + dy, pointerId: 1, bubbles: true})
      );
    handle.setPointerCapture = () => {};
    send("pointerdown", 0);
    const times: number[] = [];
    const count = () => Number(document.getElementById("D1-marginal")!.dataset.draws);
    for (let i = 1; i <= 24; ++i) {
      const [before, began] = [count(), performance.now()];
      send("pointermove", (i % 2 ? 1 : -1) * (5 + i));
      while (count() === before && performance.now() - began < 5000)
        await new Promise((next) => setTimeout(next, 0));
      times.push(performance.now() - began);
      await new Promise((next) => requestAnimationFrame(next));
    }
    send("pointerup", 0);
    return times.sort((a, b) => a - b);
  });
  console.log(
    `samplers, a point of the schedule is dragged, 500 trajectories, Heun, 12 steps: median ${took[12].toFixed(1)} ms, slowest ${took[23].toFixed(1)} ms to the last picture`
  );
  expect(took[23]).toBeLessThan(5000); // every move was drawn
  await addressHas(page, "schedule=drawnBeta");
  expect(faults).toEqual([]);
  await page.close();
});

test("the race can be cancelled and begun anew, and races those whose boxes are ticked", async () => {
  const {page, faults} = await open("raceN=4000");
  await see(page, "D1-race");
  const race = figure(page, "D1-race");
  await race.locator(".measured[data-state=busy]").waitFor();
  await drawn(page, "D1-race"); // with what is known so far
  await race.getByRole("button", {name: "Cancel"}).click();
  await race.locator(".measured[data-state=cancelled]").waitFor();
  expect(await race.locator(".measured [role=status]").textContent()).toBe("Cancelled.");
  await control(page, "D1-race", "Points").fill("100");
  await measuredFully(page, "D1-race");
  await race.locator(".racer-choice summary").click();
  await race.getByLabel("Heun (EDM, Algorithm 1)").focus();
  await page.keyboard.press("Space");
  expect(await race.getByLabel("Heun (EDM, Algorithm 1)").evaluate((e) => e === document.activeElement)).toBe(true);
  await page.waitForFunction(() => !document.querySelector("#D1-race .line-legend")!.textContent.includes("Heun"));
  await measuredFully(page, "D1-race");
  await addressHas(page, "race=euler.dpmSolver");
  const ticked = race.locator(".racers input:checked");
  for (let left = await ticked.count(); left > 0; --left) await ticked.first().click();
  await expect.poll(() => trouble(page, "D1-race")).toContain("Nobody races");
  expect(faults).toEqual([]);
  await page.close();
}); // prettier-ignore

test("beta(t) is drawn by hand, and its strength changes the samples", async () => {
  const {page, faults} = await open("draws=1");
  await drawn(page, "E10");
  const words = () => figure(page, "E10").locator(".figure-numbers").textContent();
  const first = await words();
  const alone = await figure(page, "E10-ode").locator(".figure-numbers").textContent();
  const handle = page.locator(".strength-controls .curve-handle").nth(2);
  await handle.focus();
  const before = await draws(page, "E10");
  for (let i = 0; i < 6; ++i) await page.keyboard.press("Shift+ArrowUp");
  await drawn(page, "E10", before);
  await expect.poll(words).not.toBe(first);
  // the ODE alone has no beta(t)
  expect(await figure(page, "E10-ode").locator(".figure-numbers").textContent()).toBe(alone);
  await addressHas(page, "beta=drawn");
  await page.locator(".strength-controls select").selectOption("sde");
  expect(await page.locator(".strength-controls .curve-editor").isVisible()).toBe(false);
  await measuredFully(page, "E10-beta");
  expect(await trouble(page, "E10-beta")).toBe("");
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  ["no data", "data=drawn2", /No data yet/],
  ["no noise", "schedule=constant&constant.beta=0", /nothing is diffused/],
  [
    "sigma_max below sigma_min",
    "schedule=edm&edm.sigma_min=2&edm.sigma_max=0.5",
    /must end later than it begins/
  ],
  ["a schedule that falls", "schedule=drawnSigma&points=0:1,0.5:0.1,1:50", /σ must not fall/],
  ["a cell that isn't there", "schedule=cell:gone", /No cell defines the schedule gone/]
])("%s is explained in every figure's place", async (_, query, words) => {
  const {page, faults} = await open(query);
  for (const id of ALL) {
    await see(page, id);
    await expect.poll(() => trouble(page, id)).toMatch(words);
    expect(await figure(page, id).locator(".live-picture").isVisible()).toBe(false);
  }
  expect(await page.locator("main").textContent()).not.toContain("NaN");
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  ["one step", "steps=1&coarse=1&many=2"],
  ["one point drawn", "data=drawn2&draw2=gAgA"],
  ["one sample", "n=1"],
  ["one dimension", "data=peaks"],
  ["EDM, x as it is", "schedule=edm&spacing=rho&scaled=0&data=uneven"],
  ["a beta(t) of nothing", "beta=drawn&betaPoints=0:0,1:0&regularised.b=0"]
])("%s is drawn, without NaN", async (_, query) => {
  const {page, faults} = await open(`${query}&raceN=60&draws=1`);
  for (const id of ALL) {
    await see(page, id);
    await page.waitForFunction((id) => {
      const e = document.getElementById(id)!;
      return Number(e.dataset.draws ?? 0) > 0 || e.querySelector(".live-trouble")!.textContent !== "";
    }, id);
  }
  for (const id of MEASURED) {
    await see(page, id);
    await figure(page, id).locator(".measured:is([data-state=done], [data-state=cancelled])").waitFor();
  }
  const said = await page.locator("main").textContent();
  for (const word of ["NaN", "undefined", "Infinity"]) expect(said).not.toContain(word);
  expect(faults).toEqual([]);
  await page.close();
});

test("the source of every figure is a cell that draws it", async () => {
  const {page, faults} = await open("raceN=60&draws=1&n=100");
  for (const [i, id] of ALL.entries()) {
    await drawn(page, id);
    await figure(page, id).getByRole("button", {name: "Show source"}).click();
    const cell = page.locator(".cells .cell").nth(i);
    await cell.and(page.locator("[data-state=done], [data-state=failed]")).waitFor();
    expect(`${id}: ${await cell.locator(".cell-problem").textContent()}`).toBe(`${id}: `);
    expect(await cell.locator(".cell-output :is(canvas, svg)").count()).toBeGreaterThan(0);
  }
  expect(faults).toEqual([]);
  await page.close();
});

test("a sampler and a schedule of a reader's cells are chosen and race", async () => {
  const {page, faults} = await open("raceN=60&race=euler.cell:midpoint");
  const strip = page.locator("details.cells");
  await strip.locator("> summary").click();
  for (const [i, example] of ["A sampler of your own", "A schedule of your own"].entries()) {
    await strip.getByLabel("Insert an example").selectOption({label: example});
    await strip.locator(".cell").nth(i).and(page.locator("[data-state=done]")).waitFor();
  }
  await see(page, "D1-sampler");
  await control(page, "D1-sampler", "Sampler").selectOption("cell:midpoint");
  await figure(page, "D1-sampler").locator(".figure-numbers").getByText("24 denoiser calls").waitFor();
  await page.locator(".lab-dock summary").click();
  await labelled(page.locator(".lab-dock"), "Schedule").selectOption("cell:mine");
  await page.locator(".lab-dock summary").click();
  const before = await draws(page, "D1-race");
  await drawn(page, "D1-race", before);
  await measuredFully(page, "D1-race");
  await see(page, "D1-order");
  await expect
    .poll(() => figure(page, "D1-order").locator(".line-legend").textContent())
    .toMatch(/midpoint: order (1\.[6-9]|2\.[0-4])/);
  expect(await trouble(page, "E10")).toBe("");
  // without the cell, the figure says what is missing
  await strip.locator(".cell").first().getByRole("button", {name: "Remove"}).click();
  await expect.poll(() => trouble(page, "D1-sampler")).toContain("No cell defines the sampler midpoint");
  expect(faults).toEqual([]);
  await page.close();
}); // prettier-ignore

test("fits a telephone", async () => {
  const {page, faults} = await open("raceN=60&draws=1", {width: 390});
  for (const id of ALL) await drawn(page, id);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(faults).toEqual([]);
  await page.close();
});
