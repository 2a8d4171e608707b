// What a build and a preview both need before Observable Framework starts, so that neither asks any other host.
import {cpSync, existsSync, mkdirSync, rmSync} from "node:fs";
import {createRequire} from "node:module";
import {delimiter, dirname, join, resolve} from "node:path";
import {fileURLToPath} from "node:url";

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
  copyKatex(join(cache, "_node/katex")); // the preview serves /_node from its cache
}

/** KaTeX's style sheet and fonts, to be served beside the pages. */
export function copyKatex(to) {
  const from = join(dirname(require.resolve("katex/package.json")), "dist");
  mkdirSync(to, {recursive: true});
  cpSync(join(from, "katex.min.css"), join(to, "katex.min.css"));
  cpSync(join(from, "fonts"), join(to, "fonts"), {recursive: true, filter: (f) => !/\.(ttf|woff)$/.test(f)});
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
