import {backends, type Backend} from "../compute/network.js";
import {tfjsAvailable} from "../compute/tfjs/load.js";

/** How a backend stands in this browser: `slow` ones take seconds or minutes for a single step. */
export type Standing = "quick" | "slow" | "missing";
export type Standings = Record<Backend, Standing>;

/** How each backend stands. The CPU kernel is always there: nothing on these pages works without it. */
export async function backendsHere(): Promise<Standings> {
  const standings = backends.map(async (backend): Promise<[Backend, Standing]> => [backend, await standing(backend)]);
  return Object.fromEntries(await Promise.all(standings)) as Standings;
} // prettier-ignore

async function standing(backend: Backend): Promise<Standing> {
  if (backend === "wasm") return "quick";
  if (!(await tfjsAvailable(backend))) return "missing";
  if (backend === "cpu") return "slow";
  const graphics = backend === "webgl" ? webglRenderer() : await webgpuAdapter();
  return /swiftshader|llvmpipe|software|basic render/i.test(graphics) ? "slow" : "quick";
}

/** What draws for WebGL: a graphics card, or a program that stands in for one. */
function webglRenderer(): string {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  const names = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer = gl && String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return renderer ?? "";
}

/** The same for WebGPU. */
async function webgpuAdapter(): Promise<string> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) return "";
  const {vendor, architecture, device, description} = adapter.info;
  return [vendor, architecture, device, description].join(" ");
}
