// What a build and a preview both need before Observable Framework starts, so that neither asks any other host.
import {cpSync, existsSync, mkdirSync, readdirSync, rmSync} from "node:fs";
import {createRequire} from "node:module";
import {delimiter, dirname, join, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {bundleCells} from "./cells.mjs";
import {bundleTfjs} from "./tfjs.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const cache = join(root, "src/.observablehq/cache");
const require = createRequire(import.meta.url);

// Framework looks up the newest version of each of these when its cache has no folder for it, even for an empty page.
// No page imports them by `npm:`, so an empty folder with any version will do.
const lookedUp = [
  "lodash",
  "arquero",
  "apache-arrow",
  "d3",
  "echarts",
  "htl",
  "leaflet",
  "mapbox-gl",
  "@observablehq/plot",
  "@observablehq/sample-datasets",
  "react",
  "react-dom",
  "topojson-client",
  "d3-dsv",
  "parquet-wasm"
];

/** Empties Framework's cache (it does not notice when what a loader imports has changed) and lays out what it needs. */
export function prepare() {
  rmSync(cache, {recursive: true, force: true});
  for (const name of lookedUp) mkdirSync(join(cache, "_npm", `${name}@0.0.0`), {recursive: true});
  bundleTfjs();
  bundleCells();
  copyAssets(join(cache, "_node")); // the preview serves /_node from its cache
}

/** What is served beside the pages: KaTeX's style sheet and fonts, and TensorFlow.js's wasm backend. */
export function copyAssets(to) {
  const katex = join(dirname(require.resolve("katex/package.json")), "dist");
  const copy = (folder, file, name) => cpSync(join(folder, file), join(to, name, file));
  copy(katex, "katex.min.css", "katex");
  for (const font of readdirSync(join(katex, "fonts")))
    if (font.endsWith(".woff2")) copy(katex, `fonts/${font}`, "katex");
  const wasm = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist");
  for (const file of readdirSync(wasm)) if (file.endsWith(".wasm")) copy(wasm, file, "tfjs");
}

/** Framework's command line, and the environment it runs in: no telemetry, and tsx on the path for loaders. */
export function framework() {
  const bin = join(
    dirname(require.resolve("@observablehq/framework/package.json")),
    "dist/bin/observable.js"
  );
  if (!existsSync(bin)) throw new Error("@observablehq/framework is not installed: run npm ci first");
  const path = [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);
  return {bin, env: {...process.env, PATH: path, OBSERVABLE_TELEMETRY_DISABLE: "1"}};
}
