import {readFile} from "node:fs/promises";
import {unzipSync} from "fflate";
import type {Locator, Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {readMrc} from "../../components/formats/mrc.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readNpy} from "../../components/formats/npy.js";
import {readPickles} from "../../components/formats/pickle.js";
import {readStar} from "../../components/formats/star.js";
import {openSite, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const explorer = (page: Page) => page.locator(".figure", {has: page.locator(".filters")});
const status = (page: Page) => explorer(page).locator(".run [role=status]").first();
const gallery = (page: Page) => page.locator(".figure", {has: page.locator(".tiles")});
const tiles = (page: Page) => gallery(page).locator("button.tile");
const closeUp = (page: Page) => page.locator(".figure.close-up");
const tilesDone = (page: Page) => page.waitForSelector('.tiles[data-state="done"]');
const closeUpDone = (page: Page) => page.waitForSelector('.close-up[data-state="done"]');
const field = (page: Page, label: string) => explorer(page).getByLabel(label, {exact: true});
const query = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

/** Opens the page and waits until the table of all images is there. */
async function open(path = "datasets", options = {}) {
  const opened = await site.open(path, options);
  await opened.page.getByText(/^[\d,]+ of (50|100),000 images$/).waitFor();
  return opened;
}
const states = async (page: Page) =>
  (await tiles(page).locator(".tile-state").allTextContents()).map((t) => Number(/state (\d+)/.exec(t)![1]));

async function drag(page: Page, on: Locator, from: [number, number], to: [number, number]) {
  await on.scrollIntoViewIfNeeded();
  const box = (await on.boundingBox())!;
  await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, {steps: 5});
  await page.mouse.up();
}

test("is there soon, with images that came along", async () => {
  const {page, faults} = await site.open("datasets");
  await tiles(page).locator("canvas").first().waitFor();
  const first = await page.evaluate(() => performance.now());
  await page.getByText("50,000 of 50,000 images").waitFor();
  const whole = await page.evaluate(() => performance.now());
  await closeUpDone(page);
  console.log(
    `page datasets: first images after ${(first / 1000).toFixed(2)} s, all 50,000 rows after ${(whole / 1000).toFixed(2)} s`
  );
  expect(faults).toEqual([]);
  await page.close();
});

test("the table has the talk's numbers, and ours from the files that ship", async () => {
  const {page} = await site.open("datasets");
  const rows = page.locator("table.sets tbody tr");
  await rows.first().waitFor();
  expect(await rows.count()).toBe(8);
  const cells = async (i: number) => (await rows.nth(i).locator("td").allTextContents()).join(" ");
  const record = JSON.parse(await readFile("data/trained/linear1d/provenance.json", "utf8"));
  expect(await cells(0)).toBe("talk 128 50,000 6 8 256 × 3 25 —");
  expect(await cells(1)).toBe(
    `ours 128 50,000 6 ${record.vae.config.zdim} ${record.vae.config.decoderWidth} × ${record.vae.config.decoderLayers} ${record.vae.epochs} 50`
  );
  expect(await cells(3)).toMatch(/^ours 128 100,000 6 .* 100$/);
  expect(await cells(6)).toBe("talk 256 276,549 1.640625 8 1024 × 3 25 —");
  expect(await cells(5)).toMatch(/^ribosome-like 128 87,328 2\.6 10 256 × 3 \d+ 6$/);
  expect(await cells(7)).toMatch(/^spike-like 128 [\d,]+ 2\.35 8 256 × 3 \d+ 41$/);
  await page.close();
});

test("a filter narrows the count, the table, the pictures and the address; Reset lets all pass again", async () => {
  const {page, faults} = await open();
  const bars = () => explorer(page).locator(".range-histogram").nth(1).innerHTML();
  const before = await bars();
  await field(page, "State from").fill("10");
  await field(page, "State to").fill("12");
  await page.getByText("3,000 of 50,000 images").waitFor();
  await field(page, "Defocus from").fill("2");
  await expect.poll(async () => Number((await status(page).textContent())!.split(" ")[0].replace(",", ""))).toBeLessThan(1700); // prettier-ignore
  expect(await bars()).not.toBe(before);
  const shown = await explorer(page).locator("tbody tr td:nth-child(2)").allTextContents();
  expect(shown).toHaveLength(10);
  expect(shown.every((s) => ["10", "11", "12"].includes(s))).toBe(true);
  await expect.poll(() => states(page)).toContain(12);
  expect((await states(page)).every((s) => s >= 10 && s <= 12)).toBe(true);
  expect(query(page, "state")).toBe("10..12");
  expect(query(page, "defocus")).toBe("2..3.76");
  await explorer(page).getByRole("button", {name: "Reset"}).click();
  await page.getByText("50,000 of 50,000 images").waitFor();
  expect(query(page, "state")).toBeNull();
  expect(await field(page, "State from").inputValue()).toBe("0");
  expect(faults).toEqual([]);
  await page.close();
});

test("ranges are dragged in histogram and map; a click lets everything pass", async () => {
  const {page} = await open();
  const histogram = explorer(page).locator(".range-histogram").first();
  await drag(page, histogram, [0.3, 0.5], [0.6, 0.5]);
  await expect.poll(() => query(page, "state")).toMatch(/^1\d\.\.(29|30)$/);
  await histogram.click();
  await page.getByText("50,000 of 50,000 images").waitFor();
  const map = explorer(page).locator("canvas.direction-map");
  await drag(page, map, [0.3, 0.3], [0.6, 0.6]);
  await expect.poll(() => query(page, "rot")).toMatch(/^-\d+\.\.\d+$/);
  const left = Number((await status(page).textContent())!.split(" ")[0].replace(",", ""));
  // Equal areas are equal numbers of images, give or take chance.
  const area = await map.evaluate((canvas) => {
    const {width, height} = canvas.getBoundingClientRect();
    return (0.3 * width * 0.3 * height) / ((width - 78) * (height - 42));
  });
  expect(left / 50_000 / area).toBeGreaterThan(0.93);
  expect(left / 50_000 / area).toBeLessThan(1.07);
  await map.click();
  await page.getByText("50,000 of 50,000 images").waitFor();
  await page.close();
});

test("100,000 rows answer a filter (median printed)", async () => {
  const {page, faults} = await open("datasets?set=circular1d");
  const times = await page.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('[aria-label="State from"]')!;
    const line = document.querySelector(".filters")!.parentElement!.querySelector("[role=status]")!;
    const times: number[] = [];
    for (let k = 1; k <= 21; ++k) {
      const changed = new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve();
        });
        observer.observe(line, {childList: true, characterData: true, subtree: true});
      });
      await new Promise((rested) => setTimeout(rested, 60));
      const start = performance.now();
      input.value = String(k);
      input.dispatchEvent(new Event("input"));
      await changed;
      times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b);
  });
  console.log(`page datasets: 100,000 rows: a filter is seen after ${times[10].toFixed(0)} ms (median), ${times[20].toFixed(0)} ms at most`); // prettier-ignore
  await page.getByText("79,000 of 100,000 images").waitFor(); // states 21 to 99
  expect(faults).toEqual([]);
  await page.close();
});

