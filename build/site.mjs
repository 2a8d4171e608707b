#!/usr/bin/env node
// npm run build: the notebook as static files in dist/, from what npm ci installed and nothing else.
import {spawnSync} from "node:child_process";
import {readFileSync, readdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {bundlePages} from "./bundle.mjs";
import {copyAssets, framework, prepare, root} from "./prepare.mjs";

const help = `usage: npm run build [-- --verbose]

Builds the notebook into dist/: static files that make no request to any other host. Needs no network.
  --verbose  show everything the build prints`;

/** Builds dist/. @returns how many pages it has @throws with the reason when the site would not be whole */
export async function buildSite({verbose = false} = {}) {
  prepare();
  const {bin, env} = framework();
  const run = spawnSync(process.execPath, [bin, "build"], {
    cwd: root,
    env,
    encoding: "utf8",
    stdio: verbose ? "inherit" : "pipe"
  });
  if (run.status !== 0) throw new Error(`observable build failed\n${run.stdout ?? ""}${run.stderr ?? ""}`);
  const dist = join(root, "dist");
  copyAssets(join(dist, "_node"));
  const files = readdirSync(dist, {recursive: true}).map(String);
  const pages = files.filter((f) => f.endsWith(".html"));
  for (const page of pages) {
    const file = join(dist, page);
    writeFileSync(file, patch(readFileSync(file, "utf8")));
  }
  const faults = files
    .filter((f) => /\.(html|js)$/.test(f))
    .flatMap((f) => findFaults(readFileSync(join(dist, f), "utf8")).map((fault) => `dist/${f}: ${fault}`));
  if (faults.length) throw new Error(faults.join("\n"));
  await bundlePages(dist);
  return pages.length;
}

/** What Framework has no option for: the language of the page, and a viewport that may be zoomed. */
export function patch(html) {
  return html.replace("<html>", '<html lang="en">').replace(", maximum-scale=1", "");
}

/**
 * Faults that Framework leaves in a built file while it exits 0: errors in place of a cell, imports it could not resolve.
 * @param text a page, or a module
 */
export function findFaults(text) {
  const faults = [];
  const error = /class="[^"]*observablehq--error[^>]*>([^<]*)/.exec(text);
  if (error) faults.push(error[1] || "an error in place of a cell");
  const isPage = /^\s*<!doctype html/i.test(text);
  const code = isPage
    ? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map((m) => m[1]).join("\n")
    : text;
  for (const [, name] of code.matchAll(/\b(?:import|from)\s*\(?\s*"((?:npm:|node:|@?[a-z])[\w@./:-]*)"/g)) {
    if (!/^https?:/.test(name)) faults.push(`import not resolved: ${name}`);
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--help")) console.log(help);
  else {
    try {
      const start = performance.now();
      const pages = await buildSite({verbose: process.argv.includes("--verbose")});
      console.log(`dist: ${pages} pages in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    } catch (error) {
      console.error(error.message);
      process.exitCode = 1;
    }
  }
}
