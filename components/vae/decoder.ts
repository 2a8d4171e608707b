import {Kernel} from "../compute/kernel/kernel.js";
import {packRows, panelFloats, panelStride, roundUp} from "../compute/kernel/layout.js";
import {Mlp} from "../compute/mlp.js";
import {decoderShape, type VaeConfig} from "./config.js";
import {encodingOf} from "./positional.js";

/**
 * cryoDRGN's decoder: (k, z) to the Fourier coefficient F(k) of the map of z (domain `fourier`), or to its Hartley
 * transform H(k) (domain `hartley`). F is Hermitian by construction: coordinates with k_z > 0 are evaluated at -k and
 * conjugated. Works on blocks of points with one z each.
 */
export class Decoder {
  readonly mlp: Mlp;
  /** First column of z among the inputs. */
  readonly zColumn: number;
  private readonly coords: number;
  private readonly table: number;
  private readonly count: number;
  private readonly flipped: Uint8Array;

  constructor(
    readonly config: VaeConfig,
    randFrequencies: Float32Array | undefined,
    maxPoints: number,
    options: {kernel?: Kernel; training?: boolean} = {}
  ) {
    const kernel = options.kernel ?? new Kernel();
    this.mlp = new Mlp(decoderShape(config), maxPoints, {...options, kernel});
    const {frequencies, sine, cosine} = encodingOf(config, randFrequencies);
    this.count = sine.length;
    this.zColumn = 2 * this.count;
    this.coords = kernel.allocate((roundUp(maxPoints, 8) / 8) * 24);
    this.table = kernel.allocate(this.count * 5);
    this.flipped = new Uint8Array(maxPoints);
    const floats = kernel.floats(this.table, this.count * 5);
    const ints = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let j = 0; j < this.count; ++j) {
      floats.set(frequencies.subarray(j * 3, j * 3 + 3), j * 5);
      ints.set([sine[j], cosine[j]], j * 5 + 3);
    }
  }

  /**
   * Decodes n points of one z. Leaves the network ready for `backward`.
   * @param points [n, 3] frequencies, -0.5..0.5 across the box
   * @returns [n, 2] F as (re, im), or [n, 1] H
   */
  forward(points: Float32Array, n: number, z: ArrayLike<number>, zStart = 0): Float32Array {
    const {mlp, config} = this;
    const {kernel} = mlp;
    const complex = config.domain === "fourier";
    const panels = roundUp(n, 8) / 8;
    const coords = kernel.floats(this.coords, panels * 24);
    for (let i = 0; i < n; ++i) {
      const flip = complex && points[i * 3 + 2] > 0;
      const sign = flip ? -1 : 1;
      this.flipped[i] = flip ? 1 : 0;
      const at = (i >> 3) * 24 + (i & 7);
      coords[at] = sign * points[i * 3];
      coords[at + 8] = sign * points[i * 3 + 1];
      coords[at + 16] = sign * points[i * 3 + 2];
    }
    const stride = panelStride(mlp.shape.inputs);
    kernel.run.encode(this.coords, this.table, this.count, mlp.input, stride, panels);
    const x = kernel.floats(mlp.input, panelFloats(n, mlp.shape.inputs));
    for (let p = 0; p < panels; ++p)
      for (let d = 0; d < config.zdim; ++d) {
        const at = (p * stride) / 4 + (this.zColumn + d) * 8;
        x.fill(z[zStart + d], at, at + 8);
      }
    mlp.forwardPanels(n);
    const out = mlp.readOutput(n);
    if (complex) for (let i = 0; i < n; ++i) if (this.flipped[i]) out[2 * i + 1] = -out[2 * i + 1];
    return out;
  }

  /** Once after each change of the parameters, before `backward`. */
  prepareBackward(): void {
    this.mlp.prepareBackward(this.zColumn & ~3);
  }

  /**
   * Adds the gradient for the points of the last `forward` to the network's, and that of z to dz.
   * @param dOut gradient with respect to what `forward` returned; overwritten
   */
  backward(dOut: Float32Array, n: number, dz: Float32Array, dzStart = 0): void {
    const {mlp, config} = this;
    const {kernel} = mlp;
    const {inputs, outputs} = mlp.shape;
    if (config.domain === "fourier")
      for (let i = 0; i < n; ++i) if (this.flipped[i]) dOut[2 * i + 1] = -dOut[2 * i + 1];
    packRows(dOut, n, outputs, kernel.floats(mlp.outputGradient, panelFloats(n, outputs)));
    mlp.backwardPanels(n, this.zColumn & ~3);
    const dx = kernel.floats(mlp.inputGradient, panelFloats(n, inputs));
    const stride = panelStride(inputs) / 4;
    for (let p = 0; p < roundUp(n, 8) / 8; ++p)
      for (let d = 0; d < config.zdim; ++d) {
        const at = p * stride + (this.zColumn + d) * 8;
        let sum = 0;
        for (let i = 0; i < 8; ++i) sum += dx[at + i];
        dz[dzStart + d] += sum;
      }
  }
}
