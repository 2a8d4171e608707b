import {readFileSync} from "node:fs";
import {beforeAll, describe, expect, it} from "vitest";
import {fft3, realFft2} from "../../components/compute/fft.js";
import {random} from "../../components/compute/random.js";
import {imageError} from "../../components/cryoem/imageError.js";
import type {Interpolation} from "../../components/cryoem/interpolationKernel.js";
import {mapProjector, mapSpectrum, paddedSide} from "../../components/cryoem/mapProjector.js";
import {uniformRotation} from "../../components/cryoem/poses.js";
import {projector} from "../../components/cryoem/project.js";
import {rayProjection} from "../../components/cryoem/rayProjection.js";
import {densityMap} from "../../components/cryoem/volume.js";
import {readMrc} from "../../components/formats/mrc.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readPickles} from "../../components/formats/pickle.js";
import {fixtures, golden, hasFixtures, maxDifference} from "../golden.js";

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const fixture = (file: string) => new Uint8Array(readFileSync(new URL(file, fixtures)));

describe.skipIf(!hasFixtures("cryodrgn-golden"))("projections of the golden map", () => {
  const views: number[][] = [];
  let map: Float32Array;
  const images = (file: string, view: number) =>
    (golden.npy(file).data as Float64Array).subarray(view * 1024, (view + 1) * 1024);
  beforeAll(() => {
    views.push(...golden.json("e_projection.json").rotations.map((R: number[][]) => R.flat()));
    map = readMrc(fixture("cryodrgn-golden/e_vol32.mrc"), "e_vol32.mrc").data;
  });

  it("are the analytic images and the slices of the exact transform, to the stated error", async () => {
    for (const [padding, bound] of [[2, 1.2e-3], [4, 4e-4]]) {
      const {project} = await mapProjector(map, 32, {padding});
      views.forEach((R, view) => {
        const image = new Float64Array(1024);
        project(image, R, 0, 0);
        for (const file of ["e_analytic_f64.npy", "e_slice_iht_f64.npy"])
          expect(imageError(image, images(file, view)).relativeL2, `${file} ${view}`).toBeLessThan(bound);
      });
    }
  }); // prettier-ignore

  it("by rays are those of cryoDRGN's project3d", () => {
    views.forEach((R, view) => {
      const want = images("e_project3d_aligned_f32.npy", view);
      const scale = want.reduce((m, v) => Math.max(m, v), 0);
      expect(maxDifference(rayProjection(map, 32, R), want) / scale).toBeLessThan(2e-6);
    });
  });
});

/** Scatterers in a ball (of radius 0.35 D), their map and their exact projections. */
function scattered(D: number, sigma: number, n = 300, radius = 0.35 * D) {
  const rng = random(3);
  const positions = new Float64Array(3 * n);
  for (let i = 0; i < n;) {
    const p = [0, 1, 2].map(() => (2 * rng.uniform() - 1) * radius);
    if (Math.hypot(...p) > radius) continue;
    positions.set(p, 3 * i++);
  }
  const weights = Float64Array.from({length: n}, () => 0.5 + rng.uniform());
  const exact = projector(D, 1, sigma, 7);
  return {
    map: densityMap(positions, weights, sigma, D, 1),
    exact(R: ArrayLike<number>, shiftX: number, shiftY: number) {
      const image = new Float64Array(D * D);
      exact.add(image, positions, weights, R, shiftX, shiftY);
      return image;
    }
  };
}

