#!/usr/bin/env node
// npm test: builds the notebook, then runs every test, those of the pages in a browser.
import {spawnSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {findBrowser, installBrowser} from "./browser.mjs";
import {root} from "./prepare.mjs";
import {buildSite} from "./site.mjs";

const help = `usage: npm test [-- --library | --pages] [FILTER ...]

Builds the notebook and runs the tests once. Pages are opened in an installed Chrome, Chromium or Edge, in the one that
CHROME_PATH names, or in one that is installed now if there is none. The last line counts what passed and failed.
  --library  only the tests that need no browser, and no build
  --pages    only the tests of the built pages
  FILTER     only test files whose path contains it`;

/** Runs the vitest projects once; returns {passed, failed, skipped}. */
function runVitest(projects, filters) {
  const folder = mkdtempSync(join(tmpdir(), "notebook-test-"));
  const report = join(folder, "report.json");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const named = projects.flatMap((name) => ["--project", name]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const {status} = spawnSync(process.execPath, [vitest, "run", ...named, ...reporters, ...filters], {
    cwd: root,
    stdio: "inherit"
  });
  try {
    const {numPassedTests, numFailedTests, numPendingTests} = JSON.parse(readFileSync(report, "utf8"));
    // A file that can't be loaded, or an error outside a test, fails the run without failing a test.
    return {passed: numPassedTests, failed: numFailedTests || (status ? 1 : 0), skipped: numPendingTests};
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** Builds dist/ and sets CHROME_PATH; false, having said why, when there is no browser. */
async function preparePages() {
  const browser = findBrowser() ?? installBrowser();
  if (!browser) {
    console.error(
      "No browser: install Chrome, Chromium or Edge, or set CHROME_PATH to one, and run npm test again."
    );
    return false;
  }
  process.env.CHROME_PATH = browser;
  console.log(`browser: ${browser}`);
  console.log(`dist: ${await buildSite()} pages`);
  return true;
}

async function main(args) {
  const counts = {passed: 0, failed: 0, skipped: 0};
  const projects = args.includes("--pages") ? [] : ["library"];
  try {
    if (!args.includes("--library")) {
      if (await preparePages()) projects.push("pages");
      else counts.failed += 1;
    }
    if (projects.length) {
      const filters = args.filter((a) => !a.startsWith("--"));
      for (const [key, n] of Object.entries(runVitest(projects, filters))) counts[key] += n;
    }
  } catch (error) {
    console.error(error.message);
    counts.failed += 1;
  }
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : "";
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  process.exitCode = counts.failed ? 1 : 0;
}

const args = process.argv.slice(2);
if (args.includes("--help")) console.log(help);
else await main(args);
