import type {Network} from "../compute/network.js";
import type {VaeConfig} from "./config.js";

/**
 * cryoDRGN's decoder: (k, z) to the Fourier coefficient F(k) of the map of z (domain `fourier`), or to its Hartley
 * transform H(k) (domain `hartley`). F is Hermitian by construction: coordinates with k_z > 0 are evaluated at -k and
 * conjugated.
 */
export class Decoder {
  private flipped = new Uint8Array(0);
  private coords = new Float32Array(0);

  /** @param network of `decoderShape`, with the encoding of `encodingOf` */
  constructor(
    readonly config: Pick<VaeConfig, "domain" | "zdim">,
    readonly network: Network
  ) {}

  /**
   * Decodes n points; leaves the network ready for `backward`.
   * @param points [n, 3] frequencies, -0.5..0.5 across the box
   * @param z [ceil(n / perImage), zdim]: point i has latent floor(i / perImage)
   * @returns [n, 2] F as (re, im), or [n, 1] H
   */
  async forward(points: Float32Array, n: number, z: Float32Array, perImage: number): Promise<Float32Array> {
    if (this.config.domain === "hartley") return this.network.forwardPoints(points, n, z, perImage);
    if (this.flipped.length < n) [this.flipped, this.coords] = [new Uint8Array(n), new Float32Array(3 * n)];
    for (let i = 0; i < n; ++i) {
      const flip = points[3 * i + 2] > 0;
      this.flipped[i] = flip ? 1 : 0;
      for (let c = 3 * i; c < 3 * i + 3; ++c) this.coords[c] = flip ? -points[c] : points[c];
    }
    const out = await this.network.forwardPoints(this.coords, n, z, perImage);
    return this.conjugate(out, n);
  }

  /**
   * Adds the gradient for the points of the last `forward` to the network's.
   * @param dOut gradient with respect to what `forward` returned; overwritten
   * @returns that of the latents [ceil(n / perImage), zdim]
   */
  async backward(dOut: Float32Array, n: number, perImage: number): Promise<Float32Array> {
    const {zdim, domain} = this.config;
    const {inputs} = this.network.shape;
    if (domain === "fourier") this.conjugate(dOut, n);
    const dx = await this.network.backward(dOut, n, inputs - zdim);
    const dz = new Float32Array(Math.ceil(n / perImage) * zdim);
    for (let i = 0; i < n; ++i) {
      const to = Math.floor(i / perImage) * zdim;
      for (let d = 0; d < zdim; ++d) dz[to + d] += dx[i * zdim + d];
    }
    return dz;
  }

  private conjugate(values: Float32Array, n: number): Float32Array {
    for (let i = 0; i < n; ++i) if (this.flipped[i]) values[2 * i + 1] = -values[2 * i + 1];
    return values;
  }
}

/** Points that a decoder takes at once: whole images where several fit in a call, else parts of one. */
export function pointBlocks(maxRows: number, perImage: number): {images: number; points: number} {
  return {images: Math.max(1, Math.floor(maxRows / perImage)), points: Math.min(maxRows, perImage)};
}
