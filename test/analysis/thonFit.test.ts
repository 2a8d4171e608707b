import {expect, test} from "vitest";
import {thonFit, thonSpectrum} from "../../components/analysis/thonFit.js";
import {quiet} from "../../components/compute/job.js";
import type {Ctf} from "../../components/cryoem/ctf.js";
import {imageSteps} from "../../components/cryoem/imageSteps.js";
import {thonRings} from "../../components/jobs/thonRings.js";

const ctf: Ctf = {
  defocusU: 15000,
  defocusV: 12500,
  astigmatismAngle: 40,
  voltage: 300,
  sphericalAberration: 2.7,
  amplitudeContrast: 0.1,
  phaseShift: 0,
  bFactor: 60
};
const D = 128;
const pixelSize = 2;
const context = {...quiet, partial: () => {}};

test("a simulated micrograph has the power CTF^2 + noise, within what its tiles leave to chance", async () => {
  const tiles = 200;
  const noise = 0.5;
  const power = await thonRings({D, pixelSize, ctf, noise, tiles, seed: 1}, context);
  const transfer = imageSteps(D).transfer(ctf, pixelSize);
  let worst = 0;
  let squares = 0;
  power.forEach((p, k) => {
    const relative = p / (transfer[k] ** 2 + noise) - 1;
    worst = Math.max(worst, Math.abs(relative));
    squares += relative ** 2;
  });
  // The mean of 200 exponential variables scatters by 1/sqrt(200).
  expect(Math.sqrt(squares / power.length) * Math.sqrt(tiles)).toBeCloseTo(1, 1);
  expect(worst).toBeLessThan(6 / Math.sqrt(tiles));
});

test("the agreement is largest at the true defocus and astigmatism", async () => {
  const spectrum = thonSpectrum(
    await thonRings({D, pixelSize, ctf, noise: 0.3, tiles: 60, seed: 2}, context),
    D,
    pixelSize
  );
  const score = (change: Partial<Ctf>) => thonFit(spectrum, {...ctf, ...change}).score;
  const best = score({});
  expect(best).toBeGreaterThan(0.6);
  for (const change of [
    {defocusU: 15600},
    {defocusU: 14400},
    {defocusV: 13100},
    {defocusV: 11900},
    {astigmatismAngle: 60},
    {astigmatismAngle: 20},
    {defocusU: 12500, defocusV: 15000}
  ])
    expect(score(change), JSON.stringify(change)).toBeLessThan(best - 0.02);
  expect(Math.abs(score({defocusU: 5000, defocusV: 5000}))).toBeLessThan(0.3);
});

test("without noise the agreement is nearly 1", () => {
  const power = imageSteps(D)
    .transfer(ctf, pixelSize)
    .map((t) => t * t + 0.2);
  expect(thonFit(thonSpectrum(power, D, pixelSize), ctf).score).toBeGreaterThan(0.9);
});
