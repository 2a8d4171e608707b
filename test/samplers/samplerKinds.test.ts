import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {ddpm} from "../../components/diffusion/ddpm.js";
import {mixtureDenoiser} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {scheduleFrom, type Schedule} from "../../components/diffusion/schedule.js";
import {scheduleKinds, scheduleOf, type ScheduleKindName} from "../../components/diffusion/scheduleKinds.js";
import {spacings} from "../../components/diffusion/times.js";
import {adaptive} from "../../components/samplers/adaptive.js";
import {ancestral} from "../../components/samplers/ancestral.js";
import {
  langevinStrength,
  shapedLangevin,
  type StrengthShape
} from "../../components/samplers/langevinStrength.js";
import {regularised} from "../../components/samplers/regularised.js";
import {reverseChain} from "../../components/samplers/reverseChain.js";
import {isSampler, sampler} from "../../components/samplers/sampler.js";
import {
  samplerDefaults,
  samplerKind,
  samplerKinds,
  samplerOf,
  type SamplerKind,
  type SamplerKindName
} from "../../components/samplers/samplerKinds.js";
import {stepSizes} from "../../components/samplers/stepSizes.js";
import {startingNoise} from "../../components/samplers/track.js";

const scheduleNamed = (kind: ScheduleKindName): Schedule => {
  const parameters = Object.fromEntries(Object.entries(scheduleKinds[kind].parameters).map(([name, {value}]) => [name, value]));
  return scheduleOf({kind, parameters}).schedule!;
}; // prettier-ignore
const law = laws.ring.mixture;
const denoiser = mixtureDenoiser(law);
const n = 60;

function runOf(kind: SamplerKindName, schedule: Schedule, steps: number, given = {}, spacing: keyof typeof spacings = "snr") {
  const times = spacings[spacing].times(schedule, steps);
  const rng = random(1, 2);
  const before = String(rng.state());
  const x = startingNoise(schedule, times[0], {n, d: 2, rng: random(1, 1)});
  const parameters = samplerDefaults(kind, given);
  return samplerOf({kind, parameters}, steps)({denoiser, schedule, times, x, n, rng}).then((sampled) => ({
    ...sampled,
    drew: String(rng.state()) !== before
  }));
} // prettier-ignore

const kinds: [SamplerKindName, SamplerKind][] = Object.entries(samplerKinds) as never;

describe.each(kinds)("%s", (name, kind) => {
  test.each(["vp", "ve", "edm"] as const)("says how many denoiser calls it makes, and draws noise unless it solves the ODE (%s)", async (schedule) => {
    for (const steps of [1, 4, 25]) {
      const {x, evaluations, drew} = await runOf(name, scheduleNamed(schedule), steps);
      expect(x.every(Number.isFinite)).toBe(true);
      if (kind.calls) expect(kind.calls(steps, samplerDefaults(name))).toBe(evaluations);
      else expect(evaluations).toBeGreaterThan(10);
      // In its only step a chain adds no noise, and Algorithm 2 none above S_tmax
      if (steps > 1) expect(drew).toBe(!kind.solvesOde(samplerDefaults(name)));
    }
  }); // prettier-ignore

  test("its parameters, at both ends of their sliders, give finite points", async () => {
    for (const [key, {min, max}] of Object.entries(kind.parameters))
      for (const value of [min, max]) {
        const {x} = await runOf(name, scheduleNamed("vp"), 6, {[key]: value});
        expect(x.every(Number.isFinite)).toBe(true);
      }
  });
});

test("those that solve the ODE end where its precise solution does, the nearer the more steps they take", async () => {
  for (const schedule of [scheduleNamed("vp"), scheduleNamed("edm")]) {
    const times = spacings.snr.times(schedule, 1);
    const x = startingNoise(schedule, times[0], {n, d: 2, rng: random(1, 1)});
    const exact = await adaptive({rtol: 1e-9, atol: 1e-9})({denoiser, schedule, times, x, n, rng: random(0)});
    const distance = ({x}: {x: Float64Array}) => Math.sqrt(x.reduce((sum, v, i) => sum + (v - exact.x[i]) ** 2, 0) / n);
    for (const [name, kind] of kinds) {
      if (!kind.solvesOde(samplerDefaults(name))) continue;
      const fine = "tolerance" in kind.parameters ? {tolerance: -6} : {};
      const [coarse, near] = [distance(await runOf(name, schedule, 40)), distance(await runOf(name, schedule, 400, fine))];
      expect(near).toBeLessThan(0.35 * coarse);
      expect(near).toBeLessThan(0.05);
    }
  }
}); // prettier-ignore

test("parameters turn samplers into others", async () => {
  const schedule = scheduleNamed("vp");
  const same = async (a: Promise<{x: Float64Array}>, b: Promise<{x: Float64Array}>) => {
    const [x, y] = [(await a).x, (await b).x];
    expect(Math.max(...x.map((v, i) => Math.abs(v - y[i])))).toBeLessThan(1e-12);
  };
  await same(runOf("regularised", schedule, 9, {b: 0}), runOf("ddim", schedule, 9, {eta: 0}));
  await same(runOf("predictorCorrector", schedule, 9, {corrections: 0}), runOf("ddim", schedule, 9));
  await same(runOf("stochastic", schedule, 9, {S_churn: 0}), runOf("heun", schedule, 9));
  expect(samplerKinds.ddim.solvesOde({eta: 0})).toBe(true);
  expect(samplerKinds.ddim.solvesOde({eta: 0.1})).toBe(false);
  expect(samplerKinds.regularised.solvesOde({b: 0})).toBe(true);
  expect(samplerKinds.stochastic.solvesOde({S_churn: 0})).toBe(true);
});

