import {createReadStream, existsSync, readdirSync, statSync} from "node:fs";
import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {extname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {chromium, type Browser, type Page} from "playwright-core";
import {findBrowser} from "../../build/browser.mjs";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2"
};
// Pictures are drawn in software, so that a machine without a graphics card shows the same.
const flags = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
];
const webgl = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

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
  const server: Server = createServer((request, response) => {
    let file = join(folder, decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!existsSync(file)) file += ".html";
    if (!existsSync(file)) return void response.writeHead(404).end();
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await chromium.launch({
    executablePath,
    args: [...flags, ...(maps ? webgl : ["--disable-gpu"])]
  });
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
      await new Promise((closed) => server.close(closed));
    }
  };
}

/** Waits until every figure of a page is there, and what it computes at first is computed. */
export async function settled(page: Page): Promise<void> {
  await page.locator(".figure, .stage").first().waitFor();
  await page.waitForFunction(
    () => !document.querySelector("observablehq-loading, [data-state=loading], [data-state=busy]")
  );
}
