/** The thread that reads damaged files: it may hang or die, which the thread that started it notices. */
import {getHeapStatistics} from "node:v8";
import {parentPort, workerData} from "node:worker_threads";
import {bytesHeld, watchAllocations} from "./allocations.js";
import type {Failure, Tally, Task} from "./watch.js";

// Before the readers are imported, so that what they import uses the counting constructors.
const allocations = watchAllocations();
const {targets, copyOf} = await import("./targets.js");
const {InputError} = await import("../../components/formats/error.js");

const {format, seed, from, to, position} = workerData as Task;
const place = new Int32Array(position);
const target = targets[format];

/** Milliseconds that a file may take, and bytes that may be made for one of `length`. */
const mostTime = 1000;
const mostBytes = (length: number): number => 16 * length + 4 * 2 ** 20;

for (const file of target.seeds) await target.read(file); // whatever is made once and kept
const tally: Tally = {files: 0, data: 0, refused: 0, slowest: 0, ratio: 0, growth: 0};

for (let index = from; index < to; ++index) {
  Atomics.store(place, 0, index);
  const copy = copyOf(target, seed, index);
  const fault = await tried(copy);
  if (fault) parentPort!.postMessage({index, fault} satisfies Failure);
  ++tally.files;
}
parentPort!.postMessage(tally);

/** Reads one file; returns what is wrong with how it went. */
async function tried(copy: Uint8Array): Promise<string | undefined> {
  allocations.reset();
  const before = memory();
  const started = performance.now();
  let value: unknown;
  try {
    const result = target.read(copy);
    value = result instanceof Promise ? await result : result;
    ++tally.data;
  } catch (error) {
    if (!(error instanceof InputError)) return error instanceof Error ? `${error.stack}` : String(error);
    if (/[\r\n]/.test(error.message)) return `a message of several lines: ${error.message}`;
    ++tally.refused;
  }
  let time = performance.now() - started;
  const largest = allocations.largest();
  const growth = memory() - before;
  // The machine may have been busy with something else: what counts is the best of three.
  for (let again = 0; time > mostTime / 10 && again < 2; ++again) time = Math.min(time, await timed(copy));
  tally.slowest = Math.max(tally.slowest, time);
  tally.ratio = Math.max(tally.ratio, largest / Math.max(1024, copy.length));
  tally.growth = Math.max(tally.growth, growth);
  const most = mostBytes(copy.length);
  if (time > mostTime) return `${time.toFixed(0)} ms`;
  if (largest > most) return `an array of ${largest} bytes from ${copy.length}`;
  const held = bytesHeld(value);
  if (held > most) return `${held} bytes held from ${copy.length}`;
  if (growth > 8 * most) return `${growth} bytes of memory from ${copy.length}`;
  return undefined;
}

async function timed(copy: Uint8Array): Promise<number> {
  const started = performance.now();
  try {
    await target.read(copy);
  } catch {
    // What it throws has been looked at.
  }
  return performance.now() - started;
}

function memory(): number {
  const {used_heap_size, external_memory} = getHeapStatistics();
  return used_heap_size + external_memory;
}
