import {select, widestAxis} from "../select.js";
import {data as binary} from "./binary.js";

/** The functions of assembly/data.ts; pointers are byte offsets in the kernel's memory. */
interface DataKernelExports {
  denoise(
    x: number, out: number, points: number, boxes: number, leaves: number, d: number, steep: number, scratch: number
  ): void; // prettier-ignore
  heapBase(): number;
}

/** Means of a set of points, weighted by how near they are. */
export interface DataKernel {
  /**
   * The mean of the points, each weighted with exp(-steep |x - point|^2), to `out` [d] at `at`. Points whose weight is below
   * exp(-40) of the largest are left out, which float64 can't tell.
   * @param x where `at` is the first of d coordinates; written over
   */
  mean(x: Float64Array, at: number, steep: number, out: Float64Array): void;
}

/** Points of a leaf, and of a block of it. */
const LEAF = 64;
const BLOCK = 8;
/** Where room lies that holds no point. */
const AWAY = 1e150;

let compiled: WebAssembly.Module | undefined;

/**
 * Opens a kernel for points [N, d], which it copies; undefined where there is no WebAssembly, or not the memory. The points are
 * put into leaves of 64 by halving, each time across the widest coordinate, so that at low noise most can be passed over.
 */
export function dataKernel(points: Float64Array, d: number): DataKernel | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const N = points.length / d;
  const leaves = 2 * Math.ceil(N / LEAF / 2); // in pairs
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (c) => c.charCodeAt(0)));
  const memory = new WebAssembly.Memory({initial: 1, maximum: 65536});
  const {exports} = new WebAssembly.Instance(compiled, {env: {memory}});
  const run = exports as unknown as DataKernelExports;
  let top = Math.ceil(run.heapBase() / 64) * 64;
  const allocate = (doubles: number) => {
    const at = top;
    top += Math.ceil(doubles / 8) * 64;
    return at;
  };
  const at = {
    x: allocate(d),
    out: allocate(d),
    scratch: allocate(2 * d + LEAF + leaves),
    boxes: allocate(2 * leaves * d),
    points: allocate(leaves * LEAF * d)
  };
  try {
    memory.grow(Math.max(0, Math.ceil(top / 65536) - memory.buffer.byteLength / 65536));
  } catch {
    return undefined;
  }
  const view = (from: number, doubles: number) => new Float64Array(memory.buffer, from, doubles);
  fill(points, d, view(at.points, leaves * LEAF * d), view(at.boxes, 2 * leaves * d));
  const [here, answer] = [view(at.x, d), view(at.out, d)];
  return {
    mean(x, from, steep, out) {
      for (let k = 0; k < d; ++k) here[k] = x[from + k];
      run.denoise(at.x, at.out, at.points, at.boxes, leaves, d, steep, at.scratch);
      for (let k = 0; k < d; ++k) out[from + k] = answer[k];
    }
  };
}

/** Writes points and boxes in the layouts of assembly/data.ts. */
function fill(points: Float64Array, d: number, to: Float64Array, boxes: Float64Array): void {
  const N = points.length / d;
  const rows = Int32Array.from({length: N}, (_, i) => i);
  // Halves a range at a whole number of leaves.
  const divide = (from: number, end: number) => {
    const leaves = Math.ceil((end - from) / LEAF);
    if (leaves < 2) return;
    const axis = widestAxis(points, d, rows, from, end);
    const middle = from + LEAF * (leaves >> 1);
    select(rows, from, end - 1, middle, (row) => points[row * d + axis]);
    divide(from, middle);
    divide(middle, end);
  };
  divide(0, N);
  to.fill(AWAY);
  boxes.fill(AWAY);
  rows.forEach((row, i) => {
    const leaf = Math.floor(i / LEAF);
    const block = Math.floor(i / BLOCK);
    const side = leaf % 2;
    for (let k = 0; k < d; ++k) {
      const v = points[row * d + k];
      to[(block * d + k) * BLOCK + (i % BLOCK)] = v;
      const box = ((leaf >> 1) * d + k) * 4 + side;
      boxes[box] = i % LEAF === 0 ? v : Math.min(boxes[box], v);
      boxes[box + 2] = i % LEAF === 0 ? v : Math.max(boxes[box + 2], v);
    }
  });
}