test("the table is sorted and paged by keys, and a row chosen by key is shown close up", async () => {
  const {page, faults} = await open();
  await closeUpDone(page);
  const head = explorer(page).getByRole("button", {name: "Defocus U"});
  await head.focus();
  await page.keyboard.press("Enter");
  const column = async () =>
    (await explorer(page).locator("tbody tr td:nth-child(4)").allTextContents()).map(Number);
  await expect.poll(async () => (await column())[0]).toBeLessThan(6000);
  const low = await column();
  expect(low).toEqual([...low].sort((a, b) => a - b));
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await column())[0]).toBeGreaterThan(34_000);
  expect(query(page, "sort")).toBe("defocusU-down");
  expect(await explorer(page).locator("th[aria-sort=descending]").textContent()).toContain("Defocus U");
  await explorer(page).getByRole("button", {name: "Next page"}).press("Enter");
  await explorer(page).getByText("11–20 of 50,000").waitFor();
  const row = explorer(page).locator("tbody tr").nth(3);
  const cells = await row.locator("th, td").allTextContents();
  await row.getByRole("button").press("Enter");
  await expect.poll(() => query(page, "image")).toBe(cells[0]);
  await closeUpDone(page);
  const truth = await closeUp(page).locator(".truth").textContent();
  expect(truth).toContain(`${cells[0]} of linear1d`);
  expect(truth).toContain(`${cells[1]} of 0–49, hinge at ${cells[2]}°`);
  expect(truth).toContain(`${cells[5]}°, ${cells[6]}°, ${cells[7]}°`);
  const defocus = Number(/Defocus U, V([\d.]+)/.exec(truth!)![1]);
  expect(defocus * 1e4 - Number(cells[3])).toBeLessThanOrEqual(6);
  expect(Number(cells[3]) - defocus * 1e4).toBeLessThanOrEqual(6);
  await closeUp(page).getByText(`Map of state ${cells[1]} at`).waitFor();
  expect(await closeUp(page).locator(".views canvas").count()).toBe(5);
  await closeUp(page).getByRole("button", {name: "Next image"}).click();
  expect(query(page, "image")).toBe(
    await explorer(page).locator("tbody tr").nth(4).locator("th").textContent()
  );
  expect(faults).toEqual([]);
  await page.close();
});

