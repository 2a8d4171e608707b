import type {KernelBuild} from "../../compute/kernel/kernel.js";
import type {Backend} from "../../compute/network.js";
import type {TfjsBackend} from "../../compute/tfjs/load.js";

/** What is measured; see works.ts for each. */
export const workNames = [
  "prior-step",
  "denoise",
  "vae-d32",
  "vae-d64",
  "vae-d64-256px",
  "decode-d64",
  "sample-5000",
  "simulate-d128"
] as const;
export type WorkName = (typeof workNames)[number];

/** Works that run on any backend; the others are the CPU's, and count as `wasm`. */
export const onAnyBackend: readonly WorkName[] = [
  "prior-step",
  "denoise",
  "vae-d32",
  "vae-d64",
  "vae-d64-256px",
  "sample-5000"
];

/** Works that have a baseline: the same written in plain TensorFlow.js. */
export const withBaseline = ["prior-step", "denoise"] as const satisfies readonly WorkName[];
type BaselineWork = (typeof withBaseline)[number];

/** The backend that stands for JavaScript alone, in works without networks. */
export const PLAIN: Backend = "cpu";

/** One row of the benchmark. */
export interface Measured {
  work: WorkName;
  /** `webgpu`, `wasm relaxed` ...; `plain tfjs wasm`, `plain javascript` and the like are the baseline. */
  backend: string;
  threads: number;
  /** Units of work a second, the median over repeats. */
  value: number;
  unit: string;
}

/** A measurement to take; `label` is what its row says as `backend`. */
export type Measurement = {label: string; threads: number} & (
  | {job: "bench"; work: WorkName; backend: Backend}
  | {job: "benchPlain"; work: BaselineWork; backend: TfjsBackend}
);

export interface PlanOptions {
  works: readonly WorkName[];
  backends: readonly Backend[];
  /** Threads to measure the CPU with; every other backend has one. */
  threads: readonly number[];
  /** The kernel's build, for the label. */
  build: KernelBuild;
  /**
   * Whether to measure plain TensorFlow.js too: its wasm, and its WebGPU where that is among the backends; and simulation in
   * plain JavaScript. Default true.
   */
  baseline?: boolean;
}

/** The measurements of a run in the order in which they are taken: work by work, the CPU first, the baseline last. */
export function plan({works, backends, threads, build, baseline = true}: PlanOptions): Measurement[] {
  return works.flatMap((work): Measurement[] => {
    const cpu = backends.includes("wasm") ? [...new Set(threads)] : [];
    const others = onAnyBackend.includes(work) ? backends.filter((b) => b !== "wasm") : [];
    const plain = withBaseline.find((w) => w === work);
    const plainBackends = (["wasm", "webgpu"] as const).filter((b) => b === "wasm" || backends.includes(b));
    const script = work === "simulate-d128" && baseline && cpu.length > 0;
    return [
      ...cpu.map((n): Measurement => ({job: "bench", work, backend: "wasm", threads: n, label: cpuLabel(work, build)})),
      ...others.map((b): Measurement => ({job: "bench", work, backend: b, threads: 1, label: b})),
      ...(plain && baseline ? plainBackends : []).map(
        (b): Measurement => ({job: "benchPlain", work: plain!, backend: b, threads: 1, label: `plain tfjs ${b}`})
      ),
      ...(script ? [{job: "bench", work, backend: PLAIN, threads: 1, label: "plain javascript"} as const] : [])
    ]; // prettier-ignore
  });
}

// The kernel of images has one build: an image is the same on every machine.
const cpuLabel = (work: WorkName, build: KernelBuild) => `wasm ${work === "simulate-d128" ? "simd" : build}`;
