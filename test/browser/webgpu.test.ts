import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";
import {chromium, type Browser, type Page} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {findBrowser} from "../../build/browser.mjs";
import {KernelNetwork} from "../../components/compute/kernel/network.js";
import {learningRate, lossCurve, shape, start} from "./regression.js";
import type {Trained} from "./regressionWorker.js";

// A graphics card in software: slow, and there on every machine.
const flags = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]; // prettier-ignore

let server: Server;
let browser: Browser;
let page: Page;
let expected: number[];

beforeAll(async () => {
  const entry = fileURLToPath(new URL("regressionWorker.ts", import.meta.url));
  const {outputFiles} = await build({entryPoints: [entry], bundle: true, format: "esm", write: false});
  server = createServer(({url}, response) => {
    response.setHeader("content-type", url === "/worker.js" ? "text/javascript" : "text/html");
    response.end(url === "/worker.js" ? outputFiles[0].contents : "<!doctype html><title>backends</title>");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  browser = await chromium.launch({executablePath: findBrowser(), args: flags});
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expected = await kernelCurve();
});
afterAll(async () => {
  await browser?.close();
  await new Promise((closed) => server.close(closed));
});

/** The same training on the CPU kernel, with Adam written out in double precision. */
async function kernelCurve(): Promise<number[]> {
  const network = new KernelNetwork(shape);
  const w = Float64Array.from(start());
  const [m, v] = [w.map(() => 0), w.map(() => 0)];
  network.setParameters(start());
  return lossCurve(network, (t) => {
    network.readGradient().forEach((g, i) => {
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      w[i] -= (learningRate * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
    });
    network.setParameters(Float32Array.from(w));
    network.zeroGradient();
  });
}

test.for(["webgpu", "webgl"] as const)(
  "%s, in a worker, trains as the CPU kernel does",
  async (backend, {skip}) => {
    const trained = await page.evaluate(
      (name) =>
        new Promise<Trained>((resolve, reject) => {
          const worker = new Worker("/worker.js", {type: "module"});
          worker.onmessage = ({data}) => resolve(data as Trained);
          worker.onerror = ({message}) => reject(new Error(message));
          worker.postMessage(name);
        }),
      backend
    );
    if (!trained) {
      console.warn(`skipped: this browser has no ${backend}`);
      return skip();
    }
    if ("error" in trained) throw new Error(trained.error);
    const {losses, seconds} = trained;
    const most = Math.max(...losses.map((loss, i) => Math.abs(loss / expected[i] - 1)));
    console.log(
      `${backend}: loss ${losses[0].toFixed(4)} to ${losses.at(-1)!.toFixed(4)} in ${losses.length} steps and ` +
        `${seconds.toFixed(2)} s; off the kernel's curve by ${most.toExponential(1)} of it at most`
    );
    expect(trained.backend).toBe(backend);
    expect(losses.length).toBe(20);
    expect(expected[19]).toBeLessThan(0.7 * expected[0]);
    expect(most).toBeLessThan(1e-3);
    expect(new Set(trained.tensors).size).toBe(1);
  }
);