describe("central slices", () => {
  // The table in mapProjector.ts: padding, and the error for each interpolation without and with correction.
  const D = 64;
  const scene = scattered(D, 1.5);
  it.each([
    [1, "trilinear", false, 0.182],
    [1, "trilinear", true, 0.191],
    [1, "kaiserBessel", false, 0.545],
    [1, "kaiserBessel", true, 0.0116],
    [2, "trilinear", false, 0.0491],
    [2, "trilinear", true, 0.04],
    [2, "kaiserBessel", false, 0.131],
    [2, "kaiserBessel", true, 0.000564],
    [4, "trilinear", false, 0.0125],
    [4, "trilinear", true, 0.00958],
    [4, "kaiserBessel", false, 0.0301],
    [4, "kaiserBessel", true, 0.000226]
  ] as [number, Interpolation, boolean, number][])(
    "padded %d times, %s, corrected %s: error %d",
    async (padding, interpolation, correction, stated) => {
      const {project} = await mapProjector(scene.map, D, {padding, interpolation, correction});
      const rng = random(9);
      const image = new Float64Array(D * D);
      let error = 0;
      for (let k = 0; k < 20; ++k) {
        const R = uniformRotation(rng);
        project(image, R, 1.3, -2.1);
        error += imageError(image, scene.exact(R, 1.3, -2.1)).relativeL2 / 20;
      }
      expect(error).toBeGreaterThan(0.95 * stated);
      expect(error).toBeLessThan(1.05 * stated);
    }
  );

  it("are those of the transform of the projection", async () => {
    const {project, halfSlice} = await mapProjector(scene.map, D);
    const R = uniformRotation(random(2));
    const image = new Float64Array(D * D);
    const fourier = realFft2(D);
    const [slice, ofImage, ofExact] = [0, 1, 2].map(() => new Float64Array(2 * D * fourier.columns));
    halfSlice(slice, R);
    project(image, R, 0, 0);
    fourier.forward(ofImage, image);
    expect(maxDifference(slice, ofImage) / slice[0]).toBeLessThan(1e-12);
    fourier.forward(ofExact, scene.exact(R, 0, 0));
    expect(imageError(slice, ofExact).relativeL2).toBeLessThan(1e-3);
  });

  it("keep the sum of the map, and every frequency inside the circle, where nothing is turned", async () => {
    // White noise in an eighth of the box: the projection is the sum along z, but for the corners of its transform.
    const map = new Float32Array(32 ** 3);
    const rng = random(4);
    for (let z = 12; z < 20; ++z)
      for (let y = 12; y < 20; ++y) for (let x = 12; x < 20; ++x) map[(z * 32 + y) * 32 + x] = rng.normal();
    const sum = new Float64Array(1024);
    map.forEach((v, i) => (sum[i % 1024] += v));
    const {halfSlice} = await mapProjector(map, 32, {padding: 4});
    const fourier = realFft2(32);
    const [slice, want] = [0, 1].map(() => new Float64Array(2 * 32 * 17));
    halfSlice(slice, identity);
    fourier.forward(want, sum);
    for (let i = 0; i < want.length; ++i) {
      const [kx, row] = [(i >> 1) % 17, Math.floor(i / 34)];
      const inside = Math.hypot(kx, row < 16 ? row : row - 32) < 16;
      expect(Math.abs(slice[i] - (inside ? want[i] : 0))).toBeLessThan(0.05);
    }
  });

  it("turn and shift as the conventions say, in boxes of any even size", async () => {
    for (const D of [20, 26, 32]) {
      const scene = scattered(D, 1.5, 20, 0.15 * D);
      const {project} = await mapProjector(scene.map, D);
      const image = new Float64Array(D * D);
      const turn = [0, -1, 0, 1, 0, 0, 0, 0, 1];
      project(image, turn, 0.75, -1.5);
      expect(imageError(image, scene.exact(turn, 0.75, -1.5)).relativeL2).toBeLessThan(2e-3);
    }
  });

  it("pad to at most 256 unless asked to", () => {
    expect([16, 64, 100, 128, 200, 256, 300].map((D) => paddedSide(D))).toEqual([32, 128, 256, 256, 256, 256, 300]);
    expect([paddedSide(200, 2), paddedSide(200, 1), paddedSide(64, 3)]).toEqual([512, 200, 256]);
    expect(() => paddedSide(64, 0.5)).toThrow("padding: found 0.5; expected a number from 1 to 8");
  }); // prettier-ignore

  it("yield while they are prepared, and stop when told to", async () => {
    let turns = 0;
    await mapSpectrum(scene.map, D, {turn: async () => void ++turns});
    expect(turns).toBeGreaterThan(100);
    const stop = mapSpectrum(scene.map, D, {turn: () => Promise.reject(new Error("enough"))});
    await expect(stop).rejects.toThrow("enough");
    await expect(mapProjector(new Float32Array(26), 3)).rejects.toThrow(
      "map: found 26 voxels, box 3; expected"
    );
  });
});

