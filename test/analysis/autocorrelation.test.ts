import {describe, expect, it} from "vitest";
import {autocorrelation, autocorrelationTime, indicator} from "../../components/analysis/autocorrelation.js";
import {visitsTest} from "../../components/analysis/visits.js";
import {normalCdf} from "../../components/compute/normalCdf.js";
import {random} from "../../components/compute/random.js";
import {walk, walkerPath, walkStart} from "../../components/samplers/ornsteinUhlenbeck.js";
import {kolmogorovSmirnov} from "../../components/analysis/distribution.js";

/** x_t = rho x_(t-1) + sqrt(1 - rho^2) n: variance 1, correlation rho^k. */
function ar1(n: number, rho: number, ...seed: number[]): Float64Array {
  const rng = random(1, ...seed);
  const x = new Float64Array(n);
  x[0] = rng.normal();
  for (let t = 1; t < n; ++t) x[t] = rho * x[t - 1] + Math.sqrt(1 - rho * rho) * rng.normal();
  return x;
}

/** States between cuts. */
const cut = (x: Float64Array, cuts: number[]) => Int32Array.from(x, (v) => cuts.filter((c) => v > c).length);
const populationsOf = (cuts: number[]) =>
  [...cuts.map(normalCdf), 1].map((above, k) => above - (k === 0 ? 0 : normalCdf(cuts[k - 1])));

describe("autocorrelation", () => {
  it("is the sum over the products, at every lag", () => {
    const x = Float64Array.of(3, 1, 4, 1, 5, 9, 2);
    const mean = 25 / 7;
    const sum = (k: number) => {
      let s = 0;
      for (let t = 0; t + k < 7; ++t) s += (x[t] - mean) * (x[t + k] - mean);
      return s;
    };
    autocorrelation(x).forEach((r, k) => expect(r).toBeCloseTo(sum(k) / sum(0), 12));
    expect(autocorrelation(x, {lags: 2})).toHaveLength(3);
  });

  it("is exp(-k dt/2) on the Ornstein-Uhlenbeck walk", () => {
    const options = {dt: 0.2, seed: 5, walkers: 1, d: 1};
    const n = 40_000;
    const rho = autocorrelation(walk(walkStart(options), n, options).z, {lags: 30, mean: 0});
    // Bartlett: var(rho_k) is at most (1 + 2 sum rho^2) / n
    const error = Math.sqrt((1 + 2 / Math.expm1(0.2)) / n);
    rho.forEach((r, k) => expect(Math.abs(r - Math.exp(-0.1 * k))).toBeLessThan(4 * error));
  });

  it("of what never changes is 0", () => {
    expect([...autocorrelation(new Float64Array(5).fill(0.1), {lags: 2})]).toEqual([1, 0, 0]);
    expect(() => autocorrelation([1])).toThrow("series: found 1 values; expected 2 or more");
    expect(() => autocorrelation([1, 2], {lags: 2})).toThrow("lags: found 2; expected 0 to 1");
  });
});

describe("integrated autocorrelation time", () => {
  it.each([0, 0.5, 0.9, -0.5])("of AR(1) is (1 + rho)/(1 - rho): rho = %d", (rho) => {
    const {tau, error, window, effective} = autocorrelationTime(ar1(100_000, rho), {mean: 0});
    const exact = (1 + rho) / (1 - rho);
    const beyond = (2 * rho ** (window + 1)) / (1 - rho); // left out by the window
    expect(Math.abs(tau - (exact - beyond))).toBeLessThan(4 * error);
    expect(Math.abs(beyond)).toBeLessThan(0.07 * exact);
    expect(effective).toBeCloseTo(100_000 / tau, 6);
  });

  it("says how far the mean of a series scatters", () => {
    const [n, rho] = [2000, 0.9];
    const means = Array.from({length: 300}, (_, i) => ar1(n, rho, i).reduce((a, v) => a + v / n, 0));
    const scatter = Math.sqrt(means.reduce((a, m) => a + m * m, 0) / 300);
    const {tau} = autocorrelationTime(
      Array.from({length: 20}, (_, i) => ar1(n, rho, i)),
      {mean: 0}
    );
    expect(Math.abs(scatter / Math.sqrt(tau / n) - 1)).toBeLessThan(0.15);
  });

  it("averages the walkers' correlations about one mean", () => {
    // each walker stays where it is: to its own mean nothing changes, to the common one nothing is forgotten
    const still = [0, 1, 0, 1].map((v) => new Float64Array(100).fill(v));
    expect(autocorrelationTime(still).tau).toBeGreaterThan(20);
    const walkers = [1, 2, 3, 4].map((s) => ar1(5000, 0.8, s));
    const {tau, error} = autocorrelationTime(walkers, {mean: 0});
    expect(Math.abs(tau - 9)).toBeLessThan(3 * error);
    expect(error).toBeLessThan(0.7 * autocorrelationTime(walkers[0], {mean: 0}).error);
  });

  it("of a state of a two-state chain is (1 + lambda)/(1 - lambda)", () => {
    // leaves state 0 with 0.05 and state 1 with 0.15: lambda = 0.8, populations 3/4 and 1/4
    const rng = random(4);
    const states = new Int32Array(100_000);
    for (let t = 1; t < states.length; ++t) {
      const leaves = rng.uniform() < (states[t - 1] === 0 ? 0.05 : 0.15);
      states[t] = leaves ? 1 - states[t - 1] : states[t - 1];
    }
    const {tau, error} = autocorrelationTime(indicator(states, 1));
    expect(Math.abs(tau - 9)).toBeLessThan(4 * error);
  });
});

