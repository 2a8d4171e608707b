import type {Pool} from "../../compute/pool.js";
import {binnedSide} from "../../cryoem/binMap.js";
import {writeMrc} from "../../formats/mrc.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {DRAWN, type DecodedMap, type PlainDecoder} from "../../jobs/wholeMap.js";
import {decodeMap, isShared, threads} from "../decodeMap.js";
import {bytesBlob} from "../download.js";

/** A decoded point of a path. */
export interface MovieFrame {
  /** The map as decoded, as a file. */
  mrc: Blob;
  /** How it is drawn. */
  drawn: DecodedMap["drawn"];
  voxelSize: number;
}

/** Bytes of frames that a page keeps at most, and from which on it says how many they are. */
export const [MOST, MANY] = [1.5e9, 2.5e8];

/** Bytes that decoded frames take: the maps, and what is drawn of them. */
export function bytesOfFrames(box: number, count: number): number {
  const n = Math.ceil(box / DRAWN);
  return count * 4 * (box ** 3 + (n === 1 ? box : binnedSide(box, n)) ** 3);
}

export interface DecodeFramesOptions {
  signal: AbortSignal;
  /** Part of all frames that is done, rising. */
  progress(done: number): void;
  onFrame(index: number, frame: MovieFrame): void;
}

/**
 * Decodes latents [count, d] at a box: some at a time, or one on all threads where it is much work. Frames come in any order.
 * @throws RangeError where they would take more than a page should keep
 */
export async function decodeFrames(
  workers: Pool<NotebookJobs>,
  decoder: PlainDecoder,
  {z, count, box}: {z: Float64Array; count: number; box: number},
  {signal, progress, onFrame}: DecodeFramesOptions
): Promise<void> {
  const bytes = bytesOfFrames(box, count);
  if (bytes > MOST)
    throw new RangeError(
      `${count} frames at box ${box} take ${gigabytes(bytes)}, more than the ${gigabytes(MOST)} that a page keeps; choose fewer frames or a smaller box`
    );
  const d = z.length / count;
  const done = new Float64Array(count);
  const ours = new AbortController();
  const both = AbortSignal.any([signal, ours.signal]);
  let next = 0;
  async function work() {
    while (next < count) {
      const i = next++;
      const {map, drawn, voxelSize} = await decodeMap(workers, decoder, {z: z.slice(i * d, (i + 1) * d), box}, {
        signal: both,
        progress(part) {
          done[i] = part;
          progress(done.reduce((a, b) => a + b) / count);
        }
      }); // prettier-ignore
      if (both.aborted) return;
      const file = {nx: box, ny: box, nz: box, pixelSize: voxelSize, data: map, isStack: false};
      onFrame(i, {mrc: bytesBlob(writeMrc(file)), drawn, voxelSize});
    }
  }
  try {
    const lanes = isShared(decoder, box) ? 1 : Math.min(threads(), count);
    await Promise.all(Array.from({length: lanes}, work));
  } catch (error) {
    ours.abort(); // one that fails ends the others
    throw error;
  }
  signal.throwIfAborted();
}

/** A number of bytes in words. */
export const gigabytes = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
