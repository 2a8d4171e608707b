/** Maps of a decoder of any size: whole ones, or by parts that threads share. */
import {lowPassSteps} from "../analysis/mapCorrelation.js";
import type {JobContext} from "../compute/job.js";
import {inTurns} from "../compute/turn.js";
import {binMap, binnedSide} from "../cryoem/binMap.js";
import {decoderShape, type VaeConfig} from "../vae/config.js";
import {MapDecoder, mapOfParts, multiplications, type Scale} from "../vae/decode.js";
import {readVae, scaleOf} from "../vae/file.js";
import {frequencyGrid} from "../vae/frequencies.js";
import type {VaeWeights} from "../vae/model.js";
import {fingerprint, type NamedBytes} from "./files.js";
import {lastOf} from "./lastOf.js";
import {SMOOTHING} from "./trueMaps.js";

/** Largest box that is drawn: a finer map is more triangles than a page turns smoothly. */
export const DRAWN = 128;

/** A decoder without its encoder, which may be ten times as large, as it is sent with every job; `key` tells it from others. */
export interface PlainDecoder {
  key: string;
  vae: VaeWeights;
  scale: Scale;
}

/** A decoded map, and how it is drawn. */
export interface DecodedMap {
  box: number;
  /** Å. */
  voxelSize: number;
  /** [box, box, box] as decoded. */
  map: Float32Array;
  /** The same smoothed by SMOOTHING voxels; averaged over cubes before, where the box is more than 128. */
  drawn: {map: Float32Array; D: number; voxelSize: number};
}

/** The decoder of a VAE's file. */
export function openDecoder({vae: {name, bytes}}: {vae: NamedBytes}): PlainDecoder {
  const vae = readVae(bytes, name);
  const {config, randFrequencies, decoder} = vae;
  return {
    key: `${name} ${fingerprint(new Uint8Array(decoder.buffer, decoder.byteOffset, decoder.byteLength))}`,
    vae: {config, randFrequencies, decoder, encoder: new Float32Array(0)},
    scale: scaleOf(vae, name)
  };
}

/** Multiplications that a map of so many voxels a side takes. */
export const mapWork = (config: VaeConfig, box: number): number =>
  frequencyGrid(config, box).n * multiplications(decoderShape(config));

const decoderOf = lastOf(
  ({key}: PlainDecoder) => key,
  ({vae, scale}) => new MapDecoder(vae, scale)
);

/** Parts of a job's progress: decoding, then smoothing. */
const stages = (context: JobContext, decoding: number) => {
  const part = (from: number, to: number) => ({
    ...context,
    progress: (done: number, total: number) => context.progress(from + ((to - from) * done) / total, 1)
  });
  return {decoding: part(0, decoding), smoothing: part(decoding, 1)};
};

export interface DecodedMapInput {
  decoder: PlainDecoder;
  /** [zdim]. */
  z: ArrayLike<number>;
  /** Even, at most the model's. */
  box: number;
}

/** One map, on this thread alone. */
export async function decodedMap(
  {decoder, z, box}: DecodedMapInput,
  context: JobContext
): Promise<DecodedMap> {
  const {decoding, smoothing} = stages(context, 0.95);
  const map = await decoderOf(decoder).decode(z, box, decoding);
  return drawable(map, decoder.vae.config, box, smoothing);
}

export interface MapPart {
  /** Number of the first frequency, a multiple of 8. */
  first: number;
  values: Float32Array;
}

/** The decoder's values at some of a map's frequencies. */
export async function mapPart(
  {decoder, z, box, first, count}: DecodedMapInput & {first: number; count: number},
  context: JobContext
): Promise<MapPart> {
  return {first, values: await decoderOf(decoder).decodePart(z, box, {first, count}, context)};
}

export interface GatheredMapInput extends Pick<PlainDecoder, "scale"> {
  config: VaeConfig;
  box: number;
  /** All of the map's, in any order. */
  parts: MapPart[];
}

/** The map of parts that threads have decoded. */
export async function gatheredMap(
  {config, scale, box, parts}: GatheredMapInput,
  context: JobContext
): Promise<DecodedMap> {
  const {decoding, smoothing} = stages(context, 0.6);
  const map = await mapOfParts(parts, frequencyGrid(config, box), scale, decoding);
  return drawable(map, config, box, smoothing);
}

async function drawable(
  map: Float32Array,
  {boxSize, pixelSize}: VaeConfig,
  box: number,
  {turn, progress}: JobContext
): Promise<DecodedMap> {
  const voxelSize = (pixelSize * boxSize) / box;
  const n = Math.ceil(box / DRAWN);
  const D = n === 1 ? box : binnedSide(box, n);
  const smooth = await inTurns(lowPassSteps(binMap(map, box, n), D, SMOOTHING), turn, (done) =>
    progress(done, 1)
  );
  return {box, voxelSize, map, drawn: {map: smooth, D, voxelSize: voxelSize * n}};
}
