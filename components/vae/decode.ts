import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {hartley3} from "../cryoem/hartley.js";
import type {VaeConfig} from "./config.js";
import {Decoder} from "./decoder.js";
import type {VaeWeights} from "./model.js";

/** Points decoded at once: their activations stay in the second-level cache. */
const BLOCK = 128;

/** A decoder that makes whole maps; keep it, for building it copies the weights. */
export class MapDecoder {
  private readonly decoder: Decoder;
  private readonly grids = new Map<number, FrequencyGrid>();

  /** @param scale what decoded values are multiplied by: the standard deviation of the images (ImageSet.scale) */
  constructor(
    readonly vae: VaeWeights,
    readonly scale = 1
  ) {
    this.decoder = new Decoder(vae.config, vae.randFrequencies, BLOCK, {training: false});
    this.decoder.mlp.setParameters(vae.decoder);
  }

  /**
   * The map of one latent: the decoder on the frequencies of `frequencyGrid`, and the inverse Hartley transform.
   * @param z [zdim]
   * @param box of the map, pixels, even, at most the model's D: a smaller one keeps the low frequencies and costs
   *   (box / D)^3; its pixels are D / box times larger
   * @returns [box, box, box], z slowest, origin at voxel box/2
   * @throws RangeError for a latent of another length or with NaN
   */
  decode(
    z: ArrayLike<number>,
    box = this.vae.config.boxSize,
    {signal}: Pick<JobContext, "signal"> = quiet
  ): Float32Array {
    const {config} = this.vae;
    if (z.length !== config.zdim)
      throw new RangeError(`z: found ${z.length} numbers; expected ${config.zdim}`);
    if (!Array.from(z).every(Number.isFinite))
      throw new RangeError("z: found NaN or infinity; expected finite numbers");
    let grid = this.grids.get(box);
    if (!grid) this.grids.set(box, (grid = frequencyGrid(config, box)));
    const values = new Float32Array(grid.n * (config.domain === "fourier" ? 2 : 1));
    for (let start = 0; start < grid.n; start += BLOCK) {
      signal.throwIfAborted();
      const n = Math.min(BLOCK, grid.n - start);
      const out = this.decoder.forward(grid.points.subarray(start * 3, (start + n) * 3), n, z);
      values.set(out, (start * values.length) / grid.n);
    }
    return mapFromFrequencies(values, grid, this.scale);
  }
}

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

/** The inverse transform of decoded frequencies: [n, 2] F, or [n, 1] H, times `scale`. */
export function mapFromFrequencies(values: Float32Array, grid: FrequencyGrid, scale: number): Float32Array {
  const {box, modelBox, n, at, mirror} = grid;
  const complex = values.length === 2 * n;
  const transform = new Float32Array(box ** 3);
  for (let i = 0; i < n; ++i) {
    transform[at[i]] = complex ? values[2 * i] - values[2 * i + 1] : values[i];
    if (mirror[i] >= 0) transform[mirror[i]] = values[2 * i] + values[2 * i + 1];
  }
  const norm = scale / modelBox ** 3; // a smaller box samples the same density
  return Float32Array.from(hartley3(transform, box), (v) => v * norm);
}
