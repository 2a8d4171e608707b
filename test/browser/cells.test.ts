import {execFileSync} from "node:child_process";
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {decodeCells, encodeCells} from "../../components/figures/cells/link.js";
import {openSite, type Site} from "./site.js";

// A notebook with one page, whose strip of cells is all that is on it: its values are two signals and a constant.
const page = `# Two numbers

\`\`\`js
import {computed, signal} from "@preact/signals-core";
import {cellStrip} from "./components/figures/cells/strip.js";

const a = signal(2);
let reads = 0;
const squared = computed(() => (reads++, a.value ** 2));
const offered = [];
const strip = cellStrip({
  page: "two-numbers",
  values: {a, squared, unit: "Å"},
  library: () => import("./components/figures/lab/library.js"),
  offer: (values) => offered.push(values),
  prelude: ({values}) => values.map((name) => \`const \${name} = \${JSON.stringify({a: a.value, squared: squared.value, unit: "Å"}[name])};\`).join("\\n"),
  examples: [{label: "A sum", source: "a + 40"}]
});
globalThis.own = {a, squared, offered, strip, reads: () => reads};
display(strip.element);
invalidation.then(strip.dispose);
\`\`\`
`;

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "notebook-cells-"));
let site: Site;

function build() {
  execFileSync(process.execPath, [join(folder, "build/site.mjs")], {stdio: ["ignore", "ignore", "inherit"]});
}
beforeAll(async () => {
  for (const name of ["build", "components", "package.json", "tsconfig.json"])
    cpSync(join(root, name), join(folder, name), {recursive: true});
  for (const name of ["node_modules", "data"]) symlinkSync(join(root, name), join(folder, name));
  writeFileSync(
    join(folder, "observablehq.config.ts"),
    `export default {root: "src", title: "Cells", style: "components/figures/style.css", globalStylesheets: [], pages: [], head: "<link rel='icon external' href='data:,'>"};`
  );
  mkdirSync(join(folder, "src"));
  symlinkSync("../components", join(folder, "src/components"));
  symlinkSync("../data", join(folder, "src/data"));
  writeFileSync(join(folder, "src/index.md"), page);
  cpSync(join(root, "src/score-sde.md"), join(folder, "src/score-sde.md"));
  build();
  site = await openSite({folder: join(folder, "dist"), maps: false});
});
afterAll(async () => {
  await site?.close();
  rmSync(folder, {recursive: true, force: true});
});

interface Own {
  a: {value: number};
  offered: Map<string, unknown>[];
  strip: {add(source: string): void; link: string | undefined};
  reads(): number;
}
declare global {
  var own: Own;
}

const cell = (on: Page, n: number) => on.locator("section.cell").nth(n - 1);
const output = (on: Page, n: number) => cell(on, n).locator(".cell-output");
const problem = (on: Page, n: number) => cell(on, n).locator(".cell-problem");
const press = (on: Page, n: number, name: string) => cell(on, n).getByRole("button", {name}).click();
const kept = (on: Page) => on.evaluate(() => localStorage.getItem("cells of two-numbers"));
const poll = <T>(f: () => T) => expect.poll(f, {timeout: 30_000}); // the machine may be busy
const endless = /this cell ran for 1 s without a pause/;

async function open(path = "", options = {}) {
  const opened = await site.open(path, options);
  await opened.page.locator("details.cells").waitFor();
  return opened;
}
async function add(on: Page, ...sources: string[]) {
  for (const source of sources) await on.evaluate((text) => own.strip.add(text), source);
}
/** Waits until a cell shows a text. */
const shows = (on: Page, n: number, text: string | RegExp) => output(on, n).filter({hasText: text}).waitFor();
/** Waits until a cell says what is wrong with it. */
const fails = (on: Page, n: number, text: string | RegExp) =>
  problem(on, n).filter({hasText: text, visible: true}).waitFor();
/** Puts other text into the editor of a cell, as a reader does. */
async function type(on: Page, n: number, text: string) {
  await cell(on, n).locator(".cm-content").click();
  await on.keyboard.press("ControlOrMeta+a");
  await on.keyboard.insertText(text);
}

