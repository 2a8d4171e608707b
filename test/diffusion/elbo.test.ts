import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {dataDenoiser} from "../../components/diffusion/dataDenoiser.js";
import {ddpm, discretised, posteriorMean} from "../../components/diffusion/ddpm.js";
import {
  bitsPerDimension,
  epsWeight,
  gaussianKl,
  loss0,
  lossStep,
  lossT,
  stepVariance
} from "../../components/diffusion/elbo.js";
import {gaussianMixture, mixtureDenoiser} from "../../components/diffusion/gaussianMixture.js";
import {linearRate} from "../../components/diffusion/schedule.js";
import {maxDifference} from "../golden.js";

/** KL of two normal densities by the sum over a grid. */
function numericKl(m1: number, v1: number, m2: number, v2: number): number {
  const density = (x: number, m: number, v: number) =>
    -((x - m) ** 2) / (2 * v) - Math.log(2 * Math.PI * v) / 2;
  let sum = 0;
  const n = 20_000;
  const step = (20 * Math.sqrt(v1)) / n;
  for (let i = 0; i <= n; ++i) {
    const x = m1 - 10 * Math.sqrt(v1) + i * step;
    const p = density(x, m1, v1);
    sum += Math.exp(p) * (p - density(x, m2, v2)) * step;
  }
  return sum;
}

const chain = ddpm(discretised(linearRate().beta, 100));

describe("the terms of the ELBO are Kullback-Leibler divergences, as sums over a grid give them", () => {
  test("of two normal laws", () => {
    for (const [m1, v1, m2, v2] of [
      [0.3, 0.5, -0.2, 1.5],
      [1, 0.02, 1.1, 0.03],
      [0, 1, 0, 1]
    ])
      // prettier-ignore
      expect(gaussianKl(m1, v1, m2, v2)).toBeCloseTo(numericKl(m1, v1, m2, v2), 8);
  });
  test("L_T", () => {
    const [bar, noise] = [chain.alphaBar[99], chain.noise[99]];
    expect(lossT(chain, [1.7, -0.4])).toBeCloseTo(numericKl(Math.sqrt(bar) * 1.7, noise, 0, 1) + numericKl(-Math.sqrt(bar) * 0.4, noise, 0, 1), 8); // prettier-ignore
  });
  test.each([2, 30, 100])("L_(t-1) at t = %i, for either variance", (t) => {
    const [x0, D, xt] = [0.8, 0.5, -0.3];
    const {a, b} = posteriorMean(chain, t);
    for (const kind of ["beta", "betaTilde"] as const) {
      const direct = numericKl(a * x0 + b * xt, chain.betaTilde[t - 1], a * D + b * xt, stepVariance(chain, t, kind)); // prettier-ignore
      expect(lossStep(chain, t, [x0], [D], kind)).toBeCloseTo(direct, 8);
    }
  });
  test("L_0 is a log density", () => {
    const variance = chain.beta[0];
    const direct = -Math.log(
      Math.exp(-((0.8 - 0.7) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance)
    );
    expect(loss0(chain, [0.8], [0.7])).toBeCloseTo(direct, 10);
  });
});

test("with beta-tilde as the variance, L_(t-1) is the weight times the squared error of eps", () => {
  const [x0, eps, other] = [0.6, -1.2, -0.9];
  for (const t of [2, 40, 100]) {
    const [bar, noise] = [chain.alphaBar[t - 1], chain.noise[t - 1]];
    const xt = Math.sqrt(bar) * x0 + Math.sqrt(noise) * eps;
    const D = (xt - Math.sqrt(noise) * other) / Math.sqrt(bar);
    const weighted = epsWeight(chain, t, "betaTilde") * (eps - other) ** 2;
    expect(lossStep(chain, t, [x0], [D], "betaTilde") / weighted).toBeCloseTo(1, 8);
  }
});

test("on a normal law the whole bound lies above the entropy, and comes down to it as T grows", () => {
  const c = 0.7;
  const entropy = Math.log(2 * Math.PI * Math.E * c * c) / 2;
  // Every term is quadratic in x_0 - D, whose mean square is the variance of x_0 given x_t: no draws are needed.
  const gap = (T: number, kind: "beta" | "betaTilde") => {
    const steps = ddpm(discretised(linearRate().beta, T));
    const left = (t: number) => {
      const level = steps.noise[t - 1] / steps.alphaBar[t - 1];
      return [Math.sqrt((c * c * level) / (c * c + level))];
    };
    let bound = lossT(steps, [c]) + loss0(steps, left(1), [0]);
    for (let t = 2; t <= T; ++t) bound += lossStep(steps, t, left(t), [0], kind);
    return bound - entropy;
  };
  const gaps = [20, 100, 500, 2500].map((T) => gap(T, "beta"));
  for (const value of gaps) expect(value).toBeGreaterThan(0);
  for (let i = 1; i < gaps.length; ++i) expect(gaps[i]).toBeLessThan(gaps[i - 1]);
  expect(gaps[3]).toBeLessThan(1e-3);
  // The lower bound of the variance is too small in the last steps, whatever T is.
  expect(gap(2500, "betaTilde")).toBeGreaterThan(0.1);
});

test("nats become bits for each dimension", () => expect(bitsPerDimension(Math.LN2 * 3, 3)).toBe(1));

describe("the exact denoiser of a data set", () => {
  const d = 3;
  const N = 200;
  const points = random(1).fillNormal(new Float64Array(N * d));
  const denoiser = dataDenoiser(points, d);
  test("is that of a mixture of point masses", () => {
    const mixture = mixtureDenoiser(gaussianMixture(Array.from({length: N}, (_, i) => ({mean: points.subarray(i * d, (i + 1) * d), covariance: 0})))); // prettier-ignore
    const x = random(2).fillNormal(new Float64Array(20 * d));
    for (const level of [0.05, 0.3, 1, 10, 80]) {
      const sigma = new Float64Array(20).fill(level);
      expect(maxDifference(denoiser(x, sigma), mixture(x, sigma))).toBeLessThan(1e-10);
    }
  });
  test("is the nearest point at little noise, and the mean at much", () => {
    const x = points.slice(30, 33).map((v) => v + 0.001);
    expect(maxDifference(denoiser(x, Float64Array.of(1e-4)), points.slice(30, 33))).toBeLessThan(1e-12);
    const mean = [0, 1, 2].map((k) => points.reduce((sum, v, i) => sum + (i % d === k ? v / N : 0), 0));
    expect(maxDifference(denoiser(x, Float64Array.of(1e5)), mean)).toBeLessThan(1e-4);
  });
  test("of one point is that point; of none it is refused", () => {
    expect([...dataDenoiser(Float64Array.of(1, 2, 3), 3)(new Float64Array(3), Float64Array.of(0.5))]).toEqual(
      [1, 2, 3]
    );
    expect(() => dataDenoiser(new Float64Array(0), 3)).toThrow(/at least one point/);
    expect(() => dataDenoiser(new Float64Array(4), 3)).toThrow(/multiple of 3/);
  });
});
