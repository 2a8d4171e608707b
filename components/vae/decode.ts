import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {panelFloats} from "../compute/kernel/layout.js";
import {KernelNetwork} from "../compute/kernel/network.js";
import {hartley3} from "../cryoem/hartley.js";
import type {VaeConfig} from "./config.js";
import type {Backend, Network} from "../compute/network.js";
import {openNetwork} from "../compute/open.js";
import {vaeSpecs, type VaeWeights} from "./model.js";

/** Bytes that what is kept of the first layer may take: a map at D = 64 and 256 features needs 70 MB. */
const KEPT = 128 * 2 ** 20;

/** Blocks between two looks at the thread's messages: some 20 ms of work. */
const BLOCKS = 16;

/** What decoded values stand for: a factor, or a factor and what is added. */
export type Scale = number | {mean: number; std: number};

/** A factor as cryoDRGN's normalisation of mean 0. */
export const normOf = (scale: Scale): {mean: number; std: number} =>
  typeof scale === "number" ? {mean: 0, std: scale} : scale;

/** A decoder that makes whole maps; keep it, for building it copies the weights. */
export class MapDecoder {
  private readonly grids = new Map<number, {grid: FrequencyGrid; kept?: number}>();

  /**
   * @param scale what decoded values are multiplied by: the standard deviation of the images (ImageSet.scale), or
   *   cryoDRGN's normalisation, whose mean is added to every frequency
   * @param network the decoder's, opened (default: on the CPU kernel)
   */
  constructor(
    readonly vae: VaeWeights,
    readonly scale: Scale = 1,
    private readonly network: Network = kernelDecoder(vae)
  ) {}

  /**
   * The map of one latent: the decoder on the frequencies of `frequencyGrid`, and the inverse Hartley transform. On the
   * kernel, what the first layer makes of the frequencies is the same for every z and kept where memory allows.
   * @param z [zdim]
   * @param box of the map, pixels, even, at most the model's D: a smaller one keeps the low frequencies and costs
   *   (box / D)^3; its pixels are D / box times larger
   * @returns [box, box, box], z slowest, origin at voxel box/2
   * @throws RangeError for a latent of another length or with NaN; the signal's reason when cancelled
   */
  async decode(
    z: ArrayLike<number>,
    box = this.vae.config.boxSize,
    {turn}: Pick<JobContext, "turn"> = quiet
  ): Promise<Float32Array> {
    const {config} = this.vae;
    if (z.length !== config.zdim)
      throw new RangeError(`z: found ${z.length} numbers; expected ${config.zdim}`);
    if (!Array.from(z).every(Number.isFinite))
      throw new RangeError("z: found NaN or infinity; expected finite numbers");
    const {grid, kept} = this.gridOf(box);
    const {network} = this;
    const latent = Float32Array.from(z);
    const values = new Float32Array(grid.n * network.shape.outputs);
    for (let start = 0, block = 0; start < grid.n; start += network.maxRows, ++block) {
      if (block % BLOCKS === BLOCKS - 1) await turn();
      const n = Math.min(network.maxRows, grid.n - start);
      const out =
        kept !== undefined && network instanceof KernelNetwork
          ? network.forwardKept(kept, start, n, latent)
          : await network.forwardPoints(grid.points.subarray(start * 3, (start + n) * 3), n, latent, n);
      values.set(out, start * network.shape.outputs);
    }
    return mapFromFrequencies(values, grid, this.scale);
  }

  private gridOf(box: number) {
    const known = this.grids.get(box);
    if (known) return known;
    const grid = frequencyGrid(this.vae.config, box);
    const {network} = this;
    const fits = panelFloats(grid.n, network.shape.width) * 4 <= KEPT;
    const keeps = fits && network instanceof KernelNetwork;
    const made = {grid, kept: keeps ? network.keepPoints(grid.points, grid.n) : undefined};
    this.grids.set(box, made);
    return made;
  }
}

function kernelDecoder(vae: VaeWeights): KernelNetwork {
  const [, {shape, encoding}] = vaeSpecs(vae);
  const network = new KernelNetwork(shape, {encoding, training: false});
  network.setParameters(vae.decoder);
  return network;
}

/** A decoder of whole maps on a backend of one's choice. @throws Error where it can't run here */
export const openMapDecoder = async (vae: VaeWeights, scale: Scale, backend: Backend): Promise<MapDecoder> =>
  new MapDecoder(vae, scale, await openNetwork(backend, vaeSpecs(vae)[1], vae.decoder));

/** The frequencies a map is decoded at. */
export interface FrequencyGrid {
  box: number;
  /** D of the model. */
  modelBox: number;
  n: number;
  /** [n, 3], fractions of the model's box frequency range, -0.5..0.5. */
  points: Float32Array;
  /** [n], where k and -k stand in the centred grid [box, box, box]; -1 where -k is off the grid or k itself. */
  at: Int32Array;
  mirror: Int32Array;
}

/**
 * The grid's frequencies, as cryoDRGN chooses them: for domain `fourier` those with |k| <= 1/2 (box/2 cycles per box), of
 * which the half with k_z <= 0 is enough; for domain `hartley` the whole cube.
 * @throws RangeError if box is odd, too small or larger than the model's
 */
export function frequencyGrid(config: VaeConfig, box: number): FrequencyGrid {
  if (!(Number.isInteger(box) && box >= 4 && box % 2 === 0 && box <= config.boxSize))
    throw new RangeError(`box: found ${box}; expected an even number from 4 to ${config.boxSize}`);
  const half = box / 2;
  const complex = config.domain === "fourier";
  const points: number[] = [];
  const at: number[] = [];
  const mirror: number[] = [];
  const index = (x: number, y: number, z: number) => ((z + half) * box + y + half) * box + x + half;
  for (let z = -half; z < half; ++z)
    for (let y = -half; y < half; ++y)
      for (let x = -half; x < half; ++x) {
        if (complex && x * x + y * y + z * z > half * half) continue;
        if (complex && (z > 0 || (z === 0 && (y > 0 || (y === 0 && x > 0))))) continue;
        points.push(x / config.boxSize, y / config.boxSize, z / config.boxSize);
        at.push(index(x, y, z));
        const mirrored = complex && (x || y || z) && x > -half && y > -half && z > -half;
        mirror.push(mirrored ? index(-x, -y, -z) : -1);
      }
  return {
    box,
    modelBox: config.boxSize,
    n: at.length,
    points: Float32Array.from(points),
    at: Int32Array.from(at),
    mirror: Int32Array.from(mirror)
  };
}

/**
 * The inverse transform of decoded frequencies: [n, 2] F, or [n, 1] H, times `scale`. A mean that is added to all of the
 * transform is a peak at the origin of the map.
 */
export function mapFromFrequencies(values: Float32Array, grid: FrequencyGrid, scale: Scale): Float32Array {
  const {box, modelBox, n, at, mirror} = grid;
  const complex = values.length === 2 * n;
  const transform = new Float32Array(box ** 3);
  for (let i = 0; i < n; ++i) {
    transform[at[i]] = complex ? values[2 * i] - values[2 * i + 1] : values[i];
    if (mirror[i] >= 0) transform[mirror[i]] = values[2 * i] + values[2 * i + 1];
  }
  const {mean, std} = normOf(scale);
  const norm = std / modelBox ** 3; // a smaller box samples the same density
  const map = Float32Array.from(hartley3(transform, box), (v) => v * norm);
  map[((box / 2) * box + box / 2) * box + box / 2] += (mean * box ** 3) / modelBox ** 3;
  return map;
}
