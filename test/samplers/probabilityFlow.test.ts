import {describe, expect, it} from "vitest";
import {jobContext} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {mmdSquared} from "../../components/analysis/mmd.js";
import {slicedW2} from "../../components/analysis/slicedW2.js";
import {dormandPrince} from "../../components/samplers/dormandPrince.js";
import {noiseLevels} from "../../components/samplers/noiseLevels.js";
import {
  decode,
  encode,
  flow,
  flowDerivative,
  flowVariables
} from "../../components/samplers/probabilityFlow.js";
import {integrateFixed} from "../../components/samplers/rungeKutta.js";
import {EDM} from "../../components/diffusion/edm.js";

const s = 0.6;
const gaussian = mixtureDenoiser(gaussianMixture([{mean: [0, 0], covariance: s * s}]));
/** The exact flow of N(0, s^2): x(sigma) = x(sigma_0) sqrt((s^2 + sigma^2) / (s^2 + sigma_0^2)). */
const ratio = (from: number, to: number) => Math.hypot(s, to) / Math.hypot(s, from);

const mixture = gaussianMixture([
  {weight: 2, mean: [-1, 0], covariance: [[0.05, 0.04], [0.04, 0.05]]}, // prettier-ignore
  {weight: 1, mean: [1, 0.5], covariance: [[0.2, 0], [0, 0.01]]}, // prettier-ignore
  {weight: 1, mean: [0.5, -1], covariance: [[0.02, 0], [0, 0.02]]} // prettier-ignore
]);
const denoiser = mixtureDenoiser(mixture);
const noise = (n: number, seed: number) =>
  random(seed)
    .fillNormal(new Float64Array(n * 2))
    .map((v) => v * EDM.sigma_max);
const distance = (a: Float64Array, b: Float64Array) =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length);

describe("order of convergence on a Gaussian", () => {
  // spans in which the leading error term doesn't happen to cancel, and steps above round-off
  const cases = [
    {variable: "logSigma", from: 4, to: 0.4, steps: 16},
    {variable: "angle", from: 3, to: 1, steps: 8}
  ] as const;
  for (const {variable, from, to, steps} of cases) {
    it(`is 5 in ${variable}`, async () => {
      const form = flowVariables[variable];
      const error = async (n: number) => {
        const y0 = Float64Array.of(1.3, -2).map((v) => v / form.scale(from, 1));
        const span = [form.toTime(from, 1), form.toTime(to, 1)] as const;
        const {y} = await integrateFixed(dormandPrince, flowDerivative(gaussian, form, 1), y0, 1, span, n);
        return Math.abs(y[0] * form.scale(to, 1) - 1.3 * ratio(from, to));
      };
      expect(Math.abs(Math.log2((await error(steps / 2)) / (await error(steps))) - 5)).toBeLessThan(0.3);
      expect(Math.abs(Math.log2((await error(steps)) / (await error(2 * steps))) - 5)).toBeLessThan(0.3);
    });
  }
});

