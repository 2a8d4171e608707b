import {describe, expect, it} from "vitest";
import {ctfPlan, ctfValue, wavelength, type Ctf} from "../../components/cryoem/ctf.js";
import {golden as files, hasFixtures, maxDifference} from "../golden.js";

const haveGolden = hasFixtures("cryodrgn-golden");
const goldenJson = files.json;
const golden = (file: string) => files.npy(file).data as Float64Array;

const ctf: Ctf = {
  defocusU: 20000,
  defocusV: 19000,
  astigmatismAngle: 30,
  voltage: 300,
  sphericalAberration: 2,
  amplitudeContrast: 0.1,
  phaseShift: 0
};

interface Golden {
  sets: {
    params: {dfu: number; dfv: number; dfang: number; volt: number; cs: number; w: number; ps: number};
    lambda_A: number;
    radial128_x: number[];
    radial128_y: number[];
  }[];
}

describe.skipIf(!haveGolden)("ctf against cryoDRGN", () => {
  const {sets} = haveGolden ? (goldenJson("a_ctf.json") as Golden) : {sets: []};
  sets.forEach(({params: p, lambda_A, radial128_x, radial128_y}, index) => {
    const of: Ctf = {
      defocusU: p.dfu,
      defocusV: p.dfv,
      astigmatismAngle: p.dfang,
      voltage: p.volt,
      sphericalAberration: p.cs,
      amplitudeContrast: p.w,
      phaseShift: p.ps
    };
    it(`set ${index}: wavelength, radial profiles and images`, () => {
      expect(wavelength(p.volt)).toBeCloseTo(lambda_A, 13);
      const s = (k: number) => k / (128 * 6);
      expect(
        maxDifference(
          radial128_x.map((_, k) => ctfValue(of, s(k), 0)),
          radial128_x
        )
      ).toBeLessThan(1e-10);
      expect(
        maxDifference(
          radial128_y.map((_, k) => ctfValue(of, 0, s(k))),
          radial128_y
        )
      ).toBeLessThan(1e-10);
      for (const [size, step, first] of [
        [33, 1 / 32, -16],
        [32, 1 / 32, -16]
      ]) {
        const sx = Float64Array.from({length: size * size}, (_, i) => (((i % size) + first) * step) / 6);
        const sy = Float64Array.from(
          {length: size * size},
          (_, i) => ((Math.floor(i / size) + first) * step) / 6
        );
        const made = ctfPlan(sx, sy)(new Float64Array(size * size), of);
        expect(maxDifference(made, golden(`ctf_${index}_${size}_f64.npy`))).toBeLessThan(1e-10);
        if (size === 33) expect(maxDifference(made, golden(`ctf_${index}_33_f32.npy`))).toBeLessThan(5e-6);
      }
    });
  });
});

describe("ctf", () => {
  it("is -w at zero frequency", () => {
    expect(ctfValue(ctf, 0, 0)).toBeCloseTo(-0.1, 14);
  });

  it("has its zeros where gamma - asin(w) is a multiple of pi", () => {
    // Without aberration, astigmatism or amplitude contrast: df lambda s^2 = n.
    const simple = {...ctf, defocusV: 20000, sphericalAberration: 0, amplitudeContrast: 0};
    for (const n of [1, 2, 3]) {
      const s = Math.sqrt(n / (20000 * wavelength(300)));
      expect(ctfValue(simple, s, 0)).toBeCloseTo(0, 10);
      expect(Math.sign(ctfValue(simple, 0.97 * s, 0))).toBe(-Math.sign(ctfValue(simple, 1.03 * s, 0)));
    }
  });

  it("has its largest defocus along the astigmatism angle", () => {
    const s = 0.02;
    const along = ctfValue(ctf, s * Math.cos(Math.PI / 6), s * Math.sin(Math.PI / 6));
    expect(along).toBeCloseTo(ctfValue({...ctf, defocusV: ctf.defocusU}, s, 0), 12);
  });

  it("falls by exp(-B s^2 / 4) with a B factor", () => {
    const ratio = ctfValue({...ctf, bFactor: 100}, 0.05, 0.01) / ctfValue(ctf, 0.05, 0.01);
    expect(ratio).toBeCloseTo(Math.exp((-100 * 0.0026) / 4), 12);
    const filled = ctfPlan([0.05], [0.01])(new Float64Array(1), {...ctf, bFactor: 100});
    expect(filled[0] / ctfValue(ctf, 0.05, 0.01)).toBeCloseTo(ratio, 12);
  });

  it("filled by plan is the formula's, also where the phase goes round many times", () => {
    const sx = Float64Array.from({length: 400}, (_, i) => 0.5 * Math.cos(i) * (i / 400));
    const sy = Float64Array.from({length: 400}, (_, i) => 0.5 * Math.sin(i) * (i / 400));
    const made = ctfPlan(sx, sy)(new Float64Array(400), {...ctf, phaseShift: 37});
    const want = Array.from(sx, (x, i) => ctfValue({...ctf, phaseShift: 37}, x, sy[i]));
    expect(maxDifference(made, want)).toBeLessThan(2e-12);
  });
});
