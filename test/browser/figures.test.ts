import {spawn} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {findBrowser} from "../../build/browser.mjs";
import type {FigureList} from "../../build/figures/lists.js";
import {writeFigures} from "../../build/figures/main.js";
import {openSite, type Site} from "./site.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "notebook-figures-"));
/** A composite of panels, a table, an algorithm, planes and curves. */
const wanted = ["F1", "T1", "A2", "E2"];
let site: Site;
let page: Page;
let made: Awaited<ReturnType<typeof writeFigures>>;

beforeAll(async () => {
  site = await openSite({maps: false});
  ({page} = await site.open("datasets"));
  made = await writeFigures(
    {
      out,
      folder: join(root, "dist"),
      executablePath: findBrowser()!,
      site: "http://127.0.0.1:3000",
      only: [...wanted, "E99"],
      pages: ["image-formation", "datasets", "ddpm"],
      limit: 90_000
    },
    {signal: new AbortController().signal, progress: () => undefined}
  );
});
afterAll(async () => {
  await site.close();
  rmSync(out, {recursive: true, force: true});
});

const files = (kind: string) => readdirSync(out).filter((name) => name.endsWith(kind));

test("every figure that was asked for is written; one that there is not is named, and keeps none from being written", () => {
  expect(made.faults).toEqual([expect.stringContaining("E99")]);
  const names = made.written.map(({name}) => name);
  for (const id of [...wanted, "E2-at", "E2-bar", "F1-thon"]) expect(names).toContain(id);
  for (const name of [
    "F1.svg",
    "F1-ctf.svg",
    "F1.png",
    "F1-thon.png",
    "T1.png",
    "T1.csv",
    "T1.md",
    "T1.html",
    "A2.png",
    "E2.svg",
    "E2.png",
    "E2.csv"
  ])
    // prettier-ignore
    expect(existsSync(join(out, name)), name).toBe(true);
  expect(files(".part")).toEqual([]);
});

