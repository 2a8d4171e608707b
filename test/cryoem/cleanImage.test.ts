import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {cleanImages, exactImages} from "../../components/cryoem/cleanImage.js";
import type {Ctf} from "../../components/cryoem/ctf.js";
import {uniformRotation} from "../../components/cryoem/poses.js";
import {pseudoProtein} from "../../components/cryoem/pseudoProtein.js";

const protein = pseudoProtein({
  seed: 1,
  baseSubunits: 6,
  armSubunits: 4,
  residuesPerSubunit: [240, 320],
  sigma: 5.5
});

/** Largest and root mean square difference of two images, in deviations of the second. */
function difference(a: Float32Array, b: Float32Array): {most: number; rms: number} {
  let [most, squares, sum, sum2] = [0, 0, 0, 0];
  b.forEach((v, i) => {
    most = Math.max(most, Math.abs(a[i] - v));
    squares += (a[i] - v) ** 2;
    sum += v;
    sum2 += v * v;
  });
  const deviation = Math.sqrt(sum2 / b.length - (sum / b.length) ** 2);
  return {most: most / deviation, rms: Math.sqrt(squares / b.length) / deviation};
}

const ctf: Ctf = {
  defocusU: 21000,
  defocusV: 18500,
  astigmatismAngle: 35,
  voltage: 300,
  sphericalAberration: 2.7,
  amplitudeContrast: 0.1,
  phaseShift: 20
};

describe("images by the kernel", () => {
  it.each([
    ["linear1d's", 128, 6, 5.5],
    ["a box that the structure outgrows", 32, 6, 5.5],
    ["fine pixels, where the phase turns hundreds of times", 256, 1, 5.5],
    ["wide Gaussians", 64, 12, 40],
    ["the least box", 8, 60, 60],
    ["another", 16, 30, 25]
  ])("are those in float64, to 1e-5 of their deviation: %s", (_, D, pixelSize, sigma) => {
    const structure = {...protein, sigma};
    const [fast, exact] = [cleanImages, exactImages].map((make) => make(structure, D, pixelSize));
    const rng = random(D);
    for (let k = 0; k < 6; ++k) {
      const R = uniformRotation(rng);
      const shift = [3 * rng.normal(), 3 * rng.normal()] as const;
      const draw = {...ctf, defocusU: 21000 + 4000 * rng.normal(), bFactor: k < 3 ? 0 : 80};
      const [a, b] = [fast, exact].map((make) =>
        make(new Float32Array(D * D), structure.positions, R, shift, draw)
      );
      const {most, rms} = difference(a, b);
      expect(most).toBeLessThan(1e-5);
      expect(rms).toBeLessThan(2e-6);
      expect(rms).toBeGreaterThan(0); // it is another way
    }
  });

  it("do not depend on the images before them", () => {
    const R = uniformRotation(random(1));
    const make = cleanImages(protein, 128, 6);
    const first = make(new Float32Array(128 * 128), protein.positions, R, [1, 2], ctf);
    make(new Float32Array(128 * 128), protein.positions, uniformRotation(random(2)), [-60, 60], {...ctf, bFactor: 300});
    expect(make(new Float32Array(128 * 128), protein.positions, R, [1, 2], ctf)).toEqual(first);
  }); // prettier-ignore

  it.each([
    ["in a box that is no power of two", 36, 5.5],
    ["of Gaussians under 0.7 pixel", 32, 12]
  ])("are made in float64 %s", (_, D, pixelSize) => {
    const R = uniformRotation(random(1));
    const [a, b] = [cleanImages, exactImages].map((make) =>
      make(protein, D, pixelSize)(new Float32Array(D * D), protein.positions, R, [1, 2], ctf)
    );
    expect(a).toEqual(b);
  });
});
