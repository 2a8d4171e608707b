import {expect, test} from "vitest";
import {quiet} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {binMap, binnedSide} from "../../components/cryoem/binMap.js";
import {sliceProjector} from "../../components/cryoem/mapProjector.js";
import {densityMap} from "../../components/cryoem/volume.js";
import {writeMrc} from "../../components/formats/mrc.js";
import {surface} from "../../components/jobs/surface.js";
import {volumeFile} from "../../components/jobs/volumeFile.js";
import {maxDifference} from "../golden.js";

const D = 24;
const positions = Float64Array.of(10, 0, 5, -8, 12, -3);
const map = densityMap(positions, Float64Array.of(2, 3), 3, D, 2);
const context = {...quiet, partial: () => {}};
const load = (data: Float32Array, [nx, ny, nz] = [D, D, D], isStack = false) =>
  volumeFile({name: "v.mrc", blob: new Blob([writeMrc({nx, ny, nz, pixelSize: 2, data, isStack})])}, context);

test("a map is read, and its projection along z is the sum of its sections", async () => {
  const volume = await load(map);
  expect(volume).toMatchObject({D, pixelSize: 2, binning: 1, view: {D, voxelSize: 2}});
  expect(maxDifference(volume.view.map, map)).toBe(0);
  const image = new Float64Array(D * D);
  sliceProjector(volume.spectrum).project(image, [1, 0, 0, 0, 1, 0, 0, 0, 1], 0, 0);
  const sums = new Float64Array(D * D);
  map.forEach((v, i) => (sums[i % (D * D)] += v));
  expect(maxDifference(image, sums)).toBeLessThan(0.01 * Math.max(...sums));
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    "not cubic",
    () => load(map.slice(0, D * D * 4), [D, D, 4]),
    /nx, ny, nz: found 24 x 24 x 4; expected a cube/
  ],
  ["an odd box", () => load(new Float32Array(729).fill(1), [9, 9, 9]), /found 9; expected an even number/],
  ["constant", () => load(map.map(() => 3)), /found 3 everywhere/],
  ["NaN", () => load(map.map((v, i) => (i === 5000 ? NaN : v))), /section 9, row 17, column 9: found NaN/]
])("a map that is %s is refused", async (_, read, message) => {
  await expect(read()).rejects.toThrow(message);
});

test("binning keeps the mean, and the origin at the middle voxel", () => {
  const noise = random(1).fillNormal(new Float32Array(20 ** 3));
  const side = binnedSide(20, 3);
  const coarse = binMap(noise, 20, 3);
  expect(side).toBe(8);
  const sum = (a: Float32Array) => a.reduce((x, y) => x + y, 0);
  expect(sum(coarse) * 27).toBeCloseTo(sum(noise), 2);
  const point = new Float32Array(20 ** 3);
  point[(10 * 20 + 10) * 20 + 10] = 27;
  expect(binMap(point, 20, 3)[(4 * side + 4) * side + 4]).toBeCloseTo(1, 6);
  expect(binMap(noise, 20, 1)).toBe(noise);
});

test("a structure's surface lies about its atoms, and closer at a higher level", () => {
  const input = {positions, weights: Float64Array.of(2, 3), resolution: 8};
  const reach = (level: number) => {
    const {positions: p, indices} = surface({...input, level});
    expect(indices.length).toBeGreaterThan(100);
    let most = 0;
    for (let i = 0; i < p.length; i += 3) {
      const distances = [0, 3].map((a) => Math.hypot(p[i] - positions[a], p[i + 1] - positions[a + 1], p[i + 2] - positions[a + 2])); // prettier-ignore
      most = Math.max(most, Math.min(...distances));
    }
    return most;
  };
  expect(reach(2)).toBeLessThan(8);
  expect(reach(6)).toBeLessThan(reach(2));
});