describe("visits", () => {
  const cuts = [-0.5, 0.6, 1.5];
  const populations = populationsOf(cuts);

  it("has p-values that are uniform, nearly, where the populations are right", () => {
    const rho = Math.exp(-0.1);
    const p = Float64Array.from(
      {length: 400},
      (_, run) => visitsTest([cut(ar1(2000, rho, run), cuts)], populations).p
    );
    const rejected = p.filter((v) => v < 0.05).length / p.length;
    const ks = kolmogorovSmirnov(p, (x) => Math.min(1, Math.max(0, x)));
    console.log(`visits: ${(100 * rejected).toFixed(1)}% of p-values below 5%, KS distance ${ks.toFixed(3)}`);
    expect(rejected).toBeGreaterThan(0.02);
    expect(rejected).toBeLessThan(0.1);
    expect(ks).toBeLessThan(0.1);
    // steps taken for independent would reject nearly always
    const naive = Float64Array.from({length: 50}, (_, run) => {
      const {statistic, effective, steps} = visitsTest([cut(ar1(2000, rho, run), cuts)], populations);
      return (statistic * steps) / effective;
    });
    expect(naive.filter((x) => x > 7.81).length).toBeGreaterThan(35);
  });

  it("scatters z scores by 1, of walkers together too", () => {
    const runs = Array.from({length: 150}, (_, run) =>
      visitsTest(
        [0, 1, 2].map((w) => cut(ar1(1500, 0.8, run, w), cuts)),
        populations
      )
    );
    for (const k of [0, 1, 2, 3]) {
      const square = runs.reduce((sum, {states}) => sum + states[k].z ** 2 / runs.length, 0);
      expect(square).toBeGreaterThan(0.65);
      expect(square).toBeLessThan(1.5);
    }
  });

  it("has the power to see populations that are off", () => {
    const wrong = populations.map((p, k) => (k === 1 ? p - 0.1 : k === 2 ? p + 0.1 : p));
    const p = Array.from({length: 100}, (_, run) => visitsTest([cut(ar1(4000, 0.8, run), cuts)], wrong).p);
    expect(p.filter((v) => v < 0.05).length).toBeGreaterThan(80);
  });

  it("has the shares and errors that can be counted by hand", () => {
    const states = Int32Array.from({length: 1000}, (_, t) => Math.floor(random(2, t).uniform() * 2));
    const {states: found, steps, degrees} = visitsTest([states], [1, 1]);
    const share = states.filter((s) => s === 1).length / 1000;
    expect(found[1].share).toBe(share);
    expect(found[1].error).toBeCloseTo(Math.sqrt((0.25 * found[1].tau) / 1000), 12);
    expect(found[1].z).toBeCloseTo((share - 0.5) / found[1].error, 12);
    expect([steps, degrees]).toEqual([1000, 1]);
    expect(found[1].tau).toBeGreaterThan(0.7);
    expect(found[1].tau).toBeLessThan(1.4);
  });

  it("takes a state that was never visited into the account", () => {
    const {states, p} = visitsTest([cut(ar1(2000, 0.5), [0])], [0.4, 0.4, 0.2]);
    expect(states[2]).toMatchObject({share: 0, tau: Math.max(states[0].tau, states[1].tau)});
    expect(states[2].z).toBeLessThan(-5);
    expect(p).toBeLessThan(1e-3);
  });

  it("concludes nothing from a walk that never moved", () => {
    const {p, effective} = visitsTest([new Int32Array(500)], [0.5, 0.5]);
    expect(effective).toBeCloseTo(1, 12);
    expect(p).toBeGreaterThan(0.2);
  });

  it("refuses states that can't be", () => {
    expect(() => visitsTest([Int32Array.of(0, 2)], [1, 1])).toThrow("state: found 2; expected 0 to 1");
    expect(() => visitsTest([Int32Array.of(0, 1)], [1, 0])).toThrow("state 1: found 1 visits; expected none");
  });

  it("works on the states of the walk itself", () => {
    const options = {dt: 0.4, seed: 9, walkers: 3, d: 2};
    const {z} = walk(walkStart(options), 3000, options);
    const series = [0, 1, 2].map((w) => {
      const path = walkerPath(z, 3, 2, w);
      return cut(path.filter((_, i) => i % 2 === 0), cuts); // prettier-ignore
    });
    expect(visitsTest(series, populations).p).toBeGreaterThan(0.001);
  });
});
