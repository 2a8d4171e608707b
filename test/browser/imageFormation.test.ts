import {existsSync, readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import type {Locator, Page} from "playwright-core";
import {afterAll, beforeAll, beforeEach, describe, expect, test} from "vitest";
import {readMrc, writeMrc} from "../../components/formats/mrc.js";
import {writePickles} from "../../components/formats/pickle.js";
import {readStar} from "../../components/formats/star.js";
import {openSite, settled, type Site} from "./site.js";

const fixtures = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
const haveFixtures = existsSync(fixtures);
if (!haveFixtures) console.warn("skipped: no ../shared/fixtures");

let site: Site;
let page: Page;
let faults: string[];
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

async function openPage() {
  ({page, faults} = await site.open("image-formation"));
  await settled(page);
  await panel("X, the particle").locator("canvas[data-draws]").waitFor();
}
/** Each test of a group has a page of its own. */
const afresh = () =>
  beforeEach(async () => {
    await openPage();
    return () => page.close();
  });

const panel = (title: string) =>
  page.locator(".panel", {has: page.getByRole("heading", {name: title, exact: true})});
const slider = (name: string) => page.locator(`input[data-parameter=${name}]`);
const draws = (of: Locator) => of.evaluate((canvas) => Number((canvas as HTMLCanvasElement).dataset.draws));
/** What a panel's picture looks like, as a checksum of its pixels. */
const pixels = (of: Locator) =>
  of.evaluate((canvas) => {
    const {width, height} = canvas as HTMLCanvasElement;
    const {data} = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
    let sum = 0;
    for (const v of data) sum = (Math.imul(sum, 31) + v) | 0;
    return sum;
  });
/** A line about what was loaded. */
const line = (text: RegExp) => page.locator(".own-lines li", {hasText: text});
const canvasOf = (title: string) => panel(title).locator("canvas").first();

const pictures = {
  projection: "P V, its projection",
  ctf: "CTF",
  clean: "CTF ∗ P V",
  noise: "N, the noise",
  particle: "X, the particle",
  flipped: "Phase-flipped"
};

describe("the page as it comes", () => {
  beforeAll(openPage);
  afterAll(() => page?.close());
  beforeEach(async () => {
    faults.length = 0;
    await page.setViewportSize({width: 1280, height: 900});
    await page.getByRole("button", {name: "Reset"}).click();
    await expect.poll(() => new URL(page.url()).search).toBe("");
  });

  test.each<[string, string, (keyof typeof pictures)[]]>([
    ["rot", "75", ["projection", "clean", "particle", "flipped"]],
    ["shiftX", "40", ["projection", "clean", "particle", "flipped"]],
    ["state", "40", ["projection", "clean", "particle", "flipped"]],
    ["defocusU", "30000", ["ctf", "clean", "particle", "flipped"]],
    ["voltage", "200", ["ctf", "clean", "particle", "flipped"]],
    ["phaseShift", "90", ["ctf", "clean", "particle", "flipped"]],
    ["bFactor", "500", ["ctf", "clean", "particle", "flipped"]],
    ["logSnr", "1", ["particle", "flipped"]]
  ])("%s changes what depends on it, and nothing else", async (name, value, changed) => {
    await page.setViewportSize({width: 1280, height: 3000}); // all panels on the screen
    const counts = () => Promise.all(Object.values(pictures).map((title) => draws(canvasOf(title))));
    // Panels that come onto the screen are drawn, on a busy machine some while later.
    await expect
      .poll(async () => {
        const early = await counts();
        await page.waitForTimeout(400);
        return `${await counts()}` === `${early}`;
      })
      .toBe(true);
    const before = await counts();
    const old = await Promise.all(Object.values(pictures).map((title) => pixels(canvasOf(title))));
    await slider(name).fill(value);
    const after = await counts();
    const now = await Promise.all(Object.values(pictures).map((title) => pixels(canvasOf(title))));
    for (const [i, key] of (Object.keys(pictures) as (keyof typeof pictures)[]).entries()) {
      expect(after[i] - before[i], key).toBe(changed.includes(key) ? 1 : 0);
      expect(now[i] !== old[i], key).toBe(changed.includes(key));
    }
    await expect.poll(() => new URL(page.url()).search).toContain("=");
    expect(faults).toEqual([]);
  });

  test("a slider's event is answered with the redrawn figure (D = 128; median printed)", async () => {
    const measure = (name: string) =>
      page.evaluate(async (name) => {
        const input = document.querySelector<HTMLInputElement>(`input[data-parameter=${name}]`)!;
        const [low, high] = [Number(input.min), Number(input.max)];
        input.scrollIntoView({block: "center"}); // with the pictures around it, which follow
        await new Promise((done) => setTimeout(done, 500));
        const scripts: number[] = [];
        const frames: number[] = [];
        const frame = () => new Promise((next) => requestAnimationFrame(next));
        for (let i = 0; i < 21; ++i) {
          await frame();
          input.value = String(low + ((high - low) * ((i * 8) % 21)) / 21);
          const began = performance.now();
          input.dispatchEvent(new Event("input", {bubbles: true}));
          scripts.push(performance.now() - began); // every picture is drawn when the event returns
          await frame();
          const channel = new MessageChannel();
          const painted = new Promise((done) => (channel.port1.onmessage = done));
          channel.port2.postMessage(0);
          await painted;
          frames.push(performance.now() - began);
        }
        const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
        return {script: median(scripts), frame: median(frames)};
      }, name);
    // A picture beside each slider: those off the screen are not drawn.
    const beside = {
      rot: pictures.projection,
      state: pictures.projection,
      shiftX: pictures.projection,
      defocusU: pictures.ctf,
      astigmatismAngle: pictures.ctf,
      bFactor: pictures.ctf,
      logSnr: pictures.particle
    };
    for (const [name, title] of Object.entries(beside)) {
      const before = await draws(canvasOf(title));
      const {script, frame} = await measure(name);
      console.log(
        `image-formation: ${name}: ${script.toFixed(1)} ms to draw, ${frame.toFixed(1)} ms from event to painted frame`
      );
      expect((await draws(canvasOf(title))) - before).toBeGreaterThan(15); // each event drew it anew
    }
  });

  test("the volume turns by keys and by dragging, and the projection with it", async () => {
    const volume = panel("V, the volume").locator("canvas");
    const projection = canvasOf("P V, its projection");
    let before = await pixels(projection);
    await volume.focus();
    await page.keyboard.press("ArrowRight");
    expect(await pixels(projection)).not.toBe(before);
    before = await pixels(projection);
    const angle = await slider("tilt").inputValue();
    await volume.scrollIntoViewIfNeeded();
    const box = (await volume.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2 + 30, {steps: 4});
    await page.mouse.up();
    await expect.poll(() => pixels(projection)).not.toBe(before);
    expect(await slider("tilt").inputValue()).not.toBe(angle);
    expect(faults).toEqual([]);
  });

  test("the central slice agrees with the projection's transform", async () => {
    const status = panel("The central slice").getByText(/^Amplitudes differ/);
    await status.waitFor();
    const percent = Number(/by ([\d.]+) %/.exec((await status.textContent())!)![1]);
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThan(1);
  });

  test("more copies, a higher SNR of their average", async () => {
    const averaged = panel("Averaged");
    await averaged.scrollIntoViewIfNeeded();
    const status = averaged.getByText(/copies: SNR/);
    await status.waitFor();
    await averaged.locator("input[type=range]").first().fill("8");
    await expect.poll(() => status.textContent(), {timeout: 60_000}).toMatch(/^256 copies/);
    const times = Number(/, ([\d.]+) times/.exec((await status.textContent())!)![1]);
    expect(times / 256).toBeCloseTo(1, 1);
  });

  test("the model of the Thon rings agrees when it has the defocus that was hidden", async () => {
    const figure = page.locator(".figure", {has: page.getByText("Another micrograph")});
    await figure.scrollIntoViewIfNeeded();
    const agreement = async () =>
      Number(/[−-]?[\d.]+$/.exec((await figure.getByText(/^Agreement/).textContent())!)![0]);
    await figure.getByText(/^Agreement/).waitFor();
    const blind = await agreement();
    await figure.getByText("Show its defocus").click();
    const said = (await figure.getByText(/^It was made/).textContent())!;
    const [u, v, angle] = [.../([\d.]+) µm and ([\d.]+) µm, U at (\d+)/.exec(said)!.slice(1)].map(Number);
    const inputs = figure.locator("input[type=range]");
    await inputs.nth(0).fill(String(Math.round((u * 1e4) / 50) * 50));
    await inputs.nth(1).fill(String(Math.round((v * 1e4) / 50) * 50));
    await inputs.nth(2).fill(String(angle));
    expect(await agreement()).toBeGreaterThan(0.4);
    expect(await agreement()).toBeGreaterThan(blind + 0.3);
  });

  test("the particle can be downloaded as MRC, with its STAR file", async () => {
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", {name, exact: true}).click()
      ]);
      return readFileSync(await download.path());
    };
    const mrc = readMrc(await save("Particle, .mrcs"), "particle.mrcs");
    expect([mrc.nx, mrc.ny, mrc.nz, mrc.pixelSize]).toEqual([128, 128, 1, 3]);
    const [, particles] = readStar((await save("its .star")).toString(), "particle.star");
    const rot = particles.rows[0][particles.columns.indexOf("_rlnAngleRot")];
    expect(Number(rot)).toBeCloseTo(40, 3);
  });
});

