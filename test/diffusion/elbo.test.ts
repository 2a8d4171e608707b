import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {dataDenoiser} from "../../components/diffusion/dataDenoiser.js";
import {ddpm, discretised, posteriorMean} from "../../components/diffusion/ddpm.js";
import {
  bitsPerDimension,
  elbo,
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

describe("the ELBO of a denoiser", () => {
  const T = 60;
  const steps = ddpm(discretised(linearRate().beta, T));
  const c = 0.7;
  const normal = mixtureDenoiser(gaussianMixture([{mean: [0], covariance: c * c}]));
  const n = 4000;
  // Points whose mean square is that of the law exactly, so that only the draws are random.
  const raw = random(1).fillNormal(new Float64Array(n));
  const size = Math.sqrt(raw.reduce((sum, v) => sum + v * v, 0) / n);
  const points = raw.map((v) => (c * v) / size);
  const entropy = Math.log(2 * Math.PI * Math.E * c * c) / 2;

  /** L_(t-1) of the exact denoiser by sums over a grid of x_0 and of the noise, each KL by a sum too. */
  function direct(t: number, variance: "beta" | "betaTilde"): number {
    const {a, b} = posteriorMean(steps, t);
    const level = Math.sqrt(steps.noise[t - 1] / steps.alphaBar[t - 1]);
    const scale = Math.sqrt(steps.alphaBar[t - 1]);
    const grid = Array.from({length: 13}, (_, i) => -4.5 + 0.75 * i); // the sum over such a grid is exact for squares
    const mass = grid.map((u) => Math.exp((-u * u) / 2));
    const total = mass.reduce((sum, v) => sum + v);
    let sum = 0;
    for (const [i, u] of grid.entries())
      for (const [k, v] of grid.entries()) {
        const x0 = c * u;
        const x = x0 + level * v;
        const D = (c * c * x) / (c * c + level * level);
        const kl = numericKl(a * x0 + b * scale * x, steps.betaTilde[t - 1], a * D + b * scale * x, stepVariance(steps, t, variance)); // prettier-ignore
        sum += (mass[i] * mass[k] * kl) / total ** 2;
      }
    return sum;
  }

  test.each(["beta", "betaTilde"] as const)("has the terms that direct sums give on a normal law, %s", async (variance) => {
    const found = await elbo(steps, normal, points, 1, random(2), {variance, draws: 4000});
    for (const t of [2, 3, 20, T]) {
      const expected = direct(t, variance);
      expect(found.errors[t - 1]).toBeLessThan(0.05 * Math.max(expected, 0.1));
      expect(Math.abs(found.terms[t - 1] - expected), `t = ${t}`).toBeLessThan(4 * found.errors[t - 1] + 1e-4 * expected);
    }
    const all = points.reduce((sum, v) => sum + lossT(steps, [v]) / n, 0);
    expect(found.L_T).toBeCloseTo(all, 10);
    expect(found.total).toBeCloseTo(found.L_T + found.terms.reduce((sum, v) => sum + v), 10);
    expect(found.bits).toBeCloseTo(found.total / Math.LN2, 10);
  }); // prettier-ignore

  test("lies above -log p of the same points, the more so for a worse denoiser", async () => {
    const coarse = ddpm(discretised(linearRate().beta, 10));
    const exact = await elbo(coarse, normal, points, 1, random(3), {draws: 20_000});
    expect(exact.error).toBeLessThan(0.01);
    expect(exact.total).toBeGreaterThan(entropy + 4 * exact.error);
    const poor = (x: Float64Array, sigma: Float64Array) => normal(x, sigma).map((v) => 0.8 * v);
    const worse = await elbo(coarse, poor, points, 1, random(3), {draws: 20_000});
    expect(worse.total).toBeGreaterThan(exact.total + 4 * worse.error);
    const fine = ddpm(discretised(linearRate().beta, 1000));
    const close = await elbo(fine, normal, points, 1, random(4), {draws: 100});
    expect(close.total - 4 * close.error).toBeLessThan(exact.total);
    expect(Math.abs(close.total - entropy)).toBeLessThan(0.01 + 4 * close.error);
  });

  test("says its own error, and counts each dimension", async () => {
    const two = Float64Array.from({length: 2 * n}, (_, i) => points[i % n]);
    const runs = await Promise.all(
      Array.from({length: 30}, (_, i) => elbo(steps, normalPair, two, 2, random(5, i), {draws: 40}))
    );
    const mean = runs.reduce((sum, r) => sum + r.total / runs.length, 0);
    const spread = Math.sqrt(runs.reduce((sum, r) => sum + (r.total - mean) ** 2, 0) / (runs.length - 1));
    expect(runs[0].error / spread).toBeGreaterThan(0.6);
    expect(runs[0].error / spread).toBeLessThan(1.6);
    const {total, error} = await elbo(steps, normal, points, 1, random(6), {draws: 10_000});
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(mean - 2 * total)).toBeLessThan(4 * Math.hypot(2 * error, spread / Math.sqrt(30)));
  });
  const normalPair = mixtureDenoiser(gaussianMixture([{mean: [0, 0], covariance: c * c}]));

  test("takes steps that add nothing, and refuses a first one", async () => {
    const idle = ddpm([0.2, 0, 0.4]);
    const {terms, total} = await elbo(idle, normal, points, 1, random(7), {draws: 50});
    expect(terms[1]).toBe(0);
    expect(Number.isFinite(total)).toBe(true);
    await expect(elbo(ddpm([0, 0.2]), normal, points, 1, random(7))).rejects.toThrow(/^beta_1: found 0/);
  });
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
