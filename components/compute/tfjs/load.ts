import type * as Bundle from "./bundle.js";

/** TensorFlow.js and its backends. `wasm` is TensorFlow.js's own, not the CPU kernel of this notebook. */
export type TfjsBackend = "webgpu" | "webgl" | "cpu" | "wasm";

/** The library, as build/tfjs.mjs bundles it. */
export type Tfjs = typeof Bundle;

/** What is missing where a backend can't run. */
const missing: Record<TfjsBackend, string> = {
  webgpu: "webgpu: this browser has no WebGPU adapter; expected a graphics card that it supports, and https",
  webgl: "webgl: no WebGL 2 with float textures here; expected a browser with a graphics driver",
  wasm: "wasm: no WebAssembly here; expected a browser or Node with it",
  cpu: ""
};

/** Whether a backend can run here, in a page, a worker or Node; answered without loading TensorFlow.js. */
export async function tfjsAvailable(backend: TfjsBackend): Promise<boolean> {
  switch (backend) {
    case "webgpu":
      return Boolean(await globalThis.navigator?.gpu?.requestAdapter().catch(() => null));
    case "webgl": {
      if (typeof OffscreenCanvas === "undefined") return false;
      const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
      const capable = Boolean(gl?.getExtension("EXT_color_buffer_float"));
      gl?.getExtension("WEBGL_lose_context")?.loseContext(); // a browser has only so many of them
      return capable;
    }
    case "wasm":
      return typeof WebAssembly !== "undefined";
    case "cpu":
      return true;
  }
}

let library: Promise<Tfjs> | undefined;

/**
 * Loads TensorFlow.js at the first call, and sets its backend: one for the whole thread, until the next call.
 * @param wasmFiles folder of the wasm backend's .wasm files, as an address that ends in a slash. Default: where the built
 *   site has them (build/prepare.mjs), in Node the installed package
 * @throws Error if the backend can't run here
 */
export async function loadTfjs(backend: TfjsBackend, wasmFiles = defaultWasmFiles()): Promise<Tfjs> {
  if (!(await tfjsAvailable(backend))) throw new Error(missing[backend]);
  library ??= import("./bundle.js").catch((error: unknown) => {
    library = undefined; // so that another call tries again
    throw error;
  });
  const tf = await library;
  tf.enableProdMode(); // no advice on the console
  // A product with a long inner dimension and few outputs would be summed by atomic additions, in another order each time;
  // with this threshold it never is: the same seed gives the same run.
  if (backend === "webgpu") tf.env().set("WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL", 0.5);
  if (backend === "wasm") tf.setWasmPaths(wasmFiles);
  if (!(await tf.setBackend(backend)))
    throw new Error(
      `${backend}: TensorFlow.js could not start it${backend === "wasm" ? `; expected its .wasm files in ${wasmFiles}` : ""}`
    );
  await tf.ready();
  return tf;
}

function defaultWasmFiles(): string {
  const inNode = import.meta.url.startsWith("file:");
  // On the site this module is _import/components/compute/tfjs/load.HASH.js.
  const folder = inNode
    ? "../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/"
    : "../../../../_node/tfjs/";
  return new URL(folder, import.meta.url).href;
}
