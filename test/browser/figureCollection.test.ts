import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {buildSync} from "esbuild";
import {afterAll, beforeAll, expect, test} from "vitest";
import {findBrowser} from "../../build/browser.mjs";
import {collect, type CollectOptions, type StaticFigure} from "../../build/figures/collect.js";

/** A site of two pages, whose figures are made by the notebook's own code and go wrong in all the ways there are. */
const folder = mkdtempSync(join(tmpdir(), "notebook-site-"));
const root = fileURLToPath(new URL("../..", import.meta.url));

const library = `export {figure} from "./components/figures/figure.js";
export {csvBlob, svgBlob, pngBlob} from "./components/figures/download.js";
export {svg, h} from "./components/figures/dom.js";`;

const page = (script: string) => `<!doctype html><html><head>
<style>:root { --ink: color-mix(in srgb, red 50%, white); } .tick { fill: var(--ink); font: 11px system-ui, Arial, sans-serif; }</style>
</head><body><main></main><script type="module">
import {csvBlob, figure, h, pngBlob, svg, svgBlob} from "./library.js";
const place = document.querySelector("main");
const provenance = [{kind: "live", detail: "seed 3"}];
const caption = "What is seen.";
const square = () => svg("svg", {viewBox: "0 0 40 30", width: 40, height: 30},
  svg("rect", {width: 20, height: 10, fill: "var(--ink)", opacity: 0.5}), svg("text", {class: "tick", x: 2, y: 20}, "0.1"));
const shown = (name, picture) => ({label: "SVG", name, make: () => svgBlob(picture)});
${script}
</script></body></html>`;

const sets = `
const set = new URLSearchParams(location.search).get("set") ?? "ring";
const picture = square();
const csv = {label: "CSV", name: "numbers.csv", make: () => csvBlob(["set"], [[set]])};
place.append(
  figure([picture], {id: "F4", title: "One of each", set, sets: ["ring", "arc", "two"], caption, provenance, files: [shown("picture.svg", picture), csv]}),
  figure([h("p", {}, "words alone")], {id: "F9", title: "Once", caption, provenance})
);`;

const faults = `
const never = h("p", {"data-state": "busy"}, "still at it");
const flat = document.createElement("canvas");
let worked = false;
const picture = square();
const made = h("div", {});
place.append(
  figure([never], {id: "E1", title: "Never done", caption, provenance}),
  figure([flat], {id: "E2", title: "Nothing drawn", caption, provenance, files: [{label: "PNG", name: "flat.png", make: () => pngBlob(flat)}]}),
  figure([made], {id: "E3", title: "On demand", caption, provenance, async prepare() {
    await new Promise((done) => setTimeout(done, 300));
    made.append(picture);
  }, trouble: () => made.childNodes.length > 0 ? "" : "press the button first", files: [shown("a.svg", picture)]}),
  figure([h("p", {}, "x")], {id: "E4", title: "Work that fails", caption, provenance, prepare: () => Promise.reject(new Error("no such thing"))}),
  figure([h("p", {}, "x")], {id: "E5", title: "Of unknown source", caption, provenance: []}),
  figure([h("p", {}, "x")], {id: "F9", title: "Twice", caption, provenance}),
  figure([square()], {caption, provenance})
);`;

beforeAll(() => {
  buildSync({
    stdin: {contents: library, resolveDir: root},
    bundle: true,
    format: "esm",
    outfile: join(folder, "library.js")
  });
  writeFileSync(join(folder, "index.html"), page(sets));
  writeFileSync(join(folder, "wrong.html"), page(faults));
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

async function collected(options: Partial<CollectOptions> = {}) {
  const figures = new Map<string, StaticFigure>();
  const faults = await collect({
    folder,
    executablePath: findBrowser()!,
    limit: 3000,
    signal: new AbortController().signal,
    progress: () => undefined,
    take: (figure) => void figures.set(figure.name, figure),
    ...options
  });
  return {figures, faults};
}

test("a figure that there is of each data set is taken of each, the others of the page once", async () => {
  const {figures, faults} = await collected({pages: ["index"]});
  expect(faults).toEqual([]);
  expect([...figures.keys()].sort()).toEqual(["F4-arc", "F4-ring", "F4-two", "F9"]);
  for (const set of ["ring", "arc", "two"]) {
    const {files, address} = figures.get(`F4-${set}`)!;
    expect(files.map(({name}) => name)).toEqual(["picture.svg", "numbers.csv"]);
    expect(files[1].bytes.toString()).toBe(`set\n${set}\n`);
    expect(address).toBe(set === "ring" ? "/#F4" : `/?set=${set}#F4`);
  }
  const [svg] = figures.get("F4-ring")!.files;
  // Red and white, mixed by the style sheet; the font's name without what only a browser knows.
  expect(svg.bytes.toString()).toMatch(/fill="#ff(7f|80)(7f|80)"/);
  expect(svg.bytes.toString()).toMatch(/font-family="Arial, sans-serif"/);
  expect(svg.bytes.toString()).not.toMatch(/var\(|class=|system-ui/);
  expect(figures.get("F9")!.files).toMatchObject([{photograph: true}]);
});

test("one data set is taken where one is asked for", async () => {
  const {figures, faults} = await collected({pages: ["index"], set: "two", only: ["F4"]});
  expect(faults).toEqual([]);
  expect([...figures.keys()]).toEqual(["F4-two"]);
});

test("each figure that can't be made is named with the reason; those that need a while, or their work done, are made", async () => {
  const {figures, faults} = await collected();
  expect([...figures.keys()].sort()).toEqual(["E3", "F4-arc", "F4-ring", "F4-two", "F9"]);
  const said = faults.join("\n");
  expect(said).toMatch(/^E1: not ready after 3 s: still at it$/m);
  expect(said).toMatch(/^E2: flat\.png is one flat colour$/m);
  expect(said).toMatch(/^E4: no such thing$/m);
  expect(said).toMatch(/^E5: it does not say where it came from$/m);
  expect(said).toMatch(/^F9: found on page (index|wrong) and on page (index|wrong); expected on one$/m);
  expect(faults.length).toBe(5);
});
