import type {WorkerContext} from "../compute/protocol.js";
import {binMap, binnedSide} from "../cryoem/binMap.js";
import {mapSpectrum, type MapSpectrum} from "../cryoem/mapProjector.js";
import {blobSource} from "../formats/byteSource.js";
import {InputError} from "../formats/error.js";
import {openMrcStack} from "../formats/mrcStack.js";

/** A map from a file, and its transform for central slices. */
export interface LoadedVolume {
  name: string;
  D: number;
  /** Å; 1 where the file gives none. */
  pixelSize: number;
  /** The map to draw a surface of, coarser where it is large. */
  view: {map: Float32Array; D: number; voxelSize: number};
  /** How many of the file's voxels were averaged along each axis; 1 for none. */
  binning: number;
  spectrum: MapSpectrum;
}

/** Largest box that is contoured: a finer map is more triangles than a page turns smoothly. */
const CONTOURED = 96;

/** Largest box that is kept: its transform takes 140 MB. Larger maps are averaged over cubes of voxels as they are read. */
const LARGEST = 256;

/**
 * Reads a cubic map section by section, and transforms it.
 * @throws InputError if it is no MRC file, not cubic, of an odd box, constant, or holds NaN
 */
export async function volumeFile(
  {name, blob}: {name: string; blob: Blob},
  {turn, progress}: WorkerContext
): Promise<LoadedVolume> {
  const {header, each} = await openMrcStack(blobSource(blob), name);
  const {nx, ny, nz} = header;
  if (nx !== ny || ny !== nz) throw new InputError(name, "nx, ny, nz", `${nx} x ${ny} x ${nz}`, "a cube");
  const binning = Math.ceil(nx / LARGEST);
  const D = Math.floor(nx / binning);
  if (D % 2 || D < 8)
    throw new InputError(
      name,
      "nx, ny, nz",
      nx,
      `an even number of at least 8${binning > 1 ? `, also over ${binning}` : ""}`
    );
  const map = new Float32Array(D ** 3);
  let z = 0;
  let [least, most] = [Infinity, -Infinity];
  for await (const section of each()) {
    await turn();
    progress(z + 1, 2 * nz);
    const to = Math.floor(z++ / binning) * D * D;
    if (to >= map.length) break;
    for (let y = 0; y < D * binning; ++y)
      for (let x = 0; x < D * binning; ++x) {
        const v = section[y * nx + x];
        least = Math.min(least, v);
        most = Math.max(most, v);
        if (!Number.isFinite(v))
          throw new InputError(name, `section ${z}, row ${y + 1}, column ${x + 1}`, v, "finite numbers");
        map[to + Math.floor(y / binning) * D + Math.floor(x / binning)] += v / binning ** 3;
      }
  }
  if (!(most > least))
    throw new InputError(name, "density", `${least} everywhere`, "a map that is not constant");
  const spectrum = await mapSpectrum(map, D, {turn});
  const pixelSize = (header.pixelSize || 1) * binning;
  const coarse = Math.ceil(D / CONTOURED);
  const side = binnedSide(D, coarse);
  const view = {map: binMap(map, D, coarse), D: side, voxelSize: pixelSize * coarse};
  return {name, D, pixelSize, view, binning, spectrum};
}
