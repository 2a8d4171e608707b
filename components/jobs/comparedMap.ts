import {lowPass} from "../analysis/mapCorrelation.js";
import type {DecodeContext, MapDecoder} from "../vae/decode.js";
import {SMOOTHING, type Nearest} from "./trueMaps.js";

/** A latent's map, and how it compares with the truth where that is known. */
export interface ComparedMap {
  box: number;
  /** Å. */
  voxelSize: number;
  /** [box, box, box] as decoded. */
  map: Float32Array;
  /** The same smoothed by SMOOTHING voxels, as it is compared and drawn. */
  smooth: Float32Array;
  nearest?: Nearest;
}

/**
 * Decodes a latent and compares its map.
 * @param z [zdim]
 * @param wanted box to decode at; at most the model's is
 * @param compare finds the nearest true map to a smoothed one of so many voxels a side
 */
export async function comparedMap(
  decoder: MapDecoder,
  z: ArrayLike<number>,
  wanted: number,
  compare: ((smooth: Float32Array, box: number) => Nearest | undefined) | undefined,
  context: DecodeContext
): Promise<ComparedMap> {
  const {boxSize, pixelSize} = decoder.vae.config;
  const box = Math.min(wanted, boxSize);
  const map = await decoder.decode(z, box, context);
  const smooth = lowPass(map, box, SMOOTHING);
  return {box, voxelSize: (pixelSize * boxSize) / box, map, smooth, nearest: compare?.(smooth, box)};
}
