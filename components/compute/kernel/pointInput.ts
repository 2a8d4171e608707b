import type {PointEncoding} from "../network.js";
import type {Kernel} from "./kernel.js";
import {panelFloats, panelStride, roundUp} from "./layout.js";

/** Writes the inputs of a network with a positional encoding, in panels: sines and cosines of points, then z. */
export class PointInput {
  /** First column of z, and how many there are. */
  readonly zColumn: number;
  readonly zdim: number;
  private readonly coords: number;
  private readonly table: number;
  private readonly count: number;

  /** @param inputs columns in all: twice the encoding's frequencies, and z */
  constructor(
    private readonly kernel: Kernel,
    {frequencies, sine, cosine}: PointEncoding,
    private readonly inputs: number,
    maxRows: number
  ) {
    const count = (this.count = sine.length);
    this.zColumn = 2 * count;
    this.zdim = inputs - 2 * count;
    this.coords = kernel.allocate((roundUp(maxRows, 8) / 8) * 24);
    this.table = kernel.allocate(count * 5);
    const floats = kernel.floats(this.table, count * 5);
    const ints = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let j = 0; j < count; ++j) {
      floats.set(frequencies.subarray(j * 3, j * 3 + 3), j * 5);
      ints.set([sine[j], cosine[j]], j * 5 + 3);
    }
  }

  /** Encodes points [n, 3] into the panels at `to`; z's columns stay as they are. */
  encode(points: ArrayLike<number>, n: number, to: number): void {
    const panels = roundUp(n, 8) / 8;
    const coords = this.kernel.floats(this.coords, panels * 24);
    for (let i = 0; i < n; ++i) {
      const at = (i >> 3) * 24 + (i & 7);
      for (let c = 0; c < 3; ++c) coords[at + 8 * c] = points[3 * i + c];
    }
    this.kernel.run.encode(this.coords, this.table, this.count, to, panelStride(this.inputs), panels);
  }

  /** Writes z [groups, zdim] into the panels at `to`: row i gets vector floor(i / perGroup). */
  writeZ(z: ArrayLike<number>, n: number, perGroup: number, to: number): void {
    const x = this.kernel.floats(to, panelFloats(n, this.inputs));
    const stride = panelStride(this.inputs) / 4;
    for (let i = 0; i < n; ++i) {
      const at = (i >> 3) * stride + this.zColumn * 8 + (i & 7);
      const from = Math.floor(i / perGroup) * this.zdim;
      for (let d = 0; d < this.zdim; ++d) x[at + 8 * d] = z[from + d];
    }
  }
}
