import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {ctfValue, type Ctf} from "../../components/cryoem/ctf.js";
import {imageSteps, moments, sum, unitNoise} from "../../components/cryoem/imageSteps.js";
import {
  addPower,
  centredHalf,
  halfFrequency,
  ringMeans,
  runningMean
} from "../../components/cryoem/powerSpectrum.js";
import {maxDifference} from "../golden.js";

const ctf: Ctf = {
  defocusU: 18000,
  defocusV: 11000,
  astigmatismAngle: 25,
  voltage: 200,
  sphericalAberration: 2,
  amplitudeContrast: 0.07,
  phaseShift: 10
};

test.each([16, 20])(
  "an image comes back from its spectrum, and a factor acts on each frequency (D = %i)",
  (D) => {
    const steps = imageSteps(D);
    const image = unitNoise(D, 3);
    const spectrum = steps.spectrum(image);
    const kept = spectrum.slice();
    expect(maxDifference(steps.image(spectrum), image)).toBeLessThan(1e-6);
    expect(spectrum).toEqual(kept); // an input is not changed
    const twice = steps.image(spectrum, new Float64Array(spectrum.length / 2).fill(2));
    expect(
      maxDifference(
        twice,
        image.map((v) => 2 * v)
      )
    ).toBeLessThan(1e-6);
  }
);

test("the transfer is the CTF at each frequency of the half spectrum", () => {
  const D = 12;
  const pixelSize = 2.5;
  const transfer = imageSteps(D).transfer(ctf, pixelSize);
  for (let k = 0; k < transfer.length; ++k) {
    const [kx, ky] = halfFrequency(k, D);
    expect(transfer[k]).toBeCloseTo(ctfValue(ctf, kx / (D * pixelSize), ky / (D * pixelSize)), 9);
  }
});

test("noise is standard normal, the same for the same seed and copy, and another for another", () => {
  const noise = unitNoise(128, 5, 2);
  const {mean, variance} = moments(noise);
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  expect(unitNoise(128, 5, 2)).toEqual(noise);
  expect(unitNoise(128, 5, 3)).not.toEqual(noise);
  expect(sum(noise, noise, -1).every((v) => v === 0)).toBe(true);
});

test("a half array becomes an image that is even about its centre", () => {
  const D = 8;
  const half = random(1).fillNormal(new Float64Array(D * (D / 2 + 1)));
  const image = centredHalf(half, D);
  const at = (x: number, y: number) => image[(y + D / 2) * D + x + D / 2];
  expect(at(0, 0)).toBe(Math.fround(half[0]));
  expect(at(2, 1)).toBe(Math.fround(half[(D / 2 + 1) * 1 + 2]));
  expect(at(2, -1)).toBe(Math.fround(half[(D / 2 + 1) * 7 + 2]));
  for (let y = 1 - D / 2; y < D / 2; ++y) for (let x = 1; x < D / 2; ++x) expect(at(-x, -y)).toBe(at(x, y));
});

test("power adds up to Parseval's sum", () => {
  const D = 16;
  const image = unitNoise(D, 9);
  const power = new Float64Array(D * (D / 2 + 1));
  addPower(power, imageSteps(D).spectrum(image));
  let total = 0;
  power.forEach((p, k) => (total += (halfFrequency(k, D)[0] % (D / 2) === 0 ? 1 : 2) * p));
  const squares = image.reduce((all, v) => all + v * v, 0);
  expect(total / D ** 2 / squares).toBeCloseTo(1, 6);
});

test("ring means follow the astigmatism of a CTF: rings that are elliptical stay sharp", () => {
  const D = 256;
  const transfer = imageSteps(D)
    .transfer({...ctf, sphericalAberration: 0, bFactor: 0}, 1.5)
    .map((t) => t * t);
  const contrast = (means: Float64Array) => {
    const outer = means.subarray(20, 40);
    return Math.max(...outer) - Math.min(...outer);
  };
  const straight = ringMeans(transfer, D);
  const following = ringMeans(transfer, D, ctf);
  expect(contrast(following)).toBeGreaterThan(0.9);
  expect(contrast(straight)).toBeLessThan(0.7 * contrast(following));
  expect(ringMeans(new Float64Array(transfer.length).fill(3), D)[17]).toBe(3);
});

test("a running mean is the value itself where nothing changes, and halves a step at its foot", () => {
  expect([...runningMean([2, 2, 2, 2], 1)]).toEqual([2, 2, 2, 2]);
  expect([...runningMean([0, 0, 3, 3], 1)]).toEqual([0, 1, 2, 3]);
});
