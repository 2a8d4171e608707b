import {readFile} from "node:fs/promises";
import {existsSync, readdirSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import type {Page} from "playwright-core";
import {findBrowser} from "../../build/browser.mjs";
import {launch} from "../../build/launch.js";
import {serve} from "../../build/serve.js";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Pages of the built site, as paths: "", "prior", ... */
export function pages(): string[] {
  if (!existsSync(join(dist, "index.html")))
    throw new Error("dist/ is not built: run npm test, or npm run build first");
  return readdirSync(dist, {recursive: true})
    .map(String)
    .filter((f) => f.endsWith(".html") && !f.startsWith("_"))
    .map((f) => f.replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, ""));
}

/** The built site on a port of this machine, and a browser. */
export interface Site {
  base: string;
  /** A fresh page, and the list of what goes wrong on it: console errors, exceptions, requests to other hosts. */
  open(path: string, options?: OpenOptions): Promise<{page: Page; faults: string[]}>;
  close(): Promise<void>;
}

export interface OpenOptions {
  width?: number;
  dark?: boolean;
  /** Called before the page is loaded. */
  before?(page: Page): Promise<unknown>;
}

/**
 * @param isolated serve the pages cross-origin isolated, so that their threads share memory
 * @param folder the built site; by default this notebook's own
 * @param maps whether the pages show maps in 3-D; without, a browser in software is a quarter faster
 */
export async function openSite({isolated = false, folder = dist, maps = true} = {}): Promise<Site> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error("no browser: run npm test, which installs one, or set CHROME_PATH");
  const {base, close} = await serve(folder, {isolated});
  const browser = await launch(executablePath, {maps});
  return {
    base,
    async open(path, {width = 1280, dark = false, before} = {}) {
      const page = await browser.newPage({
        viewport: {width, height: 900},
        colorScheme: dark ? "dark" : "light"
      });
      const faults: string[] = [];
      page.on("console", (m) => m.type() === "error" && faults.push(`console: ${m.text()}`));
      page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(`${base}/`) && !/^(data|blob):/.test(url))
          faults.push(`request to another host: ${url}`);
      });
      page.setDefaultTimeout(90_000); // on a busy machine a page may take its time
      await before?.(page);
      await page.goto(`${base}/${path}`, {waitUntil: "load"});
      return {page, faults};
    },
    async close() {
      await browser.close();
      await close();
    }
  };
}

/** What a figure's download button gives. */
export async function saved(page: Page, name: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTitle(`Download ${name}`).click()
  ]);
  return readFile(await file.path());
}

/** Waits until every figure of a page is there, and what it computes at first is computed, or has been for so many milliseconds. */
export async function settled(page: Page, atMost?: number): Promise<void> {
  await page.locator(".figure, .stage").first().waitFor();
  await page.waitForFunction(() => !document.querySelector("observablehq-loading, [data-state=loading]"));
  const done = page.waitForFunction(() => !document.querySelector("[data-state=busy]"), undefined, {timeout: atMost}); // prettier-ignore
  await (atMost === undefined ? done : done.catch(() => undefined));
}