test("a cell is typed and run by the keyboard alone, and follows the page's values", async () => {
  const {page: on, faults} = await open();
  expect(await on.locator("details.cells").getAttribute("open")).toBeNull();
  await on.locator("details.cells > summary").focus();
  await on.keyboard.press("Enter");
  await on.getByRole("button", {name: "Add cell"}).focus();
  await on.keyboard.press("Enter");
  await on.locator(".cm-editor.cm-focused").waitFor();
  await on.keyboard.type("a * 21");
  await on.keyboard.press("Shift+Enter");
  await shows(on, 1, "42");
  await on.evaluate(() => void (own.a.value = 3));
  await shows(on, 1, "63");
  // Escape, then Tab, leads out of the editor, to the cell's buttons.
  await on.keyboard.press("Escape");
  await on.keyboard.press("Tab");
  expect(await on.evaluate(() => document.activeElement!.textContent)).toBe("Run");
  await on.getByRole("textbox", {name: "Source of cell 1"}).waitFor();
  expect(faults).toEqual([]);
  await on.close();
});

test("cells see each other's names in any order, and display as Framework does", async () => {
  const {page: on, faults} = await open();
  await add(
    on,
    "b + a",
    "const b = squared * 10",
    "display('one'); display(html`<b>two</b>`)",
    "({x: [1, 2]})"
  );
  await shows(on, 1, "42");
  await shows(on, 3, /"one".*two/s);
  expect(await output(on, 3).locator("b").textContent()).toBe("two");
  await shows(on, 4, /x: Array\(2\)/);
  await add(
    on,
    "const n = view(Inputs.range([0, 10], {value: 3, step: 1}))",
    "n * 2",
    "(function* () { for (let i = 0; i < 4; i++) yield i })()",
    "new Promise((r) => setTimeout(() => r('late'), 50))",
    "Plot.barY([1, 2]).plot()",
    "invalidation.then(() => (window.invalidated = true)); display(await visibility().then(() => 'seen'))"
  );
  await shows(on, 6, "6");
  await output(on, 5).locator("input[type=number]").fill("5");
  await shows(on, 6, "10");
  await shows(on, 7, "3");
  await shows(on, 8, "late");
  await output(on, 9).locator("svg rect").first().waitFor();
  await shows(on, 10, "seen");
  await press(on, 10, "Run");
  await on.waitForFunction(() => "invalidated" in window);
  expect(faults).toEqual([]);
  await on.close();
});

test("a value that no cell reads is not computed", async () => {
  const {page: on} = await open();
  await add(on, "a + 1");
  await shows(on, 1, "3");
  expect(await on.evaluate(() => own.reads())).toBe(0);
  await add(on, "squared");
  await shows(on, 2, "4");
  await press(on, 2, "Remove");
  await on.waitForTimeout(200);
  const before = await on.evaluate(() => own.reads());
  await on.evaluate(() => void (own.a.value = 7));
  await shows(on, 1, "8");
  expect(await on.evaluate(() => own.reads())).toBe(before);
  await on.close();
});

