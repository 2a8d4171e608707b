import {expect, test} from "vitest";
import {
  correlation,
  lowPass,
  mapVector,
  sphere,
  varyingVoxels
} from "../../components/analysis/mapCorrelation.js";
import {random} from "../../components/compute/random.js";

const D = 16;
const gaussian = (sigma: number, shift = 0) =>
  Float32Array.from({length: D ** 3}, (_, i) => {
    const [x, y, z] = [i % D, Math.floor(i / D) % D, Math.floor(i / D / D)].map((c) => c - D / 2);
    return Math.exp(-((x - shift) ** 2 + y * y + z * z) / (2 * sigma * sigma)) / sigma ** 3;
  });
const between = (a: Float32Array, b: Float32Array) =>
  correlation(mapVector(a, sphere(D)), mapVector(b, sphere(D)));

test("a Gaussian convolved with a Gaussian is the Gaussian of the summed variances", () => {
  const wide = lowPass(gaussian(1.2), D, 1.6);
  const expected = gaussian(2);
  const error = Math.max(...wide.map((v, i) => Math.abs(v - expected[i])));
  expect(error).toBeLessThan(2e-3 * Math.max(...expected));
});

test("the correlation ignores scale and offset, and sees a shift", () => {
  const a = gaussian(2);
  expect(between(a, a)).toBeCloseTo(1, 5);
  expect(
    between(
      a,
      a.map((v) => 7 - 3 * v)
    )
  ).toBeCloseTo(-1, 5);
  // Two Gaussians sigma apart by t overlap by exp(-t^2 / 4 sigma^2), less what taking the mean off costs.
  expect(between(a, gaussian(2, 3))).toBeGreaterThan(0.4);
  expect(between(a, gaussian(2, 3))).toBeLessThan(Math.exp(-9 / 16));
});

test("what lies outside the sphere does not count; NaN is refused", () => {
  const a = random(3).fillNormal(new Float32Array(D ** 3));
  const b = a.slice();
  b[0] = 1e6;
  expect(between(a, b)).toBeCloseTo(1, 6);
  b[(D ** 3 + D * D + D) / 2] = NaN;
  expect(() => mapVector(b, sphere(D))).toThrow("map: found NaN");
});

test("the voxels that vary are those that do, by the fraction asked for", () => {
  const maps = [0, 1, 2].map((k) => Float32Array.of(5, k, 0.1 * k, 7));
  expect(Array.from(varyingVoxels(maps, 0.5))).toEqual([1]);
  expect(Array.from(varyingVoxels(maps, 0.05))).toEqual([1, 2]);
  expect(varyingVoxels([maps[0], maps[0]], 0.5)).toHaveLength(0);
});