describe("a page", () => {
  afresh();

  test("a link shows what its sender saw, and Reset brings the first view back", async () => {
    await slider("rot").fill("-100");
    await slider("logSnr").fill("2");
    await expect.poll(() => new URL(page.url()).search).toBe("?rot=-100&snr=2");
    const sent = await pixels(canvasOf("X, the particle"));
    const {page: other} = await site.open("image-formation?rot=-100&snr=2");
    await settled(other);
    page = other;
    await expect.poll(() => pixels(canvasOf("X, the particle"))).toBe(sent);
    await page.getByRole("button", {name: "Reset"}).click();
    expect(await slider("rot").inputValue()).toBe("40");
    await expect.poll(() => new URL(page.url()).search).toBe("");
  });

  test.each([
    ["note.txt", "hello", /another kind of file/],
    ["broken.mrc", "not a map", /broken\.mrc: size: found 9 bytes/],
    ["empty.pdb", "REMARK", /empty\.pdb: found no atoms/],
    ["poses.pkl", "x", /their particle stack/]
  ])(
    "a file that can't be read is refused with its name, and the page goes on: %s",
    async (name, text, message) => {
      await page.locator(".drop-input").setInputFiles({name, mimeType: "", buffer: Buffer.from(text)});
      await expect.poll(() => page.locator(".own-lines .problem").textContent()).toMatch(message);
      const before = await pixels(canvasOf("P V, its projection"));
      await slider("rot").fill("10");
      expect(await pixels(canvasOf("P V, its projection"))).not.toBe(before);
    }
  );

  test("without WebGL the volume's panel says so, and the projection can still be turned", async () => {
    const {page: plain, faults: wrong} = await site.open("image-formation", {
      before: (fresh) =>
        fresh.addInitScript(() => {
          const original = HTMLCanvasElement.prototype.getContext;
          HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
            return String(args[0]).startsWith("webgl") ? null : original.apply(this, args as never);
          } as never;
        })
    });
    await settled(plain);
    page = plain;
    await panel("V, the volume")
      .getByText(/no WebGL/)
      .waitFor();
    const projection = canvasOf("P V, its projection");
    await projection.waitFor();
    const before = await pixels(projection);
    await projection.scrollIntoViewIfNeeded();
    const box = (await projection.boundingBox())!;
    await plain.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await plain.mouse.down();
    await plain.mouse.move(box.x + box.width / 2 + 50, box.y + box.height / 2, {steps: 3});
    await plain.mouse.up();
    expect(await pixels(projection)).not.toBe(before);
    expect(wrong).toEqual([]);
  });

  test("a stack that is cut short, or holds NaN, is refused or shown as far as it goes", async () => {
    const D = 16;
    const data = new Float32Array(2 * D * D).map((_, i) => Math.sin(i));
    data[D * D + 5] = NaN;
    const stack = Buffer.from(writeMrc({nx: D, ny: D, nz: 2, pixelSize: 3, data, isStack: true}));
    const choose = (name: string, buffer: Buffer) =>
      page.locator(".drop-input").setInputFiles({name, mimeType: "", buffer});
    await choose("cut.mrcs", stack.subarray(0, 2000));
    await expect
      .poll(() => page.locator(".own-lines .problem").textContent())
      .toMatch(/cut\.mrcs: size: found 2000 bytes/);
    await choose("nan.mrcs", stack);
    await page.getByText(/^Image 1;/).waitFor();
    const poses = (n: number) =>
      Buffer.from(writePickles({shape: [n, 3, 3], data: new Float32Array(9 * n).fill(0.5)}));
    await choose("wrong.pkl", poses(3));
    await expect
      .poll(() => page.locator(".own-lines .problem").textContent())
      .toMatch(/wrong\.pkl: rotations: found 3 rows; expected 2/);
    await choose("right.pkl", poses(2)); // the wrong one does not stand in its way
    await line(/right\.pkl: rotations of 2 particles/).waitFor();
    await page.getByRole("button", {name: "Next particle"}).click();
    await page.getByText(/nan\.mrcs: image 2, pixel 5: found NaN/).waitFor();
    await page.getByRole("button", {name: "Previous particle"}).click();
    await expect.poll(() => page.locator(".stack-browser [role=status]").textContent()).toBe("");
    expect(faults).toEqual([]);
  });
});

