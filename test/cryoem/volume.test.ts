import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {fourierCrop3} from "../../components/cryoem/fourierCrop.js";
import {hartley3} from "../../components/cryoem/hartley.js";
import {uniformRotation} from "../../components/cryoem/poses.js";
import {projector} from "../../components/cryoem/project.js";
import {densityMap} from "../../components/cryoem/volume.js";
import {maxDifference} from "../golden.js";

const rng = random(3);
const n = 60;
const positions = Float64Array.from({length: 3 * n}, () => 20 * rng.normal());
const weights = Float64Array.from({length: n}, () => 0.5 + rng.uniform());
const total = weights.reduce((a, b) => a + b);

/** Relative root mean square difference. */
function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [d, s] = [0, 0];
  for (let i = 0; i < a.length; ++i) {
    d += (a[i] - b[i]) ** 2;
    s += b[i] ** 2;
  }
  return Math.sqrt(d / s);
}

describe("density map", () => {
  it("sums to the weights and has its centre of mass where the scatterers have", () => {
    const D = 48;
    const map = densityMap(positions, weights, 5.5, D, 6);
    let sum = 0;
    const centre = [0, 0, 0];
    map.forEach((v, i) => {
      sum += v;
      centre[0] += v * ((i % D) - D / 2) * 6;
      centre[1] += v * ((Math.floor(i / D) % D) - D / 2) * 6;
      centre[2] += v * (Math.floor(i / D / D) - D / 2) * 6;
    });
    expect(sum / total).toBeCloseTo(1, 5);
    for (const a of [0, 1, 2]) {
      const want = weights.reduce((t, w, i) => t + w * positions[3 * i + a], 0) / total;
      expect(centre[a] / sum).toBeCloseTo(want, 3);
    }
  });

  it("summed along z is the projection of the same scatterers", () => {
    const D = 48;
    const map = densityMap(positions, weights, 5.5, D, 6);
    const summed = new Float64Array(D * D);
    map.forEach((v, i) => (summed[i % (D * D)] += v));
    const image = new Float64Array(D * D);
    projector(D, 6, 5.5).add(image, positions, weights, [1, 0, 0, 0, 1, 0, 0, 0, 1], 0, 0);
    expect(relative(summed, image)).toBeLessThan(2e-4);
  });

  it("of scatterers under half a voxel is the finer map cropped in Fourier space", () => {
    const fine = hartley3(fourierCrop3(densityMap(positions, weights, 5.5, 64, 6), 64, 32), 32);
    const coarse = hartley3(densityMap(positions, weights, 5.5, 32, 12), 32);
    const inside = (_: number, i: number) =>
      Math.hypot((i % 32) - 16, (Math.floor(i / 32) % 32) - 16, Math.floor(i / 1024) - 16) < 15.5;
    expect(relative(coarse.filter(inside), fine.filter(inside))).toBeLessThan(0.02);
  });

  it("of a turned structure is projected to the structure's projection in that pose", () => {
    const D = 48;
    const R = uniformRotation(rng);
    const turned = positions.map((_, i) => {
      const at = i - (i % 3);
      return [0, 1, 2].reduce((t, a) => t + R[3 * (i % 3) + a] * positions[at + a], 0);
    });
    const summed = new Float64Array(D * D);
    densityMap(turned, weights, 5.5, D, 6).forEach((v, i) => (summed[i % (D * D)] += v));
    const image = new Float64Array(D * D);
    projector(D, 6, 5.5).add(image, positions, weights, R, 0, 0);
    expect(maxDifference(summed, image) / Math.max(...image)).toBeLessThan(1e-3);
  });

  it("leaves out what is beyond the box", () => {
    const map = densityMap(Float64Array.of(6 * 30, 0, 0), Float64Array.of(1), 5.5, 48, 6);
    expect(Math.max(...map)).toBe(0);
  });
});