test("an unknown name is refused with the names that there are; what suits no schedule says so", () => {
  expect(() => samplerKind("rk4")).toThrow("sampler: found rk4; expected one of euler, ddim,");
  expect(() => samplerKind("toString")).toThrow("sampler: found toString");
  expect(samplerKinds.annealedLangevin.unsuited(scheduleNamed("vp"))).toContain("without scaling");
  expect(samplerKinds.annealedLangevin.unsuited(scheduleNamed("edm"))).toBeUndefined();
});

test("samplers are known as such, other functions are not", () => {
  expect(isSampler(sampler((x) => x))).toBe(true);
  for (const kind of ["euler", "heun", "regularised", "ancestral"] as const)
    expect(isSampler(samplerOf({kind, parameters: {}}, 3))).toBe(true);
  expect(isSampler(() => 1)).toBe(false);
  expect(isSampler(undefined)).toBe(false);
});

test("the reverse chain between all times of a DDPM is its ancestral sampling with sigma_t^2 = beta_t", async () => {
  const chain = ddpm(Float64Array.from({length: 12}, (_, i) => 0.02 + 0.03 * i));
  const bar = (t: number) => (t === 0 ? 1 : chain.alphaBar[t - 1]);
  const schedule = scheduleFrom({
    t_min: 0,
    t_max: 12,
    s: (t) => Math.sqrt(bar(t)),
    sigma: (t) => Math.sqrt((1 - bar(t)) / bar(t)),
    ds: () => NaN,
    dsigma: () => NaN
  });
  const x = random(3).fillNormal(new Float64Array(2 * n));
  const times = Float64Array.from({length: 13}, (_, i) => 12 - i);
  const here = await reverseChain({denoiser, schedule, times, x, n, rng: random(4)});
  const there = await ancestral({denoiser, chain, x, n, rng: random(4), variance: "beta"});
  expect(here.evaluations).toBe(there.evaluations);
  here.x.forEach((v, i) => expect(v).toBeCloseTo(there.x[i], 10));
});

describe("beta(t) of the Langevin term", () => {
  const integral = (shape: StrengthShape, b: number, schedule: Schedule) => {
    const beta = langevinStrength(shape, b, schedule);
    const m = 20000;
    const h = (schedule.t_max - schedule.t_min) / m;
    let sum = 0;
    for (let i = 0; i < m; ++i) sum += beta(schedule.t_min + (i + 0.5) * h) * h;
    return sum;
  };
  const points = [{t: 0, value: 0}, {t: 0.5, value: 2}, {t: 1, value: 0}]; // prettier-ignore

  test.each(["vp", "ve", "edm"] as const)("has the strength b as its integral, in units of the whole time (%s)", (name) => {
    const schedule = scheduleNamed(name);
    expect(integral({kind: "constant"}, 0.7, schedule)).toBeCloseTo(0.7, 6);
    expect(integral({kind: "rising"}, 0.7, schedule)).toBeCloseTo(0.7, 6);
    expect(integral({kind: "drawn", points}, 0.7, schedule)).toBeCloseTo(0.7, 5);
  }); // prettier-ignore

  test("of the SDE is sigma'/sigma", () => {
    const schedule = scheduleNamed("ve");
    expect(integral({kind: "sde"}, 1, schedule)).toBeCloseTo(Math.log(5000), 6);
  });

  test("drawn below 0 counts as 0, and without points there is none", () => {
    const schedule = scheduleNamed("vp");
    const below = points.map(({t, value}) => ({t, value: -value}));
    expect(integral({kind: "drawn", points: below}, 1, schedule)).toBe(0);
    expect(() => langevinStrength({kind: "drawn", points: []}, 1, schedule)).toThrow("found no points");
  });

  test("is that of the schedule which the sampler is given", async () => {
    const schedule = scheduleNamed("edm");
    const times = spacings.rho.times(schedule, 7);
    const x = startingNoise(schedule, times[0], {n, d: 2, rng: random(1)});
    const shape = {kind: "rising"} as const;
    const input = {denoiser, schedule, times, x, n};
    const a = await shapedLangevin(shape, 0.4)({...input, rng: random(2)});
    const b = await regularised(langevinStrength(shape, 0.4, schedule))({...input, rng: random(2)});
    expect(a.x).toEqual(b.x);
  });
});

test("step sizes: every trajectory's levels fall from the first to the last, as many as its calls allow", async () => {
  const schedule = scheduleNamed("vp");
  const times = spacings.uniform.times(schedule, 1);
  const x = startingNoise(schedule, times[0], {n, d: 2, rng: random(1)});
  const found = await stepSizes(adaptive({rtol: 1e-3, atol: 1e-3}), {denoiser, schedule, times, x, n, rng: random(0)});
  expect(found.levels).toHaveLength(n);
  found.levels.forEach((levels, row) => {
    expect(levels[0]).toBe(schedule.sigma(times[0]));
    expect(levels[levels.length - 1]).toBeCloseTo(schedule.sigma(times[1]), 12);
    for (let i = 1; i < levels.length; ++i) expect(levels[i]).toBeLessThan(levels[i - 1]);
    // six calls an accepted step, one for the first slope; what was rejected comes on top
    expect(found.calls![row]).toBeGreaterThanOrEqual(1 + 6 * (levels.length - 1));
  });
  const fixed = await stepSizes(samplerOf({kind: "heun", parameters: {}}, 5), {denoiser, schedule, times, x, n, rng: random(0)});
  expect(fixed.levels).toEqual([]);
}); // prettier-ignore