describe("adaptive Dormand-Prince", () => {
  it("follows the exact flow of a Gaussian both ways", async () => {
    const x = noise(50, 1).map((v) => v / 80);
    const up = await flow(gaussian, x, 50, [0.01, 20], {rtol: 1e-8, atol: 1e-8});
    expect(distance(up.x, x.map((v) => v * ratio(0.01, 20)))).toBeLessThan(1e-6); // prettier-ignore
    const down = await flow(gaussian, up.x, 50, [20, 0.01], {rtol: 1e-8, atol: 1e-8});
    expect(distance(down.x, x)).toBeLessThan(1e-7);
  });

  it("has a global error on a mixture that falls with the tolerance", async () => {
    const n = 60;
    const start = noise(n, 2);
    const reference = (await decode(denoiser, start, n, {rtol: 1e-11, atol: 1e-11, variable: "logSigma"})).x;
    for (const variable of ["logSigma", "angle"] as const) {
      let last = Infinity;
      for (const tolerance of [1e-2, 1e-4, 1e-6, 1e-8]) {
        const result = await decode(denoiser, start, n, {rtol: tolerance, atol: tolerance, variable});
        const error = distance(result.x, reference);
        expect(error).toBeLessThan(last / 8);
        expect(error).toBeLessThan(30 * tolerance);
        last = error;
      }
    }
  });

  it("takes fewer calls in angle than in sigma and log sigma at equal error", async () => {
    const n = 60;
    const start = noise(n, 3);
    const reference = (await decode(denoiser, start, n, {rtol: 1e-10, atol: 1e-10})).x;
    const run = async (variable: "sigma" | "logSigma" | "angle", tolerance: number) => {
      const {x, evaluations} = await decode(denoiser, start, n, {variable, rtol: tolerance, atol: tolerance});
      return {error: distance(x, reference), calls: evaluations.reduce((a, b) => a + b)};
    };
    const angle = await run("angle", 3e-5);
    for (const variable of ["sigma", "logSigma"] as const) {
      const other = await run(variable, 1e-4);
      expect(angle.error).toBeLessThan(other.error);
      expect(angle.calls).toBeLessThan(0.8 * other.calls);
    }
  });

  it("counts the rows that the denoiser saw, and treats each row alone", async () => {
    let rows = 0;
    const counted: typeof denoiser = (x, sigma) => {
      rows += sigma.length;
      return denoiser(x, sigma);
    };
    const start = noise(40, 4);
    const all = await decode(counted, start, 40);
    expect(all.evaluations.reduce((a, b) => a + b)).toBe(rows);
    const alone = await decode(denoiser, start.slice(14, 16), 1);
    expect([...alone.x]).toEqual([...all.x.slice(14, 16)]);
    expect(alone.evaluations[0]).toBe(all.evaluations[7]);
  });

  it("encoding then decoding returns the point", async () => {
    const x = sampleMixture(mixture, 50, random(5));
    const options = {rtol: 1e-9, atol: 1e-9};
    const code = (await flow(denoiser, x, 50, [0.002, 80], options)).x;
    expect(distance((await flow(denoiser, code, 50, [80, 0.002], options)).x, x)).toBeLessThan(1e-5);
    expect([...(await encode(denoiser, x, 50, options)).x]).toEqual([...code]);
    // the codes are standard normal in units of sigma_max: mean 0, deviation 1
    const unit = (await encode(denoiser, sampleMixture(mixture, 400, random(6)), 400)).x.map((v) => v / 80);
    expect(Math.abs(unit.reduce((a, b) => a + b) / 800)).toBeLessThan(0.12);
    expect(Math.abs(unit.reduce((a, b) => a + b * b, 0) / 800 - 1)).toBeLessThan(0.15);
  });

  it("gives samples that follow the law of the mixture", async () => {
    const n = 1500;
    const samples = (await decode(denoiser, noise(n, 7), n)).x;
    const [a, b] = [sampleMixture(mixture, n, random(8)), sampleMixture(mixture, n, random(9))];
    expect(mmdSquared(samples, a, 2, 0.3)).toBeLessThan(2 * mmdSquared(a, b, 2, 0.3));
    expect(slicedW2(samples, a, 2)).toBeLessThan(2 * slicedW2(a, b, 2));
  });

  it("reports each accepted state, stops when cancelled and at too many steps", async () => {
    const seen: number[] = [];
    const start = noise(2, 10);
    const {x} = await flow(denoiser, start, 2, [80, 0.002], {
      observe: (row, sigma) => row === 1 && seen.push(sigma)
    });
    expect(x).toHaveLength(4);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).toEqual([...seen].sort((a, b) => b - a));
    expect(seen.at(-1)).toBeCloseTo(0.002, 10);
    const cancelled = jobContext(AbortSignal.abort(new Error("cancelled")));
    await expect(decode(denoiser, start, 2, {}, cancelled)).rejects.toThrow("cancelled");
    await expect(decode(denoiser, start, 2, {maxSteps: 3})).rejects.toThrow(
      "found 2 rows short of the end after 3 steps"
    );
    await expect(flow(denoiser, start, 2, [80, 0])).rejects.toThrow("sigma: found 80 to 0");
  });
});

describe("noise levels", () => {
  it("fall from sigma_max to sigma_min and end at 0", async () => {
    const levels = noiseLevels(18, EDM);
    expect(levels).toHaveLength(19);
    expect(levels[0]).toBeCloseTo(80, 10);
    expect(levels[17]).toBeCloseTo(0.002, 12);
    expect(levels[18]).toBe(0);
    // Karras et al.'s N = 18 levels, as their formula gives them in the middle
    expect(levels[9]).toBeCloseTo((80 ** (1 / 7) + (9 / 17) * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7, 12);
    expect([...levels]).toEqual([...levels].sort((a, b) => b - a));
  });
});
