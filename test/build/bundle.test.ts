import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {pathToFileURL} from "node:url";
import {afterEach, beforeEach, expect, test} from "vitest";
import {bundlePages} from "../../build/bundle.mjs";

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), "bundle-"));
});
afterEach(() => rmSync(dist, {recursive: true, force: true}));

function lay(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dist, name)), {recursive: true});
    writeFileSync(join(dist, name), text);
  }
}
const page = (...modules: string[]) =>
  `<!DOCTYPE html><html><head><link rel="modulepreload" href="./_observablehq/client.1.js">
${modules.map((m) => `<link rel="modulepreload" href="${m}">`).join("\n")}
</head><script type="module">${modules.map((m) => `import("${m}")`).join(";")}</script></html>`;
const imports = (html: string) => [...html.matchAll(/import\("([^"]*)"\)/g)].map((m) => m[1]);
const preloads = (html: string) => [...html.matchAll(/modulepreload" href="([^"]*)"/g)].map((m) => m[1]);

const site = {
  "_observablehq/stdlib.1.js": "export const FileAttachment = ({path}, base) => new URL(path, base).href;",
  "_import/components/count.1.js": "let n = 0; export const count = () => ++n;",
  "_import/components/figures/a.1.js": `import {FileAttachment} from "../../../_observablehq/stdlib.1.js";
    import {count} from "../count.1.js";
    import {big} from "../../../_node/big@1/index.1.js";
    export const file = FileAttachment({"path":"../../../_file/z.pkl"}, import.meta.url);
    export const thread = import.meta.resolve("../jobs/worker.1.js");
    export const source = "new URL(x, import.meta.url).href";
    export const later = () => import("./later.1.js");
    export {count, big};
    export {sampling} from "../diffusion/algorithm2.1.js";`,
  "_import/components/figures/b.1.js": `export {count} from "../count.1.js";`,
  "_import/components/figures/later.1.js": `import {count} from "../count.1.js"; export const more = count;`,
  "_import/components/diffusion/algorithm2.1.js":
    "export function* sampling(x) { const count = x; yield count; }",
  "_import/components/jobs/worker.1.js": `import {count} from "../count.1.js"; export const job = () => count();`,
  "_node/big@1/index.1.js": `export const big = "${"x".repeat(120_000)}".length;`,
  "volumes.html": page("./_import/components/figures/a.1.js", "./_import/components/figures/b.1.js"),
  "deep/other.html": page("../_import/components/figures/b.1.js")
};

const load = (path: string, from = dist) => import(pathToFileURL(join(from, path)).href) as Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any

test("a page's modules are bundled: shared ones once, files and threads at their addresses, and what is needed at first preloaded", async () => {
  lay(site);
  await bundlePages(dist);
  const html = readFileSync(join(dist, "volumes.html"), "utf8");
  const [a, b] = await Promise.all(imports(html).map((path) => load(path)));
  expect([a.count(), b.count(), (await a.later()).more()]).toEqual([1, 2, 3]); // one module, one state
  expect(a.file).toBe(pathToFileURL(join(dist, "_file/z.pkl")).href);
  expect(a.source).toBe("new URL(x, import.meta.url).href"); // text stays text
  expect(String(a.sampling)).toBe("function* sampling(x) { const count = x; yield count; }"); // as a page shows it
  expect(a.big).toBe(120_000);
  expect((await import(a.thread)).job()).toBe(1); // a thread has modules of its own
  for (const path of preloads(html)) if (!path.includes("client")) await load(path);
  expect(preloads(html)).toContain("./_observablehq/client.1.js");
  expect(preloads(html).some((path) => /later/.test(path))).toBe(false);
  expect(imports(html).every((path) => preloads(html).includes(path))).toBe(true);

  const other = readFileSync(join(dist, "deep/other.html"), "utf8");
  const [alone] = imports(other);
  expect((await load(alone, join(dist, "deep"))).count()).toBe(1);
});

test("modules that went into a bundle are gone; a large one that needs no other is a file that pages share", async () => {
  lay(site);
  await bundlePages(dist);
  expect(existsSync(join(dist, "_import/components/count.1.js"))).toBe(false);
  expect(existsSync(join(dist, "_import/components/jobs/worker.1.js"))).toBe(false);
  expect(existsSync(join(dist, "_node/big@1/index.1.js"))).toBe(true);
});

test("a module that is not there stops the build, and names it", async () => {
  lay({...site, "_import/components/figures/b.1.js": `export {x} from "./missing.1.js";`});
  await expect(bundlePages(dist)).rejects.toThrow("missing.1.js");
});
