import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {realFft2} from "../../components/compute/fft.js";
import {random} from "../../components/compute/random.js";
import {fourierCrop, fourierCrop3} from "../../components/cryoem/fourierCrop.js";
import {
  hartley2,
  hartley3,
  hartleyImage,
  inverseHartley2,
  inverseHartley3,
  symmetrise,
  translateHartley
} from "../../components/cryoem/hartley.js";
import {lattice, slice} from "../../components/cryoem/lattice.js";
import {maskedHartley, translateMasked, windowMask} from "../../components/cryoem/maskedHartley.js";
import {fixtures, golden as files, hasFixtures, maxDifference} from "../golden.js";

const haveGolden = hasFixtures("cryodrgn-golden");
const goldenJson = files.json;
const golden = (file: string) => files.npy(file).data as Float64Array;

const noise = (n: number, seed = 1) => random(seed).fillNormal(new Float64Array(n));

describe.skipIf(!haveGolden)("against cryoDRGN", () => {
  it("Hartley transform, symmetrised, of an image", () => {
    const made = hartley2(golden("b_img_f64.npy"), 32);
    expect(maxDifference(made, golden("b_ht_f64.npy"))).toBeLessThan(1e-12);
    expect(maxDifference(made, golden("b_ht_f32.npy"))).toBeLessThan(1e-5);
    const {ht_dc, dc_index} = goldenJson("b_hartley.json") as {ht_dc: number; dc_index: [number, number]};
    expect(made[dc_index[0] * 32 + dc_index[1]]).toBeCloseTo(ht_dc, 10);
    expect(maxDifference(symmetrise(made, 32), golden("b_htsym_f32.npy"))).toBeLessThan(1e-5);
    const direct = hartleyImage(Float32Array.from(golden("b_img_f64.npy")), 32);
    expect(maxDifference(direct, golden("b_htsym_f32.npy"))).toBeLessThan(2e-5);
  });

  it("centred Fourier transform of an image", () => {
    const [re, im] = [golden("b_fft_re_f64.npy"), golden("b_fft_im_f64.npy")];
    const {columns, forward} = realFft2(32);
    const spectrum = new Float64Array(2 * 32 * columns);
    forward(spectrum, golden("b_img_f64.npy"));
    for (let y = 0; y < 32; ++y)
      for (let x = 0; x <= 16; ++x) {
        // Row y and column x of the half spectrum are the frequency (x, y), which stands at 16 + x, 16 + y when centred;
        // the origin in the middle of the image is a sign.
        const at = ((y + 16) % 32) * 32 + ((x + 16) % 32);
        const sign = (x + y) % 2 ? -1 : 1;
        expect(Math.abs(sign * spectrum[2 * (y * columns + x)] - re[at])).toBeLessThan(1e-12);
        expect(Math.abs(sign * spectrum[2 * (y * columns + x) + 1] - im[at])).toBeLessThan(1e-12);
      }
  });

  it("Hartley transform of a cube", () => {
    expect(maxDifference(hartley3(golden("b_vol8_f64.npy"), 8), golden("b_htn8_f64.npy"))).toBeLessThan(
      1e-12
    );
  });

  it("window", () => {
    expect(maxDifference(windowMask(32), golden("b_window32_f32.npy"))).toBeLessThan(1e-6);
  });

  it("lattice, mask and slices", () => {
    const l = lattice(32);
    const coords = golden("c_coords33_f32.npy");
    expect(
      maxDifference(
        l.maskedX,
        Array.from(l.mask, (i) => coords[3 * i])
      )
    ).toBeLessThan(1e-7);
    expect(
      maxDifference(
        l.maskedY,
        Array.from(l.mask, (i) => coords[3 * i + 1])
      )
    ).toBeLessThan(1e-7);
    const inside = golden("c_mask16_u8.npy");
    expect(Array.from(l.mask)).toEqual([...inside.keys()].filter((i) => inside[i]));
    const {R1, R2} = goldenJson("c_lattice.json") as {R1: number[][]; R2: number[][]};
    expect(maxDifference(slice(l, R1.flat()), golden("c_slice_R1_f32.npy"))).toBeLessThan(1e-6);
    expect(maxDifference(slice(l, R2.flat()), golden("c_slice_R2_f32.npy"))).toBeLessThan(1e-6);
  });

  it("shifts", () => {
    const [tx, ty] = (goldenJson("d_translate.json") as {t: [number, number]}).t;
    const moved = translateHartley(golden("b_htsym_f32.npy"), 32, tx, ty);
    expect(maxDifference(moved, golden("d_translated_f32.npy"))).toBeLessThan(2e-5);
    const exact = translateHartley(symmetrise(hartley2(golden("b_img_f64.npy"), 32), 32), 32, tx, ty);
    const cut = Float64Array.from({length: 32 * 32}, (_, i) => exact[Math.floor(i / 32) * 33 + (i % 32)]);
    // cryoDRGN's was made from the float32 transform, whose values go up to 82.
    expect(maxDifference(inverseHartley2(cut, 32), golden("d_translated_real_f64.npy"))).toBeLessThan(1e-6);
  });

  it("images as its data set hands them to the encoder", () => {
    const stack = readFileSync(new URL("cryodrgn-run/particles.mrcs", fixtures));
    const raw = new Float32Array(stack.buffer.slice(stack.byteOffset + 1024), 0, 2 * 1024);
    const want = golden("../cryodrgn-run/processed_first2_f32.npy");
    const transform = maskedHartley(32, 32, {window: true});
    const {mask, pixels} = lattice(32);
    for (const i of [0, 1]) {
      const made = transform(raw.subarray(1024 * i, 1024 * (i + 1)), new Float32Array(pixels));
      const expected = Array.from(mask, (m) => want[1089 * i + m]);
      expect(
        maxDifference(
          made.map((v) => -v / 29.71892547607422),
          expected
        )
      ).toBeLessThan(2e-6);
    }
  });
});

