import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {panelFloats} from "../compute/kernel/layout.js";
import {KernelNetwork} from "../compute/kernel/network.js";
import type {MlpShape} from "../compute/mlp.js";
import {inTurns} from "../compute/turn.js";
import {hartleyMap} from "../cryoem/hartleyMap.js";
import {frequencyGrid, frequencyPoints, placeValues, type FrequencyGrid} from "./frequencies.js";
import type {Backend, Network} from "../compute/network.js";
import {openNetwork} from "../compute/open.js";
import {vaeSpecs, type VaeWeights} from "./model.js";

/** Bytes that what is kept of the first layer may take, for all boxes: a map at D = 64 and 256 features needs 70 MB. */
const KEPT = 128 * 2 ** 20;

/** Multiplications between two looks at the thread's messages: some 20 ms of work. */
const WORK = 4e8;

/** The part of a map's progress that stands for its transform. */
const TRANSFORM = 0.05;

/** What decoded values stand for: a factor, or a factor and what is added. */
export type Scale = number | {mean: number; std: number};

/** A factor as cryoDRGN's normalisation of mean 0. */
export const normOf = (scale: Scale): {mean: number; std: number} =>
  typeof scale === "number" ? {mean: 0, std: scale} : scale;

/** What a decoder reports to and is stopped by; progress is that of one map. */
export type DecodeContext = Pick<JobContext, "turn"> & Partial<Pick<JobContext, "progress">>;

/** A decoder that makes whole maps; keep it, for building it copies the weights. */
export class MapDecoder {
  private readonly grids = new Map<number, {grid: FrequencyGrid; kept?: number}>();
  private keptBytes = 0;

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
   * kernel, what the first layer makes of the frequencies is the same for every z and kept where memory allows. Takes, beside
   * the map, 8 bytes a voxel.
   * @param z [zdim]
   * @param box of the map, pixels, even, at most the model's D: a smaller one keeps the low frequencies and costs
   *   (box / D)^3; its pixels are D / box times larger
   * @returns [box, box, box], z slowest, origin at voxel box/2
   * @throws RangeError for a latent of another length or with NaN; the signal's reason when cancelled
   */
  async decode(
    z: ArrayLike<number>,
    box = this.vae.config.boxSize,
    context: DecodeContext = quiet
  ): Promise<Float32Array> {
    const latent = this.checked(z);
    const {grid} = this.gridOf(box);
    const transform = new Float32Array(box ** 3);
    const {progress = () => {}} = context;
    const total = grid.n / (1 - TRANSFORM);
    await this.blocks(latent, box, {first: 0, count: grid.n}, context, (first, values) => {
      placeValues(grid, first, values, transform);
      progress(first, total);
    });
    return mapOfTransform(transform, grid, this.scale, {
      ...context,
      progress: (done) => progress(grid.n + (total - grid.n) * done, total)
    });
  }

  /**
   * The decoder's values at some of the frequencies of `frequencyGrid`, for work that is divided: `mapOfParts` makes a map of all of them.
   * @param range numbers of the frequencies; the first a multiple of 8
   * @returns [count, outputs]
   */
  async decodePart(
    z: ArrayLike<number>,
    box: number,
    range: {first: number; count: number},
    context: DecodeContext = quiet
  ): Promise<Float32Array> {
    const latent = this.checked(z);
    const {outputs} = this.network.shape;
    const all = new Float32Array(range.count * outputs);
    await this.blocks(latent, box, range, context, (first, values) => {
      all.set(values, (first - range.first) * outputs);
      context.progress?.(first - range.first, range.count);
    });
    context.progress?.(range.count, range.count);
    return all;
  }

  private async blocks(
    latent: Float32Array,
    box: number,
    {first, count}: {first: number; count: number},
    {turn}: DecodeContext,
    take: (first: number, values: Float32Array) => void
  ): Promise<void> {
    const {grid, kept} = this.gridOf(box);
    const {network} = this;
    const most = WORK / multiplications(network.shape);
    for (let start = first, since = 0; start < first + count; start += network.maxRows) {
      if (since >= most) {
        since = 0;
        await turn();
      }
      const n = Math.min(network.maxRows, first + count - start);
      const values =
        kept !== undefined && network instanceof KernelNetwork
          ? network.forwardKept(kept, start, n, latent)
          : await network.forwardPoints(frequencyPoints(grid, start, n), n, latent, n);
      take(start, values);
      since += n;
    }
  }

  private checked(z: ArrayLike<number>): Float32Array {
    const {zdim} = this.vae.config;
    if (z.length !== zdim) throw new RangeError(`z: found ${z.length} numbers; expected ${zdim}`);
    if (!Array.from(z).every(Number.isFinite))
      throw new RangeError("z: found NaN or infinity; expected finite numbers");
    return Float32Array.from(z);
  }

  private gridOf(box: number) {
    const known = this.grids.get(box);
    if (known) return known;
    const grid = frequencyGrid(this.vae.config, box);
    const {network} = this;
    const bytes = panelFloats(grid.n, network.shape.width) * 4;
    const keeps = this.keptBytes + bytes <= KEPT && network instanceof KernelNetwork;
    if (keeps) this.keptBytes += bytes;
    const kept = keeps ? network.keepPoints(frequencyPoints(grid, 0, grid.n), grid.n) : undefined;
    const made = {grid, kept};
    this.grids.set(box, made);
    return made;
  }
}

/** Multiplications that a sine of the encoding counts for. */
const SINE = 40;

/** Work of a decoder for one frequency, in multiplications. */
export const multiplications = ({inputs, outputs, width, layers}: MlpShape): number =>
  (inputs + outputs + layers * width) * width + SINE * inputs;

function kernelDecoder(vae: VaeWeights): KernelNetwork {
  const [, {shape, encoding}] = vaeSpecs(vae);
  const network = new KernelNetwork(shape, {encoding, training: false});
  network.setParameters(vae.decoder);
  return network;
}

/** A decoder of whole maps on a backend of one's choice. @throws Error where it can't run here */
export const openMapDecoder = async (vae: VaeWeights, scale: Scale, backend: Backend): Promise<MapDecoder> =>
  new MapDecoder(vae, scale, await openNetwork(backend, vaeSpecs(vae)[1], vae.decoder));

/**
 * The map of a model's decoded frequencies that came in parts, such as from several threads.
 * @param parts [count, outputs] each, from frequency number `first` on; together they are all of the grid's. The list is emptied, so that
 *   the parts can be forgotten
 */
export function mapOfParts(
  parts: {first: number; values: Float32Array}[],
  grid: FrequencyGrid,
  scale: Scale,
  context: DecodeContext = quiet
): Promise<Float32Array> {
  const transform = new Float32Array(grid.box ** 3);
  for (const {first, values} of parts.splice(0)) placeValues(grid, first, values, transform);
  return mapOfTransform(transform, grid, scale, context);
}

/**
 * The inverse transform, in place, times `scale`. A mean that is added to all of the transform is a peak at the origin of the map.
 */
async function mapOfTransform(
  transform: Float32Array,
  {box, modelBox}: FrequencyGrid,
  scale: Scale,
  {turn, progress}: DecodeContext
): Promise<Float32Array> {
  const {mean, std} = normOf(scale);
  const norm = std / modelBox ** 3; // a smaller box samples the same density
  const map = await inTurns(hartleyMap(transform, box, norm), turn, (done) => progress?.(done, 1));
  map[((box / 2) * box + box / 2) * box + box / 2] += (mean * box ** 3) / modelBox ** 3;
  return map;
}
