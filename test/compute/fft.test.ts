import {describe, expect, it} from "vitest";
import {fft, fft3, realFft2} from "../../components/compute/fft.js";
import {random} from "../../components/compute/random.js";
import {maxDifference} from "../golden.js";

const noise = (n: number) => random(2, n).fillNormal(new Float64Array(n));

/** The definition: F_k = sum_x f_x exp(-2 pi i k x / n). */
function sum(data: Float64Array): Float64Array {
  const n = data.length / 2;
  const out = new Float64Array(2 * n);
  for (let k = 0; k < n; ++k)
    for (let x = 0; x < n; ++x) {
      const [c, s] = [Math.cos((2 * Math.PI * k * x) / n), -Math.sin((2 * Math.PI * k * x) / n)];
      out[2 * k] += data[2 * x] * c - data[2 * x + 1] * s;
      out[2 * k + 1] += data[2 * x] * s + data[2 * x + 1] * c;
    }
  return out;
}

describe("fft", () => {
  it.each([1, 2, 4, 64, 3, 6, 50, 97])("of length %i is the sum that defines it, and inverts", (n) => {
    const data = noise(2 * n);
    const out = new Float64Array(2 * n);
    const back = new Float64Array(2 * n);
    fft(n).forward(out, data);
    fft(n).inverse(back, out);
    expect(maxDifference(out, sum(data))).toBeLessThan(1e-10);
    expect(maxDifference(back, data)).toBeLessThan(1e-12);
  });

  it("refuses a length that is none", () => expect(() => fft(2.5)).toThrow("expected a positive integer"));
});

describe("real images", () => {
  it.each([8, 6])("of box %i: the half spectrum is half of the complex transform, and inverts", (D) => {
    const image = noise(D * D);
    const {forward, inverse, columns} = realFft2(D);
    const spectrum = new Float64Array(2 * D * columns);
    forward(spectrum, image);
    for (let ky = 0; ky < D; ++ky)
      for (let kx = 0; kx < columns; ++kx) {
        let [re, im] = [0, 0];
        for (let y = 0; y < D; ++y)
          for (let x = 0; x < D; ++x) {
            const phase = (-2 * Math.PI * (kx * x + ky * y)) / D;
            re += image[y * D + x] * Math.cos(phase);
            im += image[y * D + x] * Math.sin(phase);
          }
        expect(spectrum[2 * (ky * columns + kx)]).toBeCloseTo(re, 10);
        expect(spectrum[2 * (ky * columns + kx) + 1]).toBeCloseTo(im, 10);
      }
    const some = new Float64Array(2 * D * columns);
    forward(some, image, 2);
    for (let ky = 0; ky < D; ++ky) {
      const at = 2 * ky * columns;
      expect(some.subarray(at, at + 4)).toEqual(spectrum.subarray(at, at + 4));
    }
    const back = new Float64Array(D * D);
    inverse(back, spectrum);
    expect(maxDifference(back, image)).toBeLessThan(1e-13);
  });

  it("refuse an odd box", () => expect(() => realFft2(7)).toThrow("expected an even number"));
});

describe("cubes", () => {
  it("a plane wave is one peak at its frequency; the transform inverts", () => {
    const n = 8;
    const wave = new Float64Array(2 * n ** 3);
    for (let z = 0, i = 0; z < n; ++z)
      for (let y = 0; y < n; ++y)
        for (let x = 0; x < n; ++x, ++i) {
          const phase = (2 * Math.PI * (x + 2 * y + 3 * z)) / n;
          wave[2 * i] = Math.cos(phase);
          wave[2 * i + 1] = Math.sin(phase);
        }
    const kept = wave.slice();
    fft3(wave, n, "forward");
    const peak = 2 * ((3 * n + 2) * n + 1);
    wave.forEach((v, i) => expect(v).toBeCloseTo(i === peak ? n ** 3 : 0, 9));
    fft3(wave, n, "inverse");
    expect(maxDifference(wave, kept)).toBeLessThan(1e-13);
  });
});