describe.skipIf(!hasFixtures("real"))("projections of a hand", () => {
  it("reconstructed from 80 images by their rotations are the other 20 images", async () => {
    const stack = readMrc(fixture("real/hand.mrcs"), "hand.mrcs");
    const [rotations] = readPickles(fixture("real/hand_rot.pkl"), "hand_rot.pkl") as unknown as [NdArray];
    const R = (i: number) => Array.from(rotations.data.slice(9 * i, 9 * i + 9), Number);
    const D = stack.nx;
    const image = (i: number) => stack.data.subarray(i * D * D, (i + 1) * D * D);
    const map = reconstruct(
      D,
      Array.from({length: 80}, (_, i) => ({image: image(i), R: R(i)}))
    );
    const {project} = await mapProjector(map, D);
    const made = new Float64Array(D * D);
    let mean = 0;
    for (let i = 80; i < 100; ++i) {
      project(made, R(i), 0, 0);
      const correlation = 1 - imageError(made, image(i)).decorrelation;
      expect(correlation).toBeGreaterThan(0.97);
      mean += correlation / 20;
    }
    console.log(`correlation with the 20 images held out: ${mean.toFixed(4)}`);
  });
});

/** The map whose central slices are the transforms of the images, by trilinear insertion: the adjoint of a projection. */
function reconstruct(D: number, views: {image: Float32Array; R: number[]}[]): Float32Array {
  const data = new Float64Array(2 * D ** 3);
  const weight = new Float64Array(D ** 3);
  const fourier = realFft2(D);
  const spectrum = new Float64Array(2 * D * fourier.columns);
  for (const {image, R} of views) {
    fourier.forward(spectrum, image);
    for (let ky = 1 - D / 2; ky < D / 2; ++ky)
      for (let kx = 0; Math.hypot(kx, ky) < D / 2 - 1; ++kx) {
        const at = 2 * (((ky + D) % D) * fourier.columns + kx);
        const sign = (kx + ky) % 2 ? -1 : 1;
        for (const half of [1, -1]) {
          const k = [0, 1, 2].map((a) => half * (kx * R[a] + ky * R[3 + a]));
          for (let corner = 0; corner < 8; ++corner) {
            const p = k.map((v, a) => Math.floor(v) + ((corner >> a) & 1));
            const w = p.reduce((product, v, a) => product * (1 - Math.abs(v - k[a])), 1);
            const [x, y, z] = p.map((v) => (v + D) % D);
            const to = (z * D + y) * D + x;
            data[2 * to] += w * sign * spectrum[at];
            data[2 * to + 1] += w * sign * half * spectrum[at + 1];
            weight[to] += w;
          }
        }
      }
  }
  for (let i = 0; i < weight.length; ++i) {
    // The origin to voxel (D/2, D/2, D/2).
    const odd = ((i % D) + (Math.floor(i / D) % D) + Math.floor(i / (D * D))) % 2;
    const scale = (odd ? -1 : 1) / Math.max(weight[i], 0.01);
    data[2 * i] *= scale;
    data[2 * i + 1] *= scale;
  }
  fft3(data, D, "inverse");
  return Float32Array.from({length: D ** 3}, (_, i) => data[2 * i]);
}