describe("Hartley transform", () => {
  it.each([8, 10, 32, 48])("is its own inverse but for D^2 (D = %i)", (D) => {
    const image = noise(D * D);
    expect(maxDifference(inverseHartley2(hartley2(image, D), D), image)).toBeLessThan(1e-13 * D);
  });

  it("is the definition's sum", () => {
    const D = 6;
    const image = noise(D * D);
    const made = hartley2(image, D);
    for (let v = 0; v < D; ++v)
      for (let u = 0; u < D; ++u) {
        let sum = 0;
        for (let y = 0; y < D; ++y)
          for (let x = 0; x < D; ++x) {
            const a = (2 * Math.PI * ((u - 3) * (x - 3) + (v - 3) * (y - 3))) / D;
            sum += image[y * D + x] * (Math.cos(a) + Math.sin(a));
          }
        expect(made[v * D + u]).toBeCloseTo(sum, 10);
      }
  });

  it.each([8, 6])("inverts on cubes (D = %i)", (D) => {
    const cube = noise(D ** 3);
    expect(maxDifference(inverseHartley3(hartley3(cube, D), D), cube)).toBeLessThan(1e-12);
  });
});

describe("lattice", () => {
  it.each([
    [16, 196],
    [32, 796],
    [64, 3208],
    [128, 12852]
  ])("D = %i masks %i points, k and -k at p and n - 1 - p", (D, pixels) => {
    const l = lattice(D);
    expect(l.pixels).toBe(pixels);
    for (const p of [0, 7, pixels / 2 - 1]) {
      expect(l.maskedX[pixels - 1 - p]).toBe(-l.maskedX[p] + 0);
      expect(l.maskedY[pixels - 1 - p]).toBe(-l.maskedY[p] + 0);
    }
  });

  it("refuses an odd box", () => expect(() => lattice(33)).toThrow("box 33; expected an even number"));
});

describe("crops and shifts", () => {
  it("cropping in space, then transforming, is cropping the transform", () => {
    const image = noise(32 * 32);
    const small = Float32Array.from(fourierCrop(image, 32, 20));
    const made = hartleyImage(image, 32, {crop: 20});
    expect(maxDifference(hartleyImage(small, 20), made)).toBeLessThan(2e-5);
    const masked = maskedHartley(32, 20)(image, new Float32Array(lattice(20).pixels));
    expect(
      maxDifference(
        masked,
        Array.from(lattice(20).mask, (m) => made[m])
      )
    ).toBe(0);
  });

  it("cropping keeps the sum of an image and of a cube", () => {
    const sum = (x: Float64Array) => x.reduce((a, b) => a + b);
    const image = noise(32 * 32);
    expect(sum(fourierCrop(image, 32, 18))).toBeCloseTo(sum(image), 9);
    const cube = noise(12 ** 3);
    expect(sum(fourierCrop3(cube, 12, 8))).toBeCloseTo(sum(cube), 9);
  });

  it("the masked shift is the shift of the whole transform", () => {
    const image = noise(32 * 32);
    const whole = translateHartley(hartleyImage(image, 32), 32, 0.7, -3.1);
    const {mask, pixels} = lattice(32);
    const masked = translateMasked(maskedHartley(32, 32)(image, new Float32Array(pixels)), 32, 0.7, -3.1);
    expect(
      maxDifference(
        masked,
        Array.from(mask, (m) => whole[m])
      )
    ).toBeLessThan(2e-5);
  });

  it("shifting by whole pixels is rolling the image", () => {
    const D = 16;
    const image = noise(D * D);
    const moved = translateHartley(symmetrise(hartley2(image, D), D), D, 3, -2);
    const side = D + 1;
    const back = inverseHartley2(
      Float64Array.from({length: D * D}, (_, i) => moved[Math.floor(i / D) * side + (i % D)]),
      D
    );
    const rolled = image.map((_, i) => image[((Math.floor(i / D) + 2) % D) * D + (((i % D) - 3 + D) % D)]);
    expect(maxDifference(back, rolled)).toBeLessThan(1e-12);
  });
});