test("what is wrong with a cell is said in its place, and harms nothing else", async () => {
  const {page: on, faults} = await open();
  await add(
    on,
    "a + 1",
    "const x = 1;\nconst y = ;",
    "const z = 1;\n\nnull.nothing",
    "Promise.reject(new Error('refused'))",
    "squard * 2",
    "const twice = 1",
    "const twice = 2",
    "const a = 3",
    "const p = Promise.reject(new Error('broken'))",
    "p",
    "setTimeout(() => { throw new Error('from a timer') }, 10); 0;",
    "(async () => { throw new Error('forgotten') })(); 0;",
    "throw 'a text'"
  );
  await fails(on, 2, /^Line 2, column 11: Unexpected token$/);
  expect(await cell(on, 2).locator(".cell-wrong-line").textContent()).toBe("const y = ;");
  await fails(on, 3, /^Line 3: TypeError: Cannot read properties of null/);
  await fails(on, 4, /refused/);
  await fails(on, 5, /^squard is not defined\. Did you mean squared\?$/);
  await fails(on, 6, /^twice is defined more than once$/);
  await fails(on, 7, /^twice is defined more than once$/);
  await fails(on, 8, /^a is a value of this page: give yours another name$/);
  await fails(on, 9, /broken/);
  await fails(on, 10, /^p can't be had: broken$/);
  await fails(on, 11, /^Line 1: from a timer$/);
  await fails(on, 12, /^Line 1: forgotten$/);
  await fails(on, 13, /^it threw "a text"$/);
  await on.evaluate(() => void (own.a.value = 10));
  await shows(on, 1, "11");
  // One of the two is removed: the other one is in order again.
  await press(on, 7, "Remove");
  await problem(on, 6).waitFor({state: "hidden"});
  await type(on, 2, "const x = 1;\ndisplay(x + 1)");
  await on.keyboard.press("Shift+Enter");
  await shows(on, 2, "2");
  await problem(on, 2).waitFor({state: "hidden"});
  expect(faults).toEqual([]);
  await on.close();
});

test("a loop without an end is ended after a second, wherever it stands, and the page goes on", async () => {
  const {page: on, faults} = await open();
  await add(
    on,
    "a + 1",
    "while (true) {}",
    "while (true) await 0",
    "const sigma = (t) => { for (;;) ; }",
    "sigma(1)",
    "let n = 0; while (n < 30) { await new Promise((r) => setTimeout(r, 60)); n++ } display(n)",
    "try { while (true) ; } catch { while (true) ; }",
    "for (;;) try { for (;;) ; } catch {}"
  );
  for (const n of [2, 3, 5, 7, 8]) await fails(on, n, endless);
  await on.evaluate(() => void (own.a.value = 5));
  await shows(on, 1, "6");
  await shows(on, 6, "30");
  // A function that a cell defined, called by the page, throws; the cell says so too.
  const caught = await on.evaluate(() => {
    try {
      (own.offered.at(-1)!.get("sigma") as (t: number) => number)(1);
      return "nothing";
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(caught).toMatch(endless);
  await fails(on, 4, endless);
  expect(faults).toEqual([]);
  await on.close();
});

test("names that cells define are offered to the page, as they are now", async () => {
  const {page: on} = await open();
  await add(on, "const mine = {sigma: (t) => a * t, s: () => 1};\nfunction f() { return 1 }\nclass C {}");
  const names = () => on.evaluate(() => [...(own.offered.at(-1)?.keys() ?? [])].sort());
  await poll(names).toEqual(["C", "f", "mine"]);
  const sigma = () =>
    on.evaluate(() => (own.offered.at(-1)!.get("mine") as {sigma(t: number): number}).sigma(3));
  expect(await sigma()).toBe(6);
  await on.evaluate(() => void (own.a.value = 5));
  await poll(sigma).toBe(15);
  await press(on, 1, "Stop");
  await poll(names).toEqual([]);
  await press(on, 1, "Run");
  await poll(names).toEqual(["C", "f", "mine"]);
  await press(on, 1, "Remove");
  await poll(names).toEqual([]);
  await on.close();
});

test("background work runs in a thread with the library, and ends with its cell", async () => {
  const {page: on, faults} = await open();
  await add(
    on,
    "background((n) => { let s = 0; for (let i = 0; i < n; i++) s += i; return `${s} ${typeof heun}` }, 1000)",
    "background(() => a)",
    "background(() => { throw new RangeError('too far') })",
    "background((f) => f(), () => 1)",
    "background(async () => { while (true) await 0 })"
  );
  await shows(on, 1, "499500 function");
  await fails(on, 2, /background: a is not known there; hand it over as an argument/);
  await fails(on, 3, /background: RangeError: too far/);
  await fails(on, 4, /background: an argument can't be handed over/);
  await poll(() => on.workers().length).toBe(1);
  await press(on, 5, "Stop");
  await poll(() => on.workers().length).toBe(0);
  await cell(on, 5).getByText("stopped").waitFor();
  expect(faults).toEqual([]);
  await on.close();
});

test("Stop ends loops and generators; what reads the cell says so; Run starts it again", async () => {
  const {page: on, faults} = await open();
  await add(
    on,
    "let rounds = 0;\nwhile (true) { window.rounds = ++rounds; await new Promise((r) => setTimeout(r, 5)); }",
    "const g = (function* () { let i = 0; while (true) yield i++ })()",
    "g > 5"
  );
  const rounds = () => on.evaluate(() => (globalThis as {rounds?: number}).rounds ?? 0);
  await poll(rounds).toBeGreaterThan(5);
  await shows(on, 3, "true");
  await press(on, 1, "Stop");
  await press(on, 2, "Stop");
  await fails(on, 3, "g can't be had: its cell was stopped");
  await on.waitForTimeout(50);
  const before = await rounds();
  await on.waitForTimeout(100);
  expect(await rounds()).toBe(before);
  await press(on, 2, "Run");
  await shows(on, 3, "true");
  expect(faults).toEqual([]);
  await on.close();
});

test("cells are moved, removed and had back, and begun from an example", async () => {
  const {page: on} = await open();
  await add(on, "'first'", "'second'", "'third'");
  await shows(on, 3, "third");
  const order = async () => (await on.locator(".cell-output").allTextContents()).join(" ");
  await press(on, 3, "Move up");
  expect(await order()).toBe('"first" "third" "second"');
  expect(await on.evaluate(() => document.activeElement!.getAttribute("aria-label"))).toBe("Move up");
  await press(on, 1, "Remove");
  expect(await order()).toBe('"third" "second"');
  await on.getByRole("button", {name: "Undo"}).click();
  await shows(on, 1, "first");
  expect(await order()).toBe('"first" "third" "second"');
  expect(await cell(on, 1).getByRole("button", {name: "Move up"}).isDisabled()).toBe(true);
  await on.getByLabel("Insert an example").selectOption("A sum");
  await shows(on, 4, "42");
  await on.close();
});

test("cells are kept as they are typed, also when the page is left at once, and run when it is opened", async () => {
  const {page: on} = await open();
  await add(on, "a + 1");
  await shows(on, 1, "3");
  await type(on, 1, "a + 100");
  await on.goto("about:blank");
  await on.goto(`${site.base}/`);
  await shows(on, 1, "102");
  expect(await kept(on)).toBe('["a + 100"]');
  await on.close();
});

test("a browser that keeps nothing says so, and the cells work", async () => {
  const forbidden = await open("", {
    before: (fresh: Page) =>
      fresh.addInitScript(() =>
        Object.defineProperty(window, "localStorage", {
          get() {
            throw new DOMException("no", "SecurityError");
          }
        })
      )
  });
  await add(forbidden.page, "a + 1");
  await shows(forbidden.page, 1, "3");
  await forbidden.page
    .getByText("This browser does not let this page keep your cells: download them")
    .waitFor();
  const full = await open("", {
    before: (fresh: Page) =>
      fresh.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
      })
  });
  await add(full.page, "a + 1");
  await full.page.getByText("This browser has no room left for your cells").waitFor();
  expect([...forbidden.faults, ...full.faults]).toEqual([]);
  await forbidden.page.close();
  await full.page.close();
});

test("short cells are in the address; those of a link wait for the reader, and leave his own alone", async () => {
  const {page: on, faults} = await open();
  await add(on, "a + 1");
  await poll(() => new URL(on.url()).searchParams.get("cells")).toBe(encodeCells(["a + 1"]));
  expect(await on.evaluate(() => own.strip.link)).toBe(encodeCells(["a + 1"]));
  const link = `?cells=${encodeCells(["window.intruder = 1", "a + 5"])}&x=1`;
  await on.goto(`${site.base}/${link}`);
  await on.getByText("have not been run").waitFor();
  await on.waitForTimeout(500);
  expect(await on.evaluate(() => "intruder" in window)).toBe(false);
  expect(await kept(on)).toBe('["a + 1"]');
  await on.getByRole("button", {name: "Run these cells"}).click();
  await shows(on, 2, "7");
  await on.getByText("Your own cell is still kept").waitFor();
  await on.waitForTimeout(500);
  expect(await kept(on)).toBe('["a + 1"]');
  await on.getByRole("button", {name: "Keep these below my own"}).click();
  await shows(on, 1, "3");
  await shows(on, 3, "7");
  await poll(() => kept(on)).toBe('["a + 1","window.intruder = 1","a + 5"]');
  const query = new URL(on.url()).searchParams;
  expect(decodeCells(query.get("cells")!)).toHaveLength(3);
  expect(query.get("x")).toBe("1");
  await on.goto(`${site.base}/${link}`);
  await on.getByRole("button", {name: "Back to my own"}).click();
  await shows(on, 1, "3");
  expect(await on.locator("section.cell").count()).toBe(3);
  await on.goto(`${site.base}/?cells=AAAA`);
  await on.getByText("The cells in this link can't be read").waitFor();
  expect(faults).toEqual([]);
  await on.close();
});

test("cells too long for a link are said to be, and the address has none", async () => {
  const {page: on} = await open();
  const noise = Array.from({length: 900}, (_, i) => ((i * i * 7919 + 13) % 99_991).toString(36)).join(" ");
  await add(on, `"${noise}".length`);
  await on.getByText("too long for the address").waitFor();
  expect(new URL(on.url()).searchParams.get("cells")).toBeNull();
  expect(JSON.parse((await kept(on))!)).toHaveLength(1);
  await on.close();
});

test("cells that hung the page are not run again unasked", async () => {
  const {page: on} = await open();
  await add(on, "a + 1");
  await shows(on, 1, "3");
  // What is left behind when a tab is closed while it is busy with running the cells.
  await on.addInitScript(() => sessionStorage.setItem("cells of two-numbers are starting", "1"));
  await on.goto(`${site.base}/`);
  await on.getByText("has not run them again").waitFor();
  expect(await output(on, 1).textContent()).toBe("");
  await on.getByRole("button", {name: "Run these cells"}).click();
  await shows(on, 1, "3");
  await on.close();
});

test("on a phone nothing is wider than the screen", async () => {
  const {page: on} = await open("", {width: 390, dark: true});
  await add(on, "const aVeryLongName = 'word '.repeat(60)", "aVeryLongName", `${"x".repeat(120)} + 1`);
  await shows(on, 2, "word");
  await fails(on, 3, "is not defined");
  expect(await on.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await on.close();
});

/** Downloads the cells of a page as a page of Framework, into the notebook of this test. */
async function exported(on: Page, name: string): Promise<string> {
  const [file] = await Promise.all([
    on.waitForEvent("download"),
    on.getByRole("button", {name: "Download as a page"}).click()
  ]);
  expect(file.suggestedFilename()).toBe(`${name}.md`);
  const path = join(folder, `src/${name}.md`);
  writeFileSync(path, readFileSync(await file.path(), "utf8"));
  return path;
}

/** A page on diffusion whose schedule is a cell's, among cells that go wrong in every way; exports them. Returns what they showed. */
async function ownSchedule(): Promise<string> {
  const sources = [
    "const mine = scheduleFrom({sigma: (t) => 0.01 + 20 * t ** 2})",
    "const half = ",
    "let i = 0; while (true) ++i;",
    "Promise.reject(new Error('no such luck'))",
    "`level ${schedule.sigma(0.5).toFixed(4)}, D ${denoiser(new Float64Array([1]), new Float64Array([0.5]))[0].toFixed(6)}, ${data.length} numbers, alpha-bar ${alphaBar(schedule, 0.5).toFixed(6)}`",
    "painted(lines({width: 300, height: 160}), {x: {label: 't'}, y: {label: 'σ'}, label: 'levels', series: [{name: 'σ', color: '--series-prior', x: [0, 0.5, 1], y: [0, 0.5, 1].map(schedule.sigma)}]})"
  ];
  const {page: on, faults} = await site.open(`score-sde?seed=7&n=300&cells=${encodeCells(sources)}`);
  const figure = on.locator("#E7");
  const draws = async () => Number((await figure.getAttribute("data-draws")) ?? 0);
  // Someone else's code runs when the reader says so.
  await on.getByRole("button", {name: "Run these cells"}).click();
  await shows(on, 5, "level");
  await fails(on, 2, "Unexpected token");
  await fails(on, 3, endless);
  await fails(on, 4, "no such luck");
  const before = await output(on, 5).textContent();
  await figure.evaluate((e) => e.scrollIntoView({block: "center"}));
  await poll(draws).toBeGreaterThan(0);
  const drawn = await draws();
  await on.locator(".lab-dock select").filter({hasText: "from your cell"}).selectOption("cell:mine");
  await poll(draws).toBeGreaterThan(drawn);
  await shows(on, 5, "level 5.0100");
  expect(await output(on, 5).textContent()).not.toBe(before);
  // The cell is changed, and with it what all figures show.
  const again = await draws();
  await cell(on, 1).scrollIntoViewIfNeeded();
  await type(on, 1, sources[0].replace("20 *", "40 *"));
  await press(on, 1, "Run");
  await shows(on, 5, "level 10.0100");
  await figure.evaluate((e) => e.scrollIntoView({block: "center"}));
  await poll(draws).toBeGreaterThan(again);
  // All figures have what they need, but for that of DDPM's chains, which says why a schedule without a rate has none.
  const troubles = await on
    .locator(".figure.live:has(.live-trouble:visible)")
    .evaluateAll((e) => e.map(({id}) => id));
  expect(troubles).toEqual(["E6-error"]);
  expect(faults).toEqual([]);
  await exported(on, "cells-score-sde");
  const shown = (await output(on, 5).textContent())!;
  await on.close();
  return shown;
}

test("exported, cells are a page of Framework that shows the same; a schedule of a cell drives a page and its export", async () => {
  const {page: on, faults} = await open();
  await on.evaluate(() => void (own.a.value = 4));
  const sources = [
    "const b = a + squared",
    "b * unit.length",
    "display('`' + unit); display(Plot.barY([1, b]).plot({width: 100}))",
    "const n = view(Inputs.range([0, 10], {value: 3, step: 1}))",
    "`${n} ${typeof heun} ${(() => { let s = 0; for (const v of [1, 2]) s += v; return s })()}`",
    "background((x) => `${x} ${typeof heun}`, b)",
    "unknownName + 1"
  ];
  await add(on, ...sources);
  await shows(on, 6, "20 function");
  await fails(on, 7, "unknownName is not defined");
  const shown = await Promise.all([2, 3, 5, 6].map((n) => output(on, n).textContent()));
  const file = await exported(on, "cells-two-numbers");
  expect(faults).toEqual([]);
  await on.close();
  const ofSchedule = await ownSchedule();

  // The file is opened again: its cells are added, and not run.
  const {page: again} = await open();
  await again.locator("details.cells > summary").click();
  await again.locator("input[type=file]").setInputFiles(file);
  await again.getByText("7 cells of cells-two-numbers.md were added, and not run").waitFor();
  expect(await again.locator(".cell-output").allTextContents()).toEqual(sources.map(() => ""));
  await again.close();

  build();
  const {page: alone} = await site.open("cells-two-numbers");
  await alone.getByText("20 function").waitFor();
  await alone.getByText("unknownName is not defined").waitFor();
  await alone.locator("svg rect").nth(1).waitFor();
  const main = await alone.locator("#observablehq-main").textContent();
  for (const text of shown) expect(main).toContain(text);
  await alone.locator("input[type=number]").fill("8");
  await alone.getByText("8 function 3").waitFor();
  await alone.close();

  const {page: third} = await site.open("cells-score-sde");
  await third.getByText("level 10.0100").waitFor();
  const text = await third.locator("#observablehq-main").textContent();
  expect(text).toContain(ofSchedule);
  await third.locator("svg[aria-label=levels]").waitFor();
  await third.close();
});
