import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {readMrc} from "../../components/formats/mrc.js";
import {readZip} from "../../components/formats/zip.js";
import {openSite, saved, type Site} from "./site.js";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

const movie = (page: Page) => page.locator("details.movie");
const control = (page: Page, name: string) =>
  movie(page).getByRole(name === "Box" ? "combobox" : "spinbutton", {name, exact: true});

/** The movie's controls, when the path of the page is there. */
async function openMovie(page: Page): Promise<void> {
  await expect.poll(() => page.locator(".path-warnings li").count(), {timeout: 60_000}).toBeGreaterThan(0);
  await movie(page).locator("summary").click();
  await control(page, "Frames").waitFor();
}

/** How a film plays in the page: its duration, its size, and a corner's colour half way. */
const played = (page: Page, film: Buffer) =>
  page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const video = document.createElement("video");
    video.muted = true;
    video.src = URL.createObjectURL(new Blob([bytes], {type: "video/webm"}));
    const heard = (name: string) =>
      new Promise((resolve, reject) => {
        video.addEventListener(name, resolve, {once: true});
        video.addEventListener("error", () => reject(new Error(video.error?.message)), {once: true});
      });
    await heard("loadeddata");
    const ended = heard("ended");
    const began = performance.now();
    await video.play();
    await ended;
    const seconds = (performance.now() - began) / 1000;
    video.currentTime = video.duration / 2;
    await heard("seeked");
    const {videoWidth: width, videoHeight: height, duration} = video;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d")!;
    context.drawImage(video, 0, 0);
    const corner = Array.from(context.getImageData(2, 2, 1, 1).data);
    const all = context.getImageData(0, 0, width, height).data;
    let other = 0;
    for (let i = 0; i < all.length; i += 4) if (Math.abs(all[i] - corner[0]) > 24) ++other;
    const card = getComputedStyle(document.querySelector(".movie-player .map-stage")!).backgroundColor;
    return {duration, seconds, width, height, corner, covered: other / (width * height), card};
  }, film.toString("base64"));

test.each([false, true])("a path becomes a zip of maps and a film (dark: %s)", async (dark) => {
  const {page, faults} = await site.open("interpolation", {dark});
  await openMovie(page);
  await control(page, "Frames").fill("5");
  await control(page, "Box").selectOption("32");
  await expect.poll(() => page.locator(".movie-estimate").textContent()).toContain("5 frames at box 32");
  await movie(page).getByRole("button", {name: "Decode the frames"}).click();
  await movie(page).locator(".movie-player").waitFor();

  const files = readZip(await saved(page, "frames.zip"), "frames.zip", "a zip");
  const names = [0, 1, 2, 3, 4].map((i) => `frame_00${i}.mrc`);
  expect([...files.keys()]).toEqual(["README.txt", "z_values.txt", "y_values.txt", ...names]);
  const text = (name: string) => new TextDecoder().decode(files.get(name));
  expect(text("README.txt")).toContain("evenly along the path's length");
  expect(text("z_values.txt").trim().split("\n")).toHaveLength(5);
  const ys = text("y_values.txt").trim().split("\n").map(Number);
  expect([ys[0], ys[4]]).toEqual([0, 1]);
  const maps = names.map((name) => readMrc(files.get(name)!, name));
  for (const {nx, ny, nz, pixelSize} of maps) {
    expect([nx, ny, nz]).toEqual([32, 32, 32]);
    expect(pixelSize * 32).toBeCloseTo(64 * 12, 2); // the field of view of the run
  }
  expect(maps[0].data).not.toEqual(maps[4].data);

  await control(page, "Frames a second").fill("5");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    movie(page).getByRole("button", {name: "Record the film"}).click()
  ]);
  expect(download.suggestedFilename()).toBe("movie.webm");
  const film = await readFile(await download.path());
  expect([...film.subarray(0, 4)]).toEqual([0x1a, 0x45, 0xdf, 0xa3]);
  expect(film.length).toBeGreaterThan(5_000);
  const seen = await played(page, film);
  console.log(`a film of 8 frames: ${film.length} bytes, ${seen.width} x ${seen.height}`);
  expect(seen.duration).toBeCloseTo(8 / 5, 2);
  expect(seen.seconds).toBeGreaterThan(1.2);
  expect(seen.covered).toBeGreaterThan(0.02); // a surface is on it
  const card = seen.card.match(/\d+/g)!.map(Number);
  card.forEach((v, c) => expect(Math.abs(seen.corner[c] - v)).toBeLessThan(14));
  await movie(page).getByRole("button", {name: "Play"}).click();
  await movie(page).getByRole("button", {name: "Stop"}).click();
  expect(faults).toEqual([]);
  await page.close();
});

test("decoding the frames can be cancelled, and what they cost is said before", async () => {
  const {page, faults} = await site.open("interpolation");
  await openMovie(page);
  await control(page, "Frames").fill("300");
  await expect
    .poll(() => page.locator(".movie-estimate").textContent())
    .toMatch(/minutes.*They take 6\d\d MB/);
  await movie(page).getByRole("button", {name: "Decode the frames"}).click();
  const run = movie(page).locator(".run").first();
  const bar = run.locator("progress");
  await expect
    .poll(() => bar.evaluate((e: HTMLProgressElement) => e.value), {timeout: 60_000})
    .toBeGreaterThan(0);
  const began = performance.now();
  await run.getByRole("button", {name: "Cancel"}).click();
  await expect.poll(() => run.locator("[role=status]").textContent(), {interval: 20}).toBe("Cancelled.");
  console.log(`frames: cancelled after ${(performance.now() - began).toFixed(0)} ms`);
  expect(await movie(page).locator(".movie-player").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});