test("an SVG stands by itself: it is XML, with words, plain colours and named fonts, and asks nothing of a page or a host", async () => {
  expect(files(".svg").length).toBeGreaterThan(6);
  for (const name of files(".svg")) {
    const text = readFileSync(join(out, name), "utf8");
    const found = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
      const all = [...parsed.querySelectorAll("*")];
      const values = all.flatMap((e) => [...e.attributes].map((a) => [a.localName, a.value] as const));
      return {
        error: parsed.querySelector("parsererror")?.textContent,
        root: parsed.documentElement.tagName,
        words: all.filter((e) => e.tagName === "text" && e.textContent?.trim()).length,
        drawn: all.filter((e) => ["path", "line", "circle", "rect", "image"].includes(e.tagName)).length,
        foreign: all.filter((e) => ["style", "foreignObject", "script"].includes(e.tagName)).length,
        links: values.filter(([name, value]) => name === "href" && !/^(#|data:image\/png)/.test(value)),
        urls: values.filter(([, value]) => /url\((?!["']?#)/.test(value)),
        colors: values.filter(([name, value]) => /^(fill|stroke)$/.test(name) && !/^(#[0-9a-f]{6}|none|url\(["']?#.*\))$/.test(value)),
        fonts: values.filter(([name, value]) => name === "font-family" && /system-ui|^sans-serif$|var/.test(value))
      }; // prettier-ignore
    }, text);
    expect(found, name).toMatchObject({error: undefined, root: "svg", foreign: 0, links: [], urls: [], colors: [], fonts: []}); // prettier-ignore
    expect(text, name).not.toMatch(/var\(|currentColor/);
    expect(found.words, name).toBeGreaterThan(1);
    expect(found.drawn, name).toBeGreaterThan(2);
  }
});

test("pictures are white in the corner, hold more than one colour, and have two pixels a unit", async () => {
  const pictures = [...files(".png"), ...files(".svg")];
  for (const name of pictures) {
    const kind = name.endsWith(".svg") ? "image/svg+xml" : "image/png";
    const url = `data:${kind};base64,${readFileSync(join(out, name)).toString("base64")}`;
    const {width, corner, colors} = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
      const pixels = new Uint32Array(data.buffer);
      return {width: canvas.width, corner: [...data.slice(0, 4)], colors: new Set(pixels).size};
    }, url);
    // The rings fill their picture to the edge.
    if (name !== "F1-thon.png") expect(corner, name).toEqual([255, 255, 255, 255]);
    expect(colors, name).toBeGreaterThan(8);
    expect(width, name).toBeGreaterThan(200);
  }
  const sizes = new Map(made.written.flatMap((f) => f.files.map((file) => [file.name, file] as const)));
  // An SVG has a margin around what the canvas shows.
  const [vector, pixels] = [sizes.get("E2.svg")!.width!, sizes.get("E2.png")!.width!];
  expect(pixels / (vector - 20)).toBeCloseTo(2, 2);
});

test("a plane's SVG has its axes' words and its legend, and what is drawn thousands of times", () => {
  const text = readFileSync(join(out, "E2-at.svg"), "utf8");
  for (const word of ["density", "particles of the chain", "exact"]) expect(text).toContain(word);
  expect(readFileSync(join(out, "E2.svg"), "utf8").match(/<path/g)!.length).toBeGreaterThan(100);
});

test("F1 shows every factor, the volume among them", async () => {
  const text = readFileSync(join(out, "F1.svg"), "utf8");
  for (const word of [
    "V, the volume",
    "P V, its projection",
    "CTF",
    "N, the noise",
    "X, the particle",
    "Averaged"
  ])
    // prettier-ignore
    expect(text).toContain(`>${word}<`);
  const images = [...text.matchAll(/href="(data:image\/png[^"]+)"/g)].map(([, url]) => url);
  expect(images.length).toBeGreaterThan(9);
  for (const [i, url] of images.entries()) {
    const levels = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      return new Set(new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer))
        .size;
    }, url);
    // The difference of two projections is nearly one grey; what was not drawn is one colour.
    expect(levels, `picture ${i}`).toBeGreaterThan(2);
  }
});

test("a table is text too: the talk's rows in Markdown and HTML, as many as on the page", () => {
  const markdown = readFileSync(join(out, "T1.md"), "utf8");
  expect(markdown).toMatch(/\| linear1d simulated \| talk \| 128 \| 50,000 \| 6 \| 8 \| 256 × 3 \| 25 \|/);
  expect(readFileSync(join(out, "T1.html"), "utf8").match(/<tr>/g)!.length).toBe(
    markdown.trim().split("\n").length - 1
  );
});

test("the lists name every figure with title, caption, where it came from and its link", () => {
  const {figures} = JSON.parse(readFileSync(join(out, "figures.json"), "utf8")) as FigureList;
  const [markdown, html] = ["figures.md", "index.html"].map((name) => readFileSync(join(out, name), "utf8"));
  expect(figures.map(({name}) => name).sort()).toEqual(made.written.map(({name}) => name).sort());
  for (const {name, title, caption, provenance, address, files} of figures) {
    expect(title, name).not.toBe("");
    expect(caption.length, name).toBeGreaterThan(30);
    expect(provenance.length, name).toBeGreaterThan(0);
    for (const {kind, detail} of provenance) {
      expect(["talk", "shipped", "live"], name).toContain(kind);
      expect(detail, name).not.toBe("");
    }
    expect(address, name).toMatch(/^\/[\w-]+(\?.*)?#[A-Z]\d/);
    expect(markdown, name).toContain(`## ${name}: ${title}`);
    expect(html, name).toContain(`id="${name}"`);
    for (const file of files) expect(existsSync(join(out, file.name)), file.name).toBe(true);
  }
  expect(figures.find(({name}) => name === "T1")!.provenance.some(({kind}) => kind === "talk")).toBe(true);
});

/** Runs the command; `watch` is told that time goes by. */
function run(args: string[], watch?: (stop: () => void) => void): Promise<{code: number | null; said: string}> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", "build/figures/main.ts", "--no-build", ...args], {cwd: root});
    let said = "";
    child.stderr.on("data", (data) => (said += String(data)));
    const timer = watch && setInterval(() => watch(() => child.kill("SIGINT")), 50);
    child.on("exit", (code) => {
      clearInterval(timer);
      resolve({code, said});
    });
  });
} // prettier-ignore

test("the command ends with 1 and a line where a figure can't be made, and adds to what an earlier run wrote", async () => {
  const before = made.written.length;
  const {code, said} = await run(["--out", out, "--page", "ddpm", "--only", "E5-share,E98"]);
  expect(code).toBe(1);
  expect(said).toMatch(/^E98: no figure of that name on page ddpm$/m);
  expect(existsSync(join(out, "E5-share.svg"))).toBe(true);
  const {figures} = JSON.parse(readFileSync(join(out, "figures.json"), "utf8")) as FigureList;
  expect(figures.length).toBe(before + 1);
  expect(readFileSync(join(out, "index.html"), "utf8")).toContain('id="F1"');
});

test("Ctrl-C stops it: what is there is whole, and no list is written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "notebook-figures-"));
  try {
    let stopped = false;
    const {code} = await run(["--out", folder, "--page", "ddpm,denoiser"], (stop) => {
      if (stopped || readdirSync(folder).length === 0) return;
      stopped = true;
      stop();
    });
    expect(code).toBe(130);
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.endsWith(".part") || name === "figures.json")).toEqual([]);
    for (const name of names.filter((name) => name.endsWith(".svg")))
      expect(readFileSync(join(folder, name), "utf8").trimEnd().endsWith("</svg>"), name).toBe(true);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});

test("wrong arguments are said in one line", async () => {
  for (const [args, words] of [
    [["--page", "nowhere"], "--page"],
    [["--limit", "0"], "--limit"],
    [["E7"], "argument"]
  ] as const) {
    const {code, said} = await run([...args]);
    expect(code).toBe(1);
    expect(said).toContain(words);
    expect(said.trim().split("\n").length).toBe(1);
  }
});
