import {decoderShape} from "../vae/config.js";
import type {Pool} from "../compute/pool.js";
import type {NamedBytes} from "../jobs/files.js";
import type {NotebookJobs} from "../jobs/jobs.js";
import {mapWork, type DecodedMap, type MapPart, type PlainDecoder} from "../jobs/wholeMap.js";
import {multiplications} from "../vae/decode.js";
import {frequencyGrid} from "../vae/frequencies.js";
import {FOLLOW} from "./worker.js";

/** Multiplications of one part: a second or two of one thread. A map of less is decoded on one. */
const PART = 3e10;

/** Multiplications a second of one thread of an ordinary machine, for estimates. */
const RATE = 2e10;

/** The part of the progress that stands for decoding; the rest is the transform and the smoothing. */
const DECODING = 0.93;

export interface DecodeMapOptions {
  signal: AbortSignal;
  /** The part that is done, 0..1, rising; 1 at the end. */
  progress?(done: number): void;
  /** Of the jobs (FOLLOW: a reader waits for them, so they go before what a page computes by itself). */
  priority?: number;
}

/** A decoder that is ready to be sent to threads. */
export const openDecoderOf = (workers: Pool<NotebookJobs>, vae: NamedBytes, signal?: AbortSignal) =>
  workers.run("openDecoder", {vae}, {priority: FOLLOW, signal});

/** Threads that work on a map, or on maps, at a time; where there are many, one is left to clicks. */
export function threads(): number {
  const cores = Math.max(1, navigator.hardwareConcurrency);
  return cores < 4 ? cores : cores - 1;
}

/** Whether threads share one map of this box. */
export const isShared = ({vae: {config}}: PlainDecoder, box: number): boolean =>
  mapWork(config, box) >= 2 * PART;

/** Seconds that a map takes, roughly. */
export const secondsFor = ({vae: {config}}: PlainDecoder, box: number): number =>
  mapWork(config, box) / RATE / threads();

/** Boxes to choose from: a coarse one, finer ones and the model's own. */
export const boxesOf = ({vae: {config}}: PlainDecoder): number[] => [
  ...[32, 64, 128].filter((box) => box < config.boxSize),
  config.boxSize
];

/** Decodes one map, on as many threads as there are cores where it is much work. */
export async function decodeMap(
  workers: Pool<NotebookJobs>,
  decoder: PlainDecoder,
  {z, box}: {z: ArrayLike<number>; box: number},
  {signal, progress = () => {}, priority = FOLLOW}: DecodeMapOptions
): Promise<DecodedMap> {
  const {config} = decoder.vae;
  const lane = (i: number) => `${decoder.key}, ${i}`;
  if (!isShared(decoder, box)) {
    const onProgress = (done: number, total: number) => progress(done / total);
    return workers.run("decodedMap", {decoder, z, box}, {signal, priority, affinity: lane(0), onProgress});
  }
  const {n} = frequencyGrid(config, box);
  const count = Math.ceil(PART / multiplications(decoderShape(config)) / 1024) * 1024;
  const parts: MapPart[] = [];
  // One that fails ends the others.
  const ours = new AbortController();
  const all = {signal: AbortSignal.any([signal, ours.signal]), priority};
  const now = new Float64Array(threads()); // frequencies that are done of the part each lane is at
  let finished = 0;
  let next = 0;
  const report = () => progress((DECODING * (finished + now.reduce((a, b) => a + b))) / n);
  async function work(i: number) {
    while (next < n) {
      const first = next;
      next = Math.min(n, first + count);
      const range = {first, count: next - first};
      const part = await workers.run("mapPart", {decoder, z, box, ...range}, {
        ...all,
        affinity: lane(i),
        onProgress(done) {
          now[i] = done;
          report();
        }
      }); // prettier-ignore
      parts.push(part);
      finished += range.count;
      now[i] = 0;
      report();
    }
  }
  try {
    await Promise.all(Array.from(now, (_, i) => work(i)));
  } catch (error) {
    ours.abort();
    throw error;
  }
  const map = await workers.run("gatheredMap", {config, scale: decoder.scale, box, parts}, {
    ...all,
    affinity: lane(0),
    transfer: true,
    onProgress: (done) => progress(DECODING + (1 - DECODING) * done)
  }); // prettier-ignore
  return map;
}
