import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {ddpm, linearBetas} from "../../components/diffusion/ddpm.js";
import {
  constantRate,
  cosineRate,
  edmSchedule,
  linearRate,
  subVariancePreserving,
  varianceExploding,
  variancePreserving,
  type Schedule
} from "../../components/diffusion/schedule.js";
import {
  chainMarginals,
  chainOfDdpm,
  chainStart,
  coarseNormals,
  ddpmOf,
  exactChain,
  rateOf,
  walkChain
} from "../../components/diffusion/scheduleChain.js";

const vp = variancePreserving(linearRate());
const others = [subVariancePreserving(linearRate()), varianceExploding(), edmSchedule()];
const evenly = (from: number, to: number, n: number) =>
  Float64Array.from({length: n + 1}, (_, i) => from + ((to - from) * i) / n);

test("the rate of a schedule that preserves variance is its own; others have none", () => {
  for (const rate of [linearRate(), constantRate(3), cosineRate()]) {
    const beta = rateOf(variancePreserving(rate))!;
    for (const t of [0.01, 0.3, 0.7, 0.95]) expect(beta(t) / rate.beta(t)).toBeCloseTo(1, 9);
  }
  for (const schedule of others) expect(rateOf(schedule)).toBeUndefined();
});

test("a chain begins where there is no noise, if there is such a time", () => {
  expect(chainStart(vp)).toBe(0);
  expect(chainStart(edmSchedule())).toBe(0);
  expect(chainStart({...varianceExploding(), t_min: 0.001})).toBe(0.001); // sigma(0) is 0.01
  expect(chainStart(variancePreserving(linearRate(), {t_min: 0.2}))).toBe(0.2);
});

test("beta_t = beta(t/T)/T, whatever the time's ends", () => {
  const made = ddpmOf((t) => 2 * t, [1, 3], 4);
  expect(Array.from(made.beta)).toEqual([0.999, 0.999, 0.999, 0.999]);
  const small = ddpmOf((t) => 0.2 * t, [1, 3], 4);
  expect(Array.from(small.beta)).toEqual([0.15, 0.2, 0.25, 0.3].map((v) => expect.closeTo(v, 12)));
});

describe("marginals", () => {
  test("of a DDPM are sqrt(alpha-bar) and sqrt(1 - alpha-bar)", () => {
    const made = ddpm(linearBetas(50));
    const {scale, noise} = chainMarginals(chainOfDdpm(made, [0, 1]));
    expect([scale[0], noise[0]]).toEqual([1, 0]);
    for (let t = 1; t <= 50; ++t) {
      expect(scale[t] ** 2).toBeCloseTo(made.alphaBar[t - 1], 12);
      expect(noise[t] ** 2).toBeCloseTo(made.noise[t - 1], 12);
    }
  });

  test.each<[string, Schedule]>([["VP", vp], ...others.map((s): [string, Schedule] => [s.name, s])])("of the exact chain are the schedule's own (%s)", (_, schedule) => {
    const times = evenly(schedule.t_min, schedule.t_max, 7);
    const {scale, noise} = chainMarginals(exactChain(schedule, times));
    times.forEach((t, i) => {
      expect(scale[i] / schedule.s(t)).toBeCloseTo(1, 10);
      expect(noise[i] / (schedule.s(t) * schedule.sigma(t))).toBeCloseTo(1, 10);
    });
  }); // prettier-ignore

  test("are those of the states, walked", () => {
    const chain = exactChain(varianceExploding(), evenly(0, 1, 5));
    const n = 20_000;
    const rng = random(1);
    const z = {start: rng.fillNormal(new Float64Array(n)), steps: rng.fillNormal(new Float64Array(5 * n))};
    const x = walkChain(chain, new Float64Array(n).fill(0.7), z);
    const {scale, noise} = chainMarginals(chain);
    for (let i = 0; i <= 5; ++i) {
      const states = x.subarray(i * n, (i + 1) * n);
      const mean = states.reduce((a, b) => a + b, 0) / n;
      const deviation = Math.sqrt(states.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
      expect(Math.abs(mean - 0.7 * scale[i]) / noise[i]).toBeLessThan(4 / Math.sqrt(n));
      expect(deviation / noise[i]).toBeCloseTo(1, 1);
    }
  });
});

test("coarse normals follow the same Brownian path: an exact chain of fewer steps visits the same places", () => {
  const [n, M, T] = [3, 60, 12];
  const rng = random(4);
  const start = rng.fillNormal(new Float64Array(n));
  const fine = rng.fillNormal(new Float64Array(M * n));
  // Brownian motion itself, sigma^2 = t, where a step's variance is its length
  const motion = {...varianceExploding(), s: () => 1, sigma: Math.sqrt};
  const x0 = Float64Array.of(1, 2, 3);
  const a = walkChain(exactChain(motion, evenly(0, 1, M)), x0, {start, steps: fine});
  const b = walkChain(exactChain(motion, evenly(0, 1, T)), x0, {start, steps: coarseNormals(fine, n, T)});
  for (let i = 0; i <= T; ++i)
    for (let j = 0; j < n; ++j) expect(b[i * n + j]).toBeCloseTo(a[((i * M) / T) * n + j], 10);
});

test("what doesn't fit is refused", () => {
  expect(() => coarseNormals(new Float64Array(10), 1, 3)).toThrow("T: found 3; expected a divisor of 10");
  expect(() => walkChain(exactChain(vp, evenly(0.1, 1, 2)), new Float64Array(2), {start: new Float64Array(2), steps: new Float64Array(3)})).toThrow("steps: found 3 normals; expected 2 x 2"); // prettier-ignore
});