test("images are simulated live: other views, other images, and what came along is what is simulated", async () => {
  const {page, faults} = await open("datasets?by=table");
  await tilesDone(page);
  expect(await gallery(page).locator(".provenance").textContent()).toMatch(/^shipped/);
  const pixels = (of: Locator) =>
    of.evaluate((c: HTMLCanvasElement) =>
      Array.from(c.getContext("2d")!.getImageData(0, 0, c.width, c.height).data).filter((_, i) => i % 4 === 0)
    );
  const shipped = await pixels(tiles(page).first().locator("canvas"));
  await closeUpDone(page);
  const live = await pixels(closeUp(page).locator(".views canvas").first());
  // Rounded to float16, a grey level may fall to the other side.
  expect(live.filter((v, i) => Math.abs(v - shipped[i]) > 1)).toHaveLength(0);
  await gallery(page).getByLabel("Show").selectOption("clean");
  await tilesDone(page);
  const clean = await pixels(tiles(page).first().locator("canvas"));
  expect(clean.filter((v, i) => Math.abs(v - shipped[i]) > 20).length).toBeGreaterThan(clean.length / 3);
  expect(await gallery(page).locator(".provenance").textContent()).toMatch(/^live/);
  expect(query(page, "view")).toBe("clean");
  expect(await tiles(page).first().getAttribute("data-image")).toBe("0");
  await gallery(page).getByRole("button", {name: "Another 20"}).click();
  expect(await tiles(page).first().getAttribute("data-image")).toBe("20");
  await tilesDone(page);
  expect(await tiles(page).locator("canvas").count()).toBe(20);
  await tiles(page).nth(2).press("Enter");
  await expect.poll(() => query(page, "image")).toBe("22");
  await closeUp(page).getByText("22 of linear1d").waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("the address brings set, filters, order and image back", async () => {
  const {page} = await open("datasets?set=circular1d&state=80..99&rot=150..-150&sort=tilt-down&image=99999");
  expect(await explorer(page).getByLabel("Data set").inputValue()).toBe("circular1d");
  expect(await field(page, "State from").inputValue()).toBe("80");
  expect(await field(page, "rot to").inputValue()).toBe("-150");
  const count = Number((await status(page).textContent())!.split(" ")[0].replace(",", ""));
  expect(count / (20_000 / 6)).toBeGreaterThan(0.9);
  expect(count / (20_000 / 6)).toBeLessThan(1.1);
  const tilts = (await explorer(page).locator("tbody tr td:nth-child(7)").allTextContents()).map(Number);
  expect(tilts).toEqual([...tilts].sort((a, b) => b - a));
  await closeUp(page).getByText("99999 of circular1d").waitFor();
  await explorer(page).getByLabel("Data set").selectOption("linear1d");
  await page.getByText("50,000 of 50,000 images").waitFor();
  expect(query(page, "set")).toBeNull();
  await page.close();
});

async function download(page: Page, act: () => Promise<unknown>): Promise<Uint8Array> {
  const [file] = await Promise.all([page.waitForEvent("download"), act()]);
  return new Uint8Array(await readFile(await file.path()));
}

test("the selection is saved as CSV, figures as pictures, the image as MRC", async () => {
  const {page, faults} = await open("datasets?state=3..3");
  await closeUpDone(page);
  await tilesDone(page);
  const text = new TextDecoder().decode(
    await download(page, () => explorer(page).getByTitle("Download images.csv").click())
  );
  const lines = text.trim().split("\n");
  expect(lines).toHaveLength(1001);
  expect(lines[0]).toBe("image,state,hinge (°),defocusU (Å),defocusV (Å),rot (°),tilt (°),psi (°),shiftX (Å),shiftY (Å)"); // prettier-ignore
  expect(lines.slice(1).every((line) => line.split(",")[1] === "3")).toBe(true);
  for (const name of ["directions.png", "particles.png", "pose.png"])
    expect(Array.from((await download(page, () => page.getByTitle(`Download ${name}`).click())).subarray(1, 4))).toEqual([80, 78, 71]); // prettier-ignore
  const mrc = readMrc(await download(page, () => page.getByTitle("Download particle.mrc").click()), "particle.mrc"); // prettier-ignore
  expect([mrc.nx, mrc.nz, mrc.pixelSize]).toEqual([128, 1, 6]);
  expect(faults).toEqual([]);
  await page.close();
});

test("a sample of the selection is a zip that our readers read", async () => {
  const {page, faults} = await open("datasets?state=40..49&sort=tilt");
  const numbers = (await explorer(page).locator("tbody th").allTextContents()).map(Number);
  await page.getByLabel("Images, at most").fill("30");
  const zip = unzipSync(await download(page, () => page.getByRole("button", {name: "Make the zip"}).click()));
  await page.getByText(/^30 images in [\d.]+ s, [\d.]+ MB\.$/).waitFor();
  const stack = readMrc(zip["particles.mrcs"], "particles.mrcs");
  expect([stack.nx, stack.ny, stack.nz, stack.mode, stack.isStack]).toEqual([128, 128, 30, 2, true]);
  const [rotations, shifts] = readPickles(zip["pose.pkl"], "pose.pkl")[0] as [NdArray, NdArray];
  expect([rotations.shape, shifts.shape]).toEqual([[30, 3, 3], [30, 2]]); // prettier-ignore
  expect((readPickles(zip["ctf.pkl"], "ctf.pkl")[0] as NdArray).shape).toEqual([30, 9]);
  const state = Array.from(readNpy(zip["state.npy"], "state.npy").data as Int32Array);
  expect(state.every((s) => s >= 40 && s <= 49)).toBe(true);
  const image = Array.from(readNpy(zip["image.npy"], "image.npy").data as Int32Array);
  expect(image.slice(0, 10)).toEqual(numbers);
  const particles = readStar(new TextDecoder().decode(zip["particles.star"]), "particles.star")[1];
  const tilts = particles.rows.map((row) => Number(row[particles.columns.indexOf("_rlnAngleTilt")]));
  expect(tilts).toEqual([...tilts].sort((a, b) => a - b));
  const variance = stack.data.reduce((a, v) => a + v * v, 0) / stack.data.length;
  const {noiseDeviation} = JSON.parse(new TextDecoder().decode(zip["simulation.json"]));
  expect(variance / noiseDeviation ** 2).toBeGreaterThan(1);
  expect(new TextDecoder().decode(zip["README.txt"])).toContain("30 of the 50000 particles of linear1d");
  expect(faults).toEqual([]);
  await page.close();
});

test("making a sample can be cancelled, and is refused where there is nothing to make", async () => {
  const {page, faults} = await open();
  const start = page.getByRole("button", {name: "Make the zip"});
  const run = page.locator(".run", {has: start});
  await page.getByLabel("Images, at most").fill("1000");
  await start.click();
  await run.getByText(/^\d+ of 1,000$/).waitFor();
  await run.getByRole("button", {name: "Cancel"}).click();
  await run.getByText("Cancelled.").waitFor();
  await page.getByLabel("Images, at most").fill("1001");
  await start.click();
  await run.getByText("Failed: the number of images must be from 1 to 1,000").waitFor();
  await page.getByLabel("Images, at most").fill("5");
  await field(page, "State to").fill("0");
  await field(page, "Defocus from").fill("3.75");
  await page.getByText("0 of 50,000 images").waitFor();
  await gallery(page).getByText("No image passes the filters.").waitFor();
  await start.click();
  await run.getByText("Failed: no image passes the filters").waitFor();
  expect(faults).toEqual([]);
  await page.close();
});

test("without its particles there are messages, and the rest of the page stands", async () => {
  const {page} = await site.open("datasets", {
    before: (page) => page.route(/\/_file\/.*particles\.[^/]*$/, (route) => route.fulfill({status: 404}))
  });
  await expect.poll(() => page.locator("table.sets tbody tr").count()).toBe(8); // of recipes and records, not of images
  await explorer(page).getByText("linear1d-small/particles.mrcs: found nothing").waitFor();
  expect(await page.locator(".observablehq--error").count()).toBe(0);
  expect(await page.locator("details").count()).toBeGreaterThanOrEqual(4);
  await page.close();
});

test("answers of the exercises fold", async () => {
  const {page} = await site.open("datasets");
  const answer = page.locator("details").first();
  expect(await answer.locator("p").isVisible()).toBe(false);
  await answer.locator("summary").press("Enter");
  expect(await answer.locator("p").isVisible()).toBe(true);
  expect(await page.locator(".katex-error").count()).toBe(0);
  await page.close();
});
