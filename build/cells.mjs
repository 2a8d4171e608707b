#!/usr/bin/env node
// Bundles what the reader's cells need of Observable's Notebook Kit (the transpiler of a cell, how a cell is defined in a
// runtime, how values are displayed, generators) into components/figures/cells/kit.js. Its package also holds a server, a
// compiler for TypeScript and clients of data bases, which no cell uses; the runtime itself stays outside.
import {createHash} from "node:crypto";
import {existsSync, readFileSync, statSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {buildSync} from "esbuild";

const help = `usage: npm run build:cells
Bundles the transpiler and the display of cells to components/figures/cells/kit.js, unless that is up to date.`;

const out = fileURLToPath(new URL("../components/figures/cells/kit.js", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const kit = join(root, "node_modules/@observablehq/notebook-kit");

/** The first line of an up-to-date bundle: what it was made from. */
function stamp() {
  const require = createRequire(join(kit, "package.json"));
  const version = (name) => {
    let folder = dirname(require.resolve(name));
    while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
    return `${name} ${JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version}`;
  };
  const own = JSON.parse(readFileSync(join(kit, "package.json"), "utf8")).version;
  const script = createHash("sha256")
    .update(readFileSync(new URL(import.meta.url)))
    .digest("hex")
    .slice(0, 8);
  return `// Made by build/cells.mjs (${script}) from ${[
    `@observablehq/notebook-kit ${own}`,
    version("acorn"),
    version("@observablehq/inspector")
  ].join(", ")}.`;
}

/** Makes the bundle if it is missing or out of date; returns whether it did. */
export function bundleCells() {
  const first = stamp();
  if (existsSync(out) && readFileSync(out, "utf8").startsWith(first)) return false;
  const source = join(kit, "dist/src");
  buildSync({
    stdin: {
      contents: `export {parseJavaScript} from ${JSON.stringify(join(source, "javascript/parse.js"))};
export {transpileJavaScript} from ${JSON.stringify(join(source, "javascript/transpile.js"))};
export {define} from ${JSON.stringify(join(source, "runtime/define.js"))};
export {clear, display} from ${JSON.stringify(join(source, "runtime/display.js"))};
export * as Generators from ${JSON.stringify(join(source, "runtime/stdlib/generators/index.js"))};
export {Mutable} from ${JSON.stringify(join(source, "runtime/stdlib/mutable.js"))};`,
      resolveDir: root
    },
    outfile: out,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "eof",
    // Cells are JavaScript: of the compiler of TypeScript only two names are looked at, when the module is loaded.
    alias: {typescript: "data:text/javascript,module.exports = {ScriptTarget: {}, ModuleKind: {}}"},
    banner: {js: first},
    logLevel: "warning"
  });
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--help")) console.log(help);
  else {
    const made = bundleCells();
    console.log(`cells: ${(statSync(out).size / 1024) | 0} kB${made ? "" : ", up to date"}`);
  }
}
