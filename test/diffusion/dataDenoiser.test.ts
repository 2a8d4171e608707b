import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {select, widestAxis} from "../../components/compute/select.js";
import {dataDenoiser, plainDataDenoiser} from "../../components/diffusion/dataDenoiser.js";

const LEVELS = [0, 0.01, 0.1, 0.3, 1, 5, 80];

/** Noisy copies of some points. */
function noisy(points: Float64Array, d: number, n: number, sigma: number, seed: number): Float64Array {
  const rng = random(seed);
  return Float64Array.from({length: n * d}, (_, i) => {
    const row = Math.floor(i / d) % (points.length / d);
    return points[row * d + (i % d)] + sigma * rng.normal();
  });
}

function compare(points: Float64Array, d: number, at?: Float64Array): void {
  const [kernel, plain] = [dataDenoiser(points, d), plainDataDenoiser(points, d)];
  LEVELS.forEach((level, seed) => {
    const x = at ?? noisy(points, d, 12, level, seed);
    const sigma = new Float64Array(x.length / d).fill(level);
    const [a, b] = [kernel(x, sigma), plain(x, sigma)];
    a.forEach((v, i) => expect(Math.abs(v - b[i])).toBeLessThan(1e-12 * Math.max(1, Math.abs(b[i]))));
  });
}

describe("the kernel's denoiser of a data set is the plain one's", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("in %i-D", (d) => {
    for (const N of [2, 7, 64, 65, 1000]) compare(random(d, N).fillNormal(new Float64Array(N * d)), d);
  });

  test("on a thin line in 8-D, as latents are", () => {
    const rng = random(1);
    compare(
      Float64Array.from(
        {length: 3000 * 8},
        (_, i) => Math.sin(Math.floor(i / 8) + (i % 8)) + 0.05 * rng.normal()
      ),
      8
    );
  });

  test("with duplicates, which count as often as they are there", () => {
    const points = Float64Array.from({length: 900}, (_, i) => (i < 600 ? -1 : 2));
    compare(points, 1);
    const [middle] = dataDenoiser(points, 1)(Float64Array.of(0.5), Float64Array.of(1));
    expect(middle).toBeCloseTo((600 * -1 + 300 * 2) / 900, 12);
  });

  test("for points far from all data", () => {
    const points = random(4).fillNormal(new Float64Array(500 * 2));
    compare(points, 2, Float64Array.of(30, -20, 0, 25));
    // the nearest, whatever the distance
    expect([...dataDenoiser(Float64Array.of(0, 1), 1)(Float64Array.of(1e6), Float64Array.of(0.01))]).toEqual([
      1
    ]);
  });

  test("with a single point, which is the answer everywhere", () => {
    const at = dataDenoiser(Float64Array.of(3, 4, 5), 3);
    for (const level of LEVELS)
      expect([...at(Float64Array.of(100, -7, 0.1), Float64Array.of(level))]).toEqual([3, 4, 5]);
  });
});

test("a row is what it is alone, at its own level", () => {
  const points = random(5).fillNormal(new Float64Array(400 * 3));
  const denoiser = dataDenoiser(points, 3);
  const x = noisy(points, 3, 5, 0.5, 6);
  const sigma = Float64Array.of(0.1, 0.5, 2, 0.5, 0.1);
  const all = denoiser(x, sigma);
  for (let row = 0; row < 5; ++row)
    expect([...denoiser(x.slice(3 * row, 3 * row + 3), sigma.slice(row, row + 1))]).toEqual([
      ...all.slice(3 * row, 3 * row + 3)
    ]);
});

test("what is no point stays none, and no data are refused", () => {
  expect(dataDenoiser(Float64Array.of(1, 2), 1)(Float64Array.of(NaN), Float64Array.of(1))[0]).toBeNaN();
  expect(() => dataDenoiser(new Float64Array(0), 2)).toThrow(
    "data: found 0 numbers; expected a multiple of 2"
  );
  expect(() => dataDenoiser(new Float64Array(5), 2)).toThrow("data: found 5 numbers");
});

test("select puts the k-th where a sort would, the smaller before it; the widest axis is the widest", () => {
  const rng = random(7);
  const values = Float64Array.from({length: 300}, (_, i) => (i % 3 ? rng.normal() : 0.5));
  for (const k of [0, 17, 150, 299]) {
    const items = Int32Array.from({length: 300}, (_, i) => i);
    select(items, 0, 299, k, (i) => values[i]);
    const sorted = values.slice().sort();
    expect(values[items[k]]).toBe(sorted[k]);
    items.forEach((item, at) => {
      if (at < k) expect(values[item]).toBeLessThanOrEqual(sorted[k]);
      else expect(values[item]).toBeGreaterThanOrEqual(sorted[k]);
    });
  }
  const points = Float64Array.of(0, 0, 9, 1, 5, 2);
  expect(widestAxis(points, 3, Int32Array.of(0, 1), 0, 2)).toBe(2);
  expect(widestAxis(points, 2, Int32Array.of(0, 1, 2), 0, 2)).toBe(0);
});
