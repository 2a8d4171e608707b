import {expect, test} from "vitest";
import {ctfValue, type Ctf} from "../../components/cryoem/ctf.js";
import {ctfCurve, ctfZeros, defocusAlong} from "../../components/cryoem/ctfCurve.js";

const ctf: Ctf = {
  defocusU: 21000,
  defocusV: 15000,
  astigmatismAngle: 30,
  voltage: 300,
  sphericalAberration: 2.7,
  amplitudeContrast: 0.1,
  phaseShift: 0,
  bFactor: 80
};

test("defocus is U along its angle, V across it, and the mean between", () => {
  expect(defocusAlong(ctf, 30)).toBeCloseTo(21000, 6);
  expect(defocusAlong(ctf, 120)).toBeCloseTo(15000, 6);
  expect(defocusAlong(ctf, 75)).toBeCloseTo(18000, 6);
});

test("a curve is the CTF along its direction", () => {
  const s = 0.071;
  const [value] = ctfCurve(ctf, [s], 50);
  expect(value).toBe(ctfValue(ctf, s * Math.cos((50 * Math.PI) / 180), s * Math.sin((50 * Math.PI) / 180)));
});

test.each<[string, Partial<Ctf>]>([
  ["a common microscope", {}],
  ["no aberration", {sphericalAberration: 0}],
  ["a phase plate", {phaseShift: 90}],
  ["amplitude contrast alone", {amplitudeContrast: 1}],
  [
    "large aberration near focus, where the phase turns back",
    {defocusU: 800, defocusV: 800, sphericalAberration: 5, voltage: 100}
  ],
  ["overfocus", {defocusU: -9000, defocusV: -9000}]
])("zeros are where the CTF changes sign, all of them: %s", (_, change) => {
  const other = {...ctf, ...change};
  const most = 0.45;
  const zeros = ctfZeros(other, 65, most);
  const n = 400_000;
  const curve = ctfCurve(
    {...other, bFactor: 0},
    Float64Array.from({length: n}, (_, i) => (most * (i + 0.5)) / n),
    65
  );
  const crossings: number[] = [];
  for (let i = 1; i < n; ++i)
    if (curve[i - 1] * curve[i] <= 0)
      crossings.push((most * (i + curve[i - 1] / (curve[i - 1] - curve[i]) - 0.5)) / n);
  expect(crossings.length).toBeGreaterThan(3);
  expect(zeros).toHaveLength(crossings.length);
  zeros.forEach((s, i) => expect(Math.abs(s - crossings[i])).toBeLessThan(1e-6));
});

test("no zero, no list", () => {
  expect(ctfZeros({...ctf, defocusU: 0, defocusV: 0, sphericalAberration: 0}, 0, 0.4)).toEqual([]);
});