/** Drops files on the page, as a person does. */
async function drop(paths: string[]): Promise<void> {
  const files = paths.map((path) => ({
    name: path.split("/").pop()!,
    data: readFileSync(fixtures + path).toString("base64")
  }));
  await page.evaluate((files) => {
    const transfer = new DataTransfer();
    for (const {name, data} of files)
      transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
    const target = document.querySelector("h1")!;
    for (const type of ["dragenter", "dragover", "drop"])
      target.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: transfer}));
  }, files);
}

const ways: [string, (paths: string[]) => Promise<void>][] = [
  [
    "the file dialog",
    (paths) => page.locator(".drop-input").setInputFiles(paths.map((path) => fixtures + path))
  ],
  ["drag and drop", drop]
];

describe.skipIf(!haveFixtures).each(ways)("a reader's own files, by %s", (_, open) => {
  afresh();

  test("an atomic model is turned, defocused, made noisy and downloaded", async () => {
    await open(["real/6vyb.pdb"]);
    await line(/6vyb\.pdb: 22,365 scatterers/).waitFor();
    await expect.poll(() => draws(canvasOf("P V, its projection"))).toBeGreaterThan(1);
    await slider("tilt").fill("90");
    await slider("defocusU").fill("12000");
    await slider("logSnr").fill("0.5");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", {name: "Particle, .mrcs", exact: true}).click()
    ]);
    const mrc = readMrc(readFileSync(await download.path()), "particle.mrcs");
    expect([mrc.nx, mrc.ny]).toEqual([128, 128]);
    expect(faults).toEqual([]);
  });

  test("a stack is browsed with its poses and CTFs", async () => {
    await open(["cryodrgn-run/particles.mrcs", "cryodrgn-run/poses.pkl", "cryodrgn-run/ctf.pkl"]);
    await line(/particles\.mrcs: 1,000 images of 32 × 32 pixels/).waitFor();
    await page.getByText(/^Image 1;/).waitFor();
    await page.setViewportSize({width: 1280, height: 3400}); // what is off the screen is not drawn
    await page.waitForTimeout(500);
    const first = await pixels(canvasOf("X, the particle"));
    const rot = await slider("rot").inputValue();
    const defocus = await panel("CTF").getByText(/µm/).first().textContent();
    await page.getByRole("button", {name: "Next particle"}).click();
    await page.getByText(/^Image 2;/).waitFor();
    expect(await pixels(canvasOf("X, the particle"))).not.toBe(first);
    expect(await slider("rot").inputValue()).not.toBe(rot);
    expect(await panel("CTF").getByText(/µm/).first().textContent()).not.toBe(defocus);
    await page.locator(".stack-thumb").nth(7).click();
    await page.getByText(/^Image 8;/).waitFor();
    await page.getByRole("button", {name: "Close these files"}).click();
    await expect
      .poll(() => canvasOf("X, the particle").evaluate((c) => (c as HTMLCanvasElement).width))
      .toBe(128);
    expect(faults).toEqual([]);
  });

  test("a stack with its map: particles are compared with the map's projections in their poses", async () => {
    const run = "cryodrgn-run/";
    await open(["particles.mrcs", "poses.pkl", "ctf.pkl", "vol_mu0.mrc"].map((name) => run + name));
    await line(/vol_mu0\.mrc: a map of 32³ voxels of 6\.00 Å/).waitFor();
    const status = page.getByText(/correlation with the map's image/);
    await status.waitFor();
    // The run inverted its data, so its maps are bright where these images are dark.
    await expect.poll(() => status.textContent()).toMatch(/image −0\.\d+: bright and dark are exchanged/);
    await canvasOf("P V, its projection").scrollIntoViewIfNeeded();
    await expect
      .poll(() => canvasOf("P V, its projection").evaluate((c) => (c as HTMLCanvasElement).width))
      .toBe(32);
    expect(faults).toEqual([]);
  });
});
