import {describe, expect, it} from "vitest";
import {compare} from "../../components/analysis/compare.js";
import {twoSampleTest} from "../../components/analysis/twoSample.js";
import {jobContext} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, sampleMixture} from "../../components/diffusion/gaussianMixture.js";

const d = 8;
const normals = (n: number, seed: number, mean = 0) =>
  random(seed)
    .fillNormal(new Float64Array(n * d))
    .map((v) => v + mean);

/** Five modes on a line, of which `modes` are kept. */
const modes = (n: number, seed: number, kept = [0, 1, 2, 3, 4]) =>
  sampleMixture(
    gaussianMixture(kept.map((k) => ({mean: [k, 0, 0, 0, 0, 0, 0, 0], covariance: 0.04}))),
    n,
    random(seed)
  );

describe("classifier two-sample test", () => {
  it("is at chance for two sets of one law", async () => {
    const {accuracy, error} = await twoSampleTest(normals(2000, 1), normals(2000, 2), d);
    expect(error).toBeCloseTo(Math.sqrt(0.25 / 4000), 12);
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(3 * error);
  });

  it("sees a shift of 0.1 deviations in each dimension, of which 0.556 can be had at best", async () => {
    const {accuracy, error} = await twoSampleTest(normals(2500, 3), normals(2500, 4, 0.1), d);
    expect(accuracy).toBeGreaterThan(0.5 + 3 * error);
    expect(accuracy).toBeLessThan(0.5562 + 3 * error);
  });

  it("sees a missing mode, of which 0.6 can be had at best", async () => {
    const {accuracy, error} = await twoSampleTest(modes(2500, 5), modes(2500, 6, [0, 1, 3, 4]), d);
    expect(accuracy).toBeGreaterThan(0.53);
    expect(accuracy).toBeLessThan(0.6 + 3 * error);
  });

  it("tells sets apart that don't overlap, and gives the same answer twice", async () => {
    const [x, y] = [normals(300, 7), normals(300, 8, 4)];
    const found = await twoSampleTest(x, y, d);
    expect(found.accuracy).toBeGreaterThan(0.99);
    expect(await twoSampleTest(x, y, d)).toEqual(found);
  });
});

describe("comparison of samples with encodings", () => {
  it("is near its floors for samples of the same law, and far above for another", async () => {
    const encodings = modes(3000, 9);
    const options = {draws: 3, seed: 1};
    const same = await compare(encodings, modes(3000, 10), d, options);
    const other = await compare(encodings, normals(3000, 11), d, options);
    expect(same.n).toBe(1500);
    expect(same.mmd).toBeLessThan(2 * same.mmdFloor);
    expect(same.slicedW2).toBeLessThan(2 * same.slicedW2Floor);
    expect(same.accuracy).toBeLessThan(0.5 + 3 * same.accuracyError);
    // a narrow kernel's floor is about sqrt(2/n), whatever the law
    expect(same.mmdFloor).toBeLessThan(Math.sqrt(2 / 1500));
    expect(same.mmdFloor).toBeGreaterThan(0.8 * Math.sqrt(2 / 1500));
    expect(other.mmd).toBeGreaterThan(5 * other.mmdFloor);
    expect(other.slicedW2).toBeGreaterThan(10 * other.slicedW2Floor);
    expect(other.accuracy).toBeGreaterThan(0.95);
    // the floors are the encodings' alone
    for (const key of ["mmdFloor", "slicedW2Floor", "accuracyFloor", "bandwidth"] as const) {
      expect(other[key]).toBe(same[key]);
    }
    expect(Math.abs(same.accuracyFloor - 0.5)).toBeLessThan(0.06);
  });

  it("takes its floors from other encodings where they are given: they stand where the samples stand", async () => {
    const encodings = modes(400, 14);
    const reference = modes(700, 15);
    const found = await compare(encodings, modes(400, 16), d, {draws: 8, others: reference});
    const shifted = await compare(encodings, modes(400, 16), d, {
      draws: 8,
      others: reference.map((v) => v + 1)
    });
    expect(found.mmd).toBe(shifted.mmd);
    expect(found.mmd / found.mmdFloor).toBeLessThan(1.5);
    expect(shifted.mmdFloor).toBeGreaterThan(3 * found.mmdFloor);
  });

  it("can be cancelled, and refuses more rows than there are", async () => {
    const stop = new AbortController();
    const context = jobContext(stop.signal, () => stop.abort(new Error("stop")));
    await expect(compare(modes(200, 12), modes(100, 13), d, {}, context)).rejects.toThrow("stop");
    await expect(compare(modes(200, 12), modes(100, 13), d, {n: 150})).rejects.toThrow("n: found 150");
  });
});
