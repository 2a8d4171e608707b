import {expect, test} from "vitest";
import {averageCopies, type Average, type AverageInput} from "../../components/jobs/averageCopies.js";
import {jobContext, quiet} from "../../components/compute/job.js";
import {imageSteps, moments, sum, unitNoise} from "../../components/cryoem/imageSteps.js";
import {halfFrequency} from "../../components/cryoem/powerSpectrum.js";
import {projector} from "../../components/cryoem/project.js";
import {maxDifference} from "../golden.js";

const D = 64;
const pixelSize = 6;
const image = new Float64Array(D * D);
projector(D, pixelSize, 6).add(image, Float64Array.of(40, 0, 10, -30, 50, 0, -20, -40, 5), Float64Array.of(3, 2, 4), [1, 0, 0, 0, 1, 0, 0, 0, 1], 0, 0); // prettier-ignore
const input: AverageInput = {
  projection: Float32Array.from(image),
  D,
  pixelSize,
  ctf: {defocusU: 20000, defocusV: 20000, astigmatismAngle: 0, voltage: 300, sphericalAberration: 2, amplitudeContrast: 0.1, phaseShift: 0}, // prettier-ignore
  defocusSpread: 0,
  sigma: 0.1,
  copies: 256,
  seed: 4
};
const context = {...quiet, partial: () => {}};

test("the average is that of the phase-flipped images, made one by one", async () => {
  const steps = imageSteps(D);
  const transfer = steps.transfer(input.ctf, pixelSize);
  const clean = steps.image(steps.spectrum(image), transfer);
  const signs = transfer.map((t) => (t < 0 ? -1 : 1));
  const expected = new Float32Array(D * D);
  for (let i = 0; i < 3; ++i) {
    const flipped = steps.image(steps.spectrum(sum(clean, unitNoise(D, 4, i), 0.1)), signs);
    flipped.forEach((v, p) => (expected[p] += v / 3));
  }
  const {image: found} = await averageCopies({...input, copies: 3}, context);
  expect(maxDifference(found, expected)).toBeLessThan(1e-6);
});

test("its SNR grows in proportion to the number of copies", async () => {
  const parts: Average[] = [];
  const {snr} = await averageCopies(input, {...quiet, partial: (p: Average) => void parts.push(p)});
  expect(snr.map(({n}) => n)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
  expect(parts).toHaveLength(8);
  for (const {n, snr: value} of snr) expect(value / snr[0].snr / n).toBeCloseTo(1, 1);
});

test("defoci that differ leave no frequency without signal", async () => {
  const quietInput = {...input, sigma: 0, copies: 128};
  const least = async (defocusSpread: number) => {
    const average = await averageCopies({...quietInput, defocusSpread}, context);
    const steps = imageSteps(D);
    const spectrum = steps.spectrum(average.image);
    const object = steps.spectrum(image);
    let lowest = Infinity;
    for (let k = 0; k < spectrum.length / 2; ++k) {
      if (Math.hypot(...halfFrequency(k, D)) < 10) continue; // the CTF's own fall towards frequency 0
      const size = Math.hypot(object[2 * k], object[2 * k + 1]);
      if (size > 0.02) lowest = Math.min(lowest, Math.hypot(spectrum[2 * k], spectrum[2 * k + 1]) / size);
    }
    return lowest;
  };
  expect(await least(0)).toBeLessThan(0.05);
  expect(await least(3000)).toBeGreaterThan(0.15);
  expect(moments((await averageCopies(quietInput, context)).image).variance).toBeGreaterThan(0);
});

test("it can be cancelled", async () => {
  const controller = new AbortController();
  const work = averageCopies({...input, copies: 1e6}, {...jobContext(controller.signal), partial: () => controller.abort(new Error("enough"))}); // prettier-ignore
  await expect(work).rejects.toThrow("enough");
});
