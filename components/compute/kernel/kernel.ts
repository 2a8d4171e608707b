import {relaxed, simd} from "./binary.js";

/** The functions of assembly/index.ts; pointers are byte offsets in the kernel's memory. */
export interface KernelExports {
  affine(
    x: number, ldx: number, w: number, bias: number, r: number, ldr: number, y: number, ldy: number,
    panels: number, inputs: number, outputs: number, outer: number
  ): void; // prettier-ignore
  gradient(
    x: number, ldx: number, dy: number, ldy: number, g: number, gBias: number,
    panels: number, inputs: number, outputs: number
  ): void; // prettier-ignore
  transpose(w: number, wt: number, inputs: number, outputs: number): void;
  relu(y: number, d: number, bytes: number): void;
  silu(y: number, d: number, bytes: number): void;
  shift(x: number, v: number, y: number, ld: number, panels: number, columns: number): void;
  multiply(y: number, x: number, bytes: number): void;
  encode(coords: number, table: number, count: number, x: number, ldx: number, panels: number): void;
  adam(
    w: number, g: number, m: number, v: number, count: number,
    rate: number, beta1: number, beta2: number, c2: number, eps: number
  ): void; // prettier-ignore
  blend(y: number, x: number, count: number, a: number): void;
  add(y: number, x: number, count: number): void;
  heapBase(): number;
}

export type KernelBuild = "relaxed" | "simd";

/** One instance of the kernel with a memory of its own, from which blocks are taken and never given back. */
export class Kernel {
  readonly run: KernelExports;
  readonly memory: WebAssembly.Memory;
  private top: number;

  constructor(readonly build: KernelBuild = bestBuild()) {
    this.memory = new WebAssembly.Memory({initial: 1, maximum: 65536});
    const instance = new WebAssembly.Instance(compiled(build), {env: {memory: this.memory}});
    this.run = instance.exports as unknown as KernelExports;
    this.top = Math.ceil(this.run.heapBase() / 64) * 64;
  }

  /** Address of a new block of `floats` zeros, on a cache line. Views made before are void: the memory may have grown. */
  allocate(floats: number): number {
    const at = this.top;
    this.top += Math.ceil((floats * 4) / 64) * 64;
    const pages = Math.ceil(this.top / 65536) - this.memory.buffer.byteLength / 65536;
    if (pages > 0) this.memory.grow(pages);
    return at;
  }

  /** The block at an address as floats; void after the next `allocate`. */
  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, count);
  }
}

const modules: Partial<Record<KernelBuild, WebAssembly.Module>> = {};

function compiled(build: KernelBuild): WebAssembly.Module {
  return (modules[build] ??= new WebAssembly.Module(bytesOf(build)));
}

const bytesOf = (build: KernelBuild) =>
  Uint8Array.from(atob(build === "relaxed" ? relaxed : simd), (c) => c.charCodeAt(0));

let chosen: KernelBuild | undefined;

/** The build that kernels of this thread use: the one chosen, else relaxed SIMD (fused multiply-add) where the engine has it. */
export function bestBuild(): KernelBuild {
  return chosen ?? (WebAssembly.validate(bytesOf("relaxed")) ? "relaxed" : "simd");
}

/** Sets the build of this thread's kernels from now on, to compare them. */
export function chooseKernel(build: KernelBuild): void {
  chosen = build;
}
