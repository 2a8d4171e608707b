import {expect, test} from "vitest";
import {fingerprint} from "../../components/jobs/files.js";
import {watchAllocations} from "./allocations.js";
import {copyOf, targets} from "./targets.js";
import {fuzz} from "./watch.js";

// `npm run fuzz` reads 100,000 of each; these are its first.
test.each(Object.keys(targets))(
  "damaged %s files give data or one line that says what is wrong",
  async (format) => {
    const {failures, files, data, refused} = await fuzz(format, {seed: 1, count: 600});
    expect(failures).toEqual([]);
    expect(files).toBe(600);
    expect(data + refused).toBe(600);
    // Damage goes deep enough to be refused, and not so deep that nothing is left to read.
    expect(refused).toBeGreaterThan(60);
    expect(data).toBeGreaterThan(5);
  }
);

test.each(Object.keys(targets))("whole %s files are read", async (format) => {
  for (const file of targets[format].seeds) await targets[format].read(file);
});

test("copies are the same for the same seed, and most differ from the file", () => {
  for (const target of Object.values(targets)) {
    const marks = (seed: number) => Array.from({length: 30}, (_, i) => fingerprint(copyOf(target, seed, i)));
    expect(marks(1)).toEqual(marks(1));
    expect(marks(1)).not.toEqual(marks(2));
    const whole = new Set(target.seeds.map(fingerprint));
    expect(marks(1).filter((mark) => whole.has(mark)).length).toBeLessThan(10);
  }
});

test("the watch sees arrays by their lengths, even those that are refused", () => {
  const allocations = watchAllocations();
  try {
    new Float32Array(1000);
    expect(allocations.largest()).toBe(4000);
    expect(() => new Uint8Array(2 ** 53)).toThrow(RangeError);
    expect(allocations.largest()).toBe(2 ** 53);
    allocations.reset();
    expect(Float64Array.from([1, 2])).toBeInstanceOf(Float64Array);
    expect(allocations.largest()).toBe(16);
  } finally {
    allocations.restore();
  }
});
