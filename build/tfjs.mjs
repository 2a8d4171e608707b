#!/usr/bin/env node
// Bundles TensorFlow.js with its webgpu and wasm backends into components/compute/tfjs/bundle.js: one module that pages,
// workers and Node import alike. Bare imports of it fail in Framework's browser build.
import {createHash} from "node:crypto";
import {existsSync, readFileSync, statSync} from "node:fs";
import {createRequire} from "node:module";
import {fileURLToPath} from "node:url";
import {buildSync} from "esbuild";

const help = `usage: npm run build:tfjs
Bundles TensorFlow.js and its backends to components/compute/tfjs/bundle.js, unless that is up to date.`;

const out = fileURLToPath(new URL("../components/compute/tfjs/bundle.js", import.meta.url));
const require = createRequire(import.meta.url);
const packages = [
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-backend-webgpu",
  "@tensorflow/tfjs-backend-wasm",
  "esbuild"
];

// In Node the bundle asks for Node's own modules when it runs; in a browser it never does. The wasm backend looks for its
// binary in __dirname only where no path was set.
const banner = `var require = globalThis.process?.getBuiltinModule;`;

/** The first line of an up-to-date bundle: what it was made from. */
function stamp() {
  const versions = packages.map((name) => `${name} ${require(`${name}/package.json`).version}`);
  const script = createHash("sha256")
    .update(readFileSync(new URL(import.meta.url)))
    .digest("hex")
    .slice(0, 8);
  return `// Made by build/tfjs.mjs (${script}) from ${versions.join(", ")}.`;
}

/** Makes the bundle if it is missing or out of date; returns whether it did. */
export function bundleTfjs() {
  const first = stamp();
  if (existsSync(out) && readFileSync(out, "utf8").startsWith(first)) return false;
  buildSync({
    stdin: {
      contents: `export * from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
export {getThreadsCount, setThreadsCount, setWasmPaths} from "@tensorflow/tfjs-backend-wasm";`,
      resolveDir: fileURLToPath(new URL("..", import.meta.url))
    },
    outfile: out,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    minify: true,
    legalComments: "eof",
    external: [
      "fs",
      "path",
      "os",
      "util",
      "crypto",
      "worker_threads",
      "perf_hooks",
      "node-fetch",
      "string_decoder",
      "buffer"
    ],
    define: {__dirname: '"."'},
    banner: {js: `${first}\n${banner}`},
    logLevel: "warning"
  });
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--help")) console.log(help);
  else {
    const made = bundleTfjs();
    console.log(`tfjs: ${(statSync(out).size / 1024) | 0} kB${made ? "" : ", up to date"}`);
  }
}
