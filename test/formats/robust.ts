import {expect, vi} from "vitest";
import {InputError} from "../../components/formats/error.js";
import type {Rng} from "../../components/compute/random.js";
import {random} from "../../components/compute/random.js";
import type {NdArray, NumericArray} from "../../components/formats/ndarray.js";
import {sizeOf} from "../../components/formats/ndarray.js";
import {bytesHeld, watchAllocations} from "../fuzz/allocations.js";
import {joined} from "../fuzz/mutate.js";

// Thousands of damaged files and other programs' start-up take longer on a busy machine than one test usually may.
vi.setConfig({testTimeout: 60_000});

/** Runs a reader that must refuse its input in one line; returns the message. */
export function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).not.toMatch(/[\n\r]/);
    return error.message;
  }
  throw new Error("expected an InputError");
}

/** Every prefix of a file (all of them, or all near its ends and a stride between) must be refused. */
export function refusesTruncation(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  const stride = Math.max(1, Math.floor(bytes.length / 500));
  for (let length = 0; length < bytes.length; ++length)
    if (length < 1200 || length > bytes.length - 40 || length % stride === 0)
      refusal(() => read(bytes.subarray(0, length)));
}

/**
 * Reads `count` damaged copies of a file: each gives data or an InputError, nothing else, and no array is made on the
 * way that is much larger than the file. Returns how many were refused.
 */
export function survivesDamage(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => unknown,
  {
    seed,
    count = 2000,
    from = 0,
    to = bytes.length
  }: {seed: number; count?: number; from?: number; to?: number}
): number {
  let refused = 0;
  const allocations = watchAllocations();
  try {
    for (let i = 0; i < count; ++i) {
      const damaged = damage(bytes, random(seed, i), from, to);
      try {
        const held = bytesHeld(read(damaged));
        if (held > 16 * damaged.length + 65536) throw new Error(`${held} bytes from ${damaged.length}`);
      } catch (error) {
        if (!(error instanceof InputError)) throw new Error(`copy ${i}: ${String(error)}`, {cause: error});
        ++refused;
      }
    }
  } finally {
    allocations.restore();
  }
  expect(allocations.largest()).toBeLessThan(16 * bytes.length + 2 ** 20);
  return refused;
}

/** A copy with a few bytes changed between `from` and `to`: random, extreme, or a run copied, cut or repeated. */
function damage(bytes: Uint8Array, rng: Rng, from: number, to: number): Uint8Array {
  let copy = bytes.slice();
  const place = () => from + rng.integer(to - from);
  for (let n = 1 + rng.integer(4); n > 0; --n) {
    const at = place() % copy.length;
    const kind = rng.integer(6);
    if (kind <= 1) copy[at] = rng.integer(256);
    else if (kind === 2) copy[at] ^= 1 << rng.integer(8);
    else if (kind === 3) copy.fill([0, 127, 128, 255][rng.integer(4)], at, at + 1 + rng.integer(8));
    else if (kind === 4)
      copy.copyWithin(at, place() % copy.length, (place() % copy.length) + rng.integer(16));
    else {
      const end = Math.min(copy.length, at + 1 + rng.integer(32));
      const run = rng.integer(2) ? copy.subarray(at, end) : new Uint8Array(0);
      copy = joined([copy.subarray(0, at), run, run, copy.subarray(end)]);
      if (copy.length === 0) return copy;
    }
  }
  return copy;
}

type Maker = (n: number, rng: Rng) => NumericArray;

const makers: Record<string, Maker> = {
  float64: (n, rng) => rng.fillNormal(new Float64Array(n)),
  float32: (n, rng) => rng.fillNormal(new Float32Array(n)),
  int64: (n, rng) => BigInt64Array.from({length: n}, () => BigInt(rng.integer(2 ** 31)) * -(2n ** 32n) + 7n),
  int32: (n, rng) => Int32Array.from({length: n}, () => rng.integer(2 ** 32) - 2 ** 31),
  int16: (n, rng) => Int16Array.from({length: n}, () => rng.integer(65536) - 32768),
  int8: (n, rng) => Int8Array.from({length: n}, () => rng.integer(256) - 128),
  uint64: (n, rng) => BigUint64Array.from({length: n}, () => 2n ** 63n + BigInt(rng.integer(2 ** 32))),
  uint32: (n, rng) => Uint32Array.from({length: n}, () => rng.integer(2 ** 32)),
  uint16: (n, rng) => Uint16Array.from({length: n}, () => rng.integer(65536)),
  uint8: (n, rng) => Uint8Array.from({length: n}, () => rng.integer(256))
};

/** Arrays of every element type in many shapes, among them scalars and empty ones. */
export function* manyArrays(seed: number): Generator<{label: string; array: NdArray}> {
  const shapes = [[], [0], [1], [7], [300], [3, 4], [5, 0, 2], [2, 1, 3, 4], [1, 1, 1, 1, 1, 2], [70, 9]];
  for (const [index, [name, make]] of Object.entries(makers).entries())
    for (const shape of shapes)
      yield {
        label: `${name} [${shape}]`,
        array: {shape, data: make(sizeOf(shape), random(seed, index, sizeOf(shape)))}
      };
}
