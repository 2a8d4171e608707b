import {describe, expect, it} from "vitest";
import {realFft2} from "../../components/compute/fft.js";
import {random} from "../../components/compute/random.js";
import {uniformRotation} from "../../components/cryoem/poses.js";
import {projector} from "../../components/cryoem/project.js";
import {golden as files, hasFixtures, maxDifference} from "../golden.js";

const haveGolden = hasFixtures("cryodrgn-golden");
const goldenJson = files.json;
const golden = (file: string) => files.npy(file).data as Float64Array;

describe.skipIf(!haveGolden)("projection against the analytic golden images", () => {
  interface Golden {
    centres_xyz: number[][];
    sigma: number[];
    amp: number[];
    rotations: number[][][];
  }
  const g = haveGolden
    ? (goldenJson("e_projection.json") as Golden)
    : {centres_xyz: [], sigma: [], amp: [], rotations: []};
  const analytic = haveGolden ? golden("e_analytic_f64.npy") : new Float64Array();
  g.rotations.forEach((R, view) =>
    it(`view ${view}`, () => {
      const image = new Float64Array(32 * 32);
      g.centres_xyz.forEach((centre, i) => {
        // Positions and widths in pixels; a peak A of the volume integrates to A (2 pi)^(3/2) s^3.
        const weight = Float64Array.of(g.amp[i] * (2 * Math.PI) ** 1.5 * g.sigma[i] ** 3);
        projector(32, 1, g.sigma[i], 7).add(image, Float64Array.from(centre), weight, R.flat(), 0, 0);
      });
      expect(maxDifference(image, analytic.subarray(view * 1024, (view + 1) * 1024))).toBeLessThan(1e-9);
    })
  );
});

describe("projection", () => {
  const rng = random(5);
  const n = 40;
  const positions = Float64Array.from({length: 3 * n}, () => 30 * rng.normal());
  const weights = Float64Array.from({length: n}, () => 0.5 + rng.uniform());
  const [D, pixelSize, sigma] = [64, 6, 7];

  it("is the central slice of the structure's Fourier transform at (kx, ky, 0) R, shifted", () => {
    for (let trial = 0; trial < 3; ++trial) {
      const R = uniformRotation(rng);
      const shift = [4 * rng.normal(), 4 * rng.normal()];
      const image = new Float64Array(D * D);
      projector(D, pixelSize, sigma, 7).add(image, positions, weights, R, shift[0], shift[1]);
      const {forward, columns} = realFft2(D);
      const spectrum = new Float64Array(2 * D * columns);
      forward(spectrum, image);
      let worst = 0;
      const total = weights.reduce((a, b) => a + b);
      for (let ky = -20; ky <= 20; ky += 3)
        for (let kx = 0; kx <= 20; kx += 2) {
          const s = [kx / (D * pixelSize), ky / (D * pixelSize)];
          const k = [0, 1, 2].map((a) => s[0] * R[a] + s[1] * R[3 + a]);
          const envelope = Math.exp(-2 * (Math.PI * sigma) ** 2 * (s[0] ** 2 + s[1] ** 2));
          let [re, im] = [0, 0];
          for (let i = 0; i < n; ++i) {
            const dot = k[0] * positions[3 * i] + k[1] * positions[3 * i + 1] + k[2] * positions[3 * i + 2];
            const phase = 2 * Math.PI * (dot + (kx * shift[0] + ky * shift[1]) / D + (kx + ky) / 2);
            re += weights[i] * envelope * Math.cos(phase);
            im -= weights[i] * envelope * Math.sin(phase);
          }
          const at = 2 * (((ky + D) % D) * columns + kx);
          worst = Math.max(worst, Math.abs(spectrum[at] - re), Math.abs(spectrum[at + 1] - im));
        }
      // What is left is the aliasing of the Gaussian's tail beyond the sampling frequency.
      expect(worst / total).toBeLessThan(2e-4);
    }
  });

  it("sums to the weights, and puts a scatterer at (D/2 + x, D/2 + y) + shift", () => {
    const image = new Float64Array(D * D);
    const R = [0, -1, 0, 1, 0, 0, 0, 0, 1]; // x to y, y to -x
    projector(D, pixelSize, sigma).add(image, Float64Array.of(12, 30, 77), Float64Array.of(3), R, 1.5, -2);
    let [sum, x, y] = [0, 0, 0];
    image.forEach((v, i) => {
      sum += v;
      x += v * (i % D);
      y += v * Math.floor(i / D);
    });
    expect(sum).toBeCloseTo(3, 4);
    expect(x / sum).toBeCloseTo(D / 2 - 5 + 1.5, 4);
    expect(y / sum).toBeCloseTo(D / 2 + 2 - 2, 4);
  });

  it("leaves out what is beyond the box without wrapping it", () => {
    const image = new Float64Array(D * D);
    const far = Float64Array.of(6 * 40, 0, 0, 0, -6 * 33, 0);
    projector(D, pixelSize, sigma).add(image, far, Float64Array.of(1, 1), [1, 0, 0, 0, 1, 0, 0, 0, 1], 0, 0);
    expect(image[32 * D]).toBe(0);
    expect(image[0 * D + 32]).toBeGreaterThan(0);
    expect(image[63 * D + 32]).toBe(0);
  });
});
