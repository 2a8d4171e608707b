import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {isosurface, type Isosurface} from "../../components/analysis/isosurface.js";

/** [D, D, D] map of a function of the position relative to voxel D/2. */
function sample(D: number, f: (x: number, y: number, z: number) => number): Float32Array {
  const map = new Float32Array(D ** 3);
  for (let i = 0; i < map.length; ++i) {
    map[i] = f((i % D) - D / 2, (Math.floor(i / D) % D) - D / 2, Math.floor(i / D / D) - D / 2);
  }
  return map;
}

/** Area and enclosed volume (divergence theorem; positive when triangles face outwards). */
function measure({positions, indices}: Isosurface) {
  let area = 0;
  let volume = 0;
  const p = (i: number) => positions.subarray(3 * i, 3 * i + 3);
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [p(indices[i]), p(indices[i + 1]), p(indices[i + 2])];
    const u = [0, 1, 2].map((k) => b[k] - a[k]);
    const v = [0, 1, 2].map((k) => c[k] - a[k]);
    const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    area += Math.hypot(n[0], n[1], n[2]) / 2;
    volume += (n[0] * a[0] + n[1] * a[1] + n[2] * a[2]) / 6;
  }
  return {area, volume};
}

/** Number of directed edges that have no partner in the opposite direction: 0 for a closed, oriented surface. */
function unpaired({indices}: Isosurface): number {
  const count = new Map<string, number>();
  for (let i = 0; i < indices.length; i += 3) {
    for (let k = 0; k < 3; ++k) {
      const [a, b] = [indices[i + k], indices[i + ((k + 1) % 3)]];
      const key = a < b ? `${a},${b}` : `${b},${a}`;
      count.set(key, (count.get(key) ?? 0) + (a < b ? 1 : -1));
    }
  }
  return [...count.values()].filter((n) => n !== 0).length;
}

const ballOf = (r: number, D: number, voxelSize = 1) =>
  isosurface(
    sample(D, (x, y, z) => -Math.hypot(x, y, z)),
    D,
    -r,
    voxelSize
  );

describe("a ball of radius r", () => {
  const r = 10.3;
  const ball = ballOf(r, 32);
  test("has area 4 pi r^2 and volume 4 pi r^3 / 3, with an error of second order", () => {
    const [coarse, fine] = [ball, ballOf(2 * r, 64)].map((surface, i) => {
      const {area, volume} = measure(surface);
      const R = r * (i + 1);
      return {area: 1 - area / (4 * Math.PI * R ** 2), volume: 1 - volume / ((4 / 3) * Math.PI * R ** 3)};
    });
    expect(Math.abs(coarse.area)).toBeLessThan(0.01);
    expect(Math.abs(coarse.volume)).toBeLessThan(0.01);
    expect(coarse.volume / fine.volume).toBeGreaterThan(3);
    expect(coarse.area / fine.area).toBeGreaterThan(3);
  });
  test("is closed, and has Euler's number 2", () => {
    expect(unpaired(ball)).toBe(0);
    const vertices = ball.positions.length / 3;
    const triangles = ball.indices.length / 3;
    expect(vertices - (3 * triangles) / 2 + triangles).toBe(2);
  });
  test("has normals that point outwards from its centre, voxel D/2", () => {
    for (let i = 0; i < ball.positions.length; i += 3) {
      const dot = [0, 1, 2].reduce((sum, k) => sum + ball.positions[i + k] * ball.normals[i + k], 0);
      expect(dot / Math.hypot(...ball.positions.subarray(i, i + 3))).toBeGreaterThan(0.99);
    }
  });
  test("scales with the voxel size", () => {
    const doubled = ballOf(r, 32, 2);
    expect(measure(doubled).volume / measure(ball).volume).toBeCloseTo(8, 4);
  });
});

test("noise, which meets every case of the table, gives a closed surface that bounds what is inside", () => {
  const D = 12;
  const map = random(1).fillNormal(new Float32Array(D ** 3));
  const surface = isosurface(map, D, 0);
  expect(unpaired(surface)).toBe(0);
  expect(measure(surface).volume).toBeGreaterThan(0);
  for (const i of surface.indices) expect(i).toBeLessThan(surface.positions.length / 3);
});

test("a map that is dense up to its border is closed there", () => {
  const D = 6;
  const surface = isosurface(new Float32Array(D ** 3).fill(1), D, 0.5);
  expect(unpaired(surface)).toBe(0);
  expect(measure(surface).volume).toBeCloseTo((D - 1) ** 3, 3);
});

test("a level nothing reaches gives an empty surface; a wrong size or level is refused", () => {
  expect(isosurface(new Float32Array(8), 2, 1).indices).toHaveLength(0);
  expect(() => isosurface(new Float32Array(9), 2, 1)).toThrow("found 9 voxels; expected 2^3");
  expect(() => isosurface(new Float32Array(8), 2, NaN)).toThrow("level: found NaN");
});
