import {expect, it} from "vitest";
import {lowPass} from "../../components/cryoem/lowPass.js";

const [D, pixelSize] = [64, 5];
/** A wave of (kx, ky) periods a box. */
const wave = (kx: number, ky: number) =>
  Float32Array.from({length: D * D}, (_, i) =>
    Math.cos((2 * Math.PI * (kx * (i % D) + ky * Math.floor(i / D))) / D)
  );
const power = (x: Float32Array) => x.reduce((a, v) => a + v * v, 0);

it("halves the power at its resolution, in every direction, and leaves the mean alone", () => {
  const filter = lowPass(D, pixelSize, (D * pixelSize) / 10); // ten periods a box
  for (const [kx, ky] of [
    [10, 0],
    [0, 10],
    [6, 8],
    [6, -8]
  ])
    // prettier-ignore
    expect(power(filter(wave(kx, ky))) / power(wave(kx, ky))).toBeCloseTo(0.5, 4);
  expect(power(filter(wave(20, 0))) / power(wave(20, 0))).toBeCloseTo(1 / 16, 4);
  expect(filter(new Float32Array(D * D).fill(3)).every((v) => Math.abs(v - 3) < 1e-5)).toBe(true);
});
