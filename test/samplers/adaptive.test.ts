import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import type {Denoiser} from "../../components/diffusion/denoiser.js";
import {drawnSchedule} from "../../components/diffusion/drawnCurve.js";
import {gaussianMixture, mixtureDenoiser} from "../../components/diffusion/gaussianMixture.js";
import {
  edmSchedule,
  linearRate,
  subVariancePreserving,
  timeOf,
  varianceExploding,
  variancePreserving,
  type Schedule
} from "../../components/diffusion/schedule.js";
import {adaptive} from "../../components/samplers/adaptive.js";
import {ddim} from "../../components/samplers/ddim.js";
import {dormandPrince} from "../../components/samplers/dormandPrince.js";
import {dpmSolver} from "../../components/samplers/dpmSolver.js";
import {euler} from "../../components/samplers/euler.js";
import {eulerMaruyama} from "../../components/samplers/eulerMaruyama.js";
import {heun} from "../../components/samplers/heun.js";
import {annealedLangevin, predictorCorrector} from "../../components/samplers/langevin.js";
import {regularised} from "../../components/samplers/regularised.js";
import {inside, step} from "../../components/samplers/rungeKutta.js";
import {evenTimes, isSampler, type Sampler, type SamplerInput} from "../../components/samplers/sampler.js";
import {integrateShared, sharedAdaptive} from "../../components/samplers/sharedAdaptive.js";
import {stochastic} from "../../components/samplers/stochastic.js";

const c = 0.6;
const gaussian = mixtureDenoiser(gaussianMixture([{mean: [0, 0], covariance: c * c}]));
/** The exact flow of N(0, c^2) in x/s. */
const ratio = (from: number, to: number) => Math.hypot(c, to) / Math.hypot(c, from);
const mixture = mixtureDenoiser(
  gaussianMixture([
    {weight: 2, mean: [-1, 0], covariance: 0.02},
    {weight: 1, mean: [1, 0.5], covariance: 0.05}
  ])
);

const schedules: [string, Schedule][] = [
  ["VP", variancePreserving(linearRate())],
  ["sub-VP", subVariancePreserving(linearRate())],
  ["VE", varianceExploding()],
  ["EDM", edmSchedule()],
  ["drawn by hand", drawnSchedule([{t: 0, value: 0.01}, {t: 0.3, value: 4}, {t: 1, value: 60}])] // prettier-ignore
];
const both: [string, (options: {rtol?: number; atol?: number; sigma_end?: number}) => Sampler][] = [
  ["adaptive", adaptive],
  ["sharedAdaptive", sharedAdaptive]
];

const input = (schedule: Schedule, times: ArrayLike<number>, n: number, denoiser: Denoiser): SamplerInput => {
  const scale = schedule.s(times[0]) * Math.hypot(c, schedule.sigma(times[0]));
  const x = random(1).fillNormal(new Float64Array(2 * n)).map((v) => v * scale); // prettier-ignore
  return {denoiser, schedule, times, x, n, rng: random(2)};
};
const TIGHT = {rtol: 1e-7, atol: 1e-7};
/**
 * Error that is allowed at TIGHT, in tolerances. A hand-drawn schedule has kinks, and where one lies just behind the start of a step
 * the error estimate sees 71/57600 of the jump of the derivative, and the step 35/384: 74 times as much.
 */
const bound = ({name}: Schedule, times: number) => (name.startsWith("drawn") ? 74 * 30 : times) * TIGHT.rtol;
/** Largest difference from the exact flow on the Gaussian, over the width of the law there. */
function offFlow({schedule, times, x}: SamplerInput, at: number, found: Float64Array): number {
  const from = times[0];
  const exact = (schedule.s(at) / schedule.s(from)) * ratio(schedule.sigma(from), schedule.sigma(at));
  const width = schedule.s(at) * Math.hypot(c, schedule.sigma(at));
  return found.reduce((most, v, i) => Math.max(most, Math.abs(v - exact * x[i]) / width), 0);
}

describe.each(both)("%s", (_, make) => {
  test.each(schedules)("follows the exact flow of a Gaussian both ways (%s)", async (_, schedule) => {
    const falling = [...evenTimes(schedule, 6)];
    for (const times of [falling, falling.slice().reverse()]) {
      const given = input(schedule, times, 20, gaussian);
      const {x} = await make(TIGHT)(given);
      expect(offFlow(given, times[6], x)).toBeLessThan(bound(schedule, 10));
    }
  });

  test.each(schedules)(
    "tells the states at the times between, which cost nothing (%s)",
    async (_, schedule) => {
      const times = evenTimes(schedule, 9);
      const given = input(schedule, times, 4, gaussian);
      const seen: [number, number][] = [];
      const watched = await make(TIGHT)({
        ...given,
        observe(step, t, x) {
          seen.push([step, t]);
          expect(offFlow(given, t, x)).toBeLessThan(bound(schedule, 200)); // inside steps: order 4
        }
      });
      expect(seen).toEqual(Array.from(times, (t, i) => [i, t]));
      const unwatched = await make(TIGHT)({...given, times: [times[0], times[9]]});
      expect([...unwatched.x]).toEqual([...watched.x]);
      expect(unwatched.evaluations).toBe(watched.evaluations);
    }
  );

  test("tells each trajectory's own steps, from its first time to its last", async () => {
    const schedule = edmSchedule();
    const given = input(schedule, [80, 0], 3, mixture);
    const paths: {t: number; x: number[]}[][] = [[], [], []];
    const {x, calls} = await make({})({
      ...given,
      observePath: (row, t, at) => paths[row].push({t, x: [...at]})
    });
    paths.forEach((path, row) => {
      const times = path.map(({t}) => t);
      expect(times[0]).toBe(80);
      expect(times.at(-1)).toBe(0);
      expect(times).toEqual(times.slice().sort((a, b) => b - a));
      expect(new Set(times).size).toBe(times.length);
      expect(path[0].x).toEqual([...given.x.slice(2 * row, 2 * row + 2)]);
      expect(path.at(-1)!.x).toEqual([...x.slice(2 * row, 2 * row + 2)]);
      expect(calls![row]).toBeGreaterThanOrEqual(6 * (path.length - 2) + 2); // 6 a step, one at the start, one to 0
    });
  });

  test("leaves the ODE near sigma = 0 and ends at the denoised point; from there it encodes", async () => {
    for (const schedule of [edmSchedule({sigma_min: 0}), variancePreserving(linearRate(), {t_min: 0})]) {
      const [top, tolerance] = [schedule.t_max, {rtol: 1e-8, atol: 1e-8, sigma_end: 1e-3}];
      const given = input(schedule, [top, top / 2, 0], 5, gaussian);
      const {x} = await make(tolerance)(given);
      expect(offFlow(given, 0, x)).toBeLessThan(1e-5); // 1e-3^2 / 2 c^2
      const back = await make(tolerance)({...given, times: [0, top / 2, top], x});
      back.x.forEach((v, i) => expect(v / given.x[i]).toBeCloseTo(1, 4));
      // where there is less noise than that to begin with, one call does it all
      const short = await make(tolerance)(input(schedule, [timeOf(schedule, 5e-4), 0], 5, gaussian));
      expect(short.evaluations).toBe(1);
    }
  });

  test("is known as a sampler", () => expect(isSampler(make({}))).toBe(true));

  test("says what is wrong where the denoiser gives no numbers", async () => {
    let calls = 0;
    const broken = (x: Float64Array) => (++calls, x.map(() => NaN));
    await expect(make({})(input(edmSchedule(), [80, 0.002], 2, broken))).rejects.toThrow(
      /^integration: found steps of .* at t = 80; expected a derivative that is finite and smooth there$/
    );
    expect(calls).toBeLessThan(500);
  });
});

describe("steps of each trajectory's own", () => {
  const run = async (make: (typeof both)[number][1]) => {
    let rows = 0;
    const counted: Denoiser = (x, sigma) => {
      rows += sigma.length;
      return mixture(x, sigma);
    };
    const given = input(variancePreserving(linearRate()), [1, 1e-3], 50, counted);
    return {given, sampled: await make({rtol: 1e-4, atol: 1e-4})(given), rows: () => rows};
  };

  test("are counted for each, and make a trajectory what it is alone", async () => {
    const {given, sampled, rows} = await run(adaptive);
    const {calls, evaluations, x} = sampled;
    const sum = calls!.reduce((a, b) => a + b, 0);
    expect(sum).toBe(rows());
    expect(evaluations).toBeCloseTo(sum / 50, 12);
    expect(new Set(calls).size).toBeGreaterThan(2);
    const alone = await adaptive({rtol: 1e-4, atol: 1e-4})({...given, x: given.x.slice(14, 16), n: 1});
    expect([...alone.x]).toEqual([...x.slice(14, 16)]);
    expect(alone.calls![0]).toBe(calls![7]);
  });

  test("shared, are as many for all, and more where the worst decides", async () => {
    const {sampled, rows} = await run(sharedAdaptive);
    expect(new Set(sampled.calls).size).toBe(1);
    expect(50 * sampled.evaluations).toBe(rows());
    const worst = await run((options) => sharedAdaptive({...options, norm: "max"}));
    expect(worst.sampled.evaluations).toBeGreaterThan(sampled.evaluations);
  });
});

test("shared steps are SciPy's RK45: the same evaluations and the same answer", async () => {
  // solve_ivp(lambda t, y: -k * y + np.cos(t), (0, 4), [1, -2, 0.5, 3], method="RK45") of SciPy 1.17.1
  const k = [1, 3, 10, 0.2];
  const f = (t: Float64Array, y: Float64Array) => y.map((v, i) => -k[i] * v + Math.cos(t[i]));
  const start = Float64Array.of(1, -2, 0.5, 3);
  for (const [tolerance, evaluations, end] of [
    [1e-3, 110, [-0.6960648181299606, -0.2717709554042076, -0.070352462309913, 0.4081820836070014]],
    [1e-6, 272, [-0.6960652373904586, -0.27178743217201634, -0.07220964856496305, 0.40818207289201347]]
  ] as const) {
    const found = await integrateShared(dormandPrince, f, start, 4, [0, 4], {
      rtol: tolerance,
      atol: tolerance
    });
    expect([...found.evaluations]).toEqual([evaluations, evaluations, evaluations, evaluations]);
    found.y.forEach((v, i) => expect(v).toBeCloseTo(end[i], 12));
  }
});

test("the state inside a step is of order 4: its error falls with h^5, and its ends are the step's", async () => {
  const f = (t: Float64Array, y: Float64Array) => y.map((v, i) => -v * Math.sin(t[i] + 0.4));
  const exact = (t: number) => Math.exp(Math.cos(t + 0.4) - Math.cos(0.4));
  const error = async (h: number) => {
    const [t, y] = [new Float64Array(1), Float64Array.of(1)];
    const {next, stages} = await step(dormandPrince, f, t, Float64Array.of(h), y, f(t, y));
    const at = new Float64Array(1);
    inside(dormandPrince, stages, y, 0, h, 1, at);
    expect(at[0]).toBeCloseTo(next[0], 14);
    inside(dormandPrince, stages, y, 0, h, 0, at);
    expect(at[0]).toBe(1);
    let most = 0;
    for (const theta of [0.2, 0.4, 0.6, 0.8]) {
      inside(dormandPrince, stages, y, 0, h, theta, at);
      most = Math.max(most, Math.abs(at[0] - exact(theta * h)));
    }
    return most;
  };
  expect(Math.log2((await error(0.4)) / (await error(0.2)))).toBeGreaterThan(4.7);
});

describe("other samplers along rising times", () => {
  const schedule = variancePreserving(linearRate());
  const rising = (n: number) =>
    Float64Array.from({length: n + 1}, (_, i) => timeOf(schedule, 0.3 * (8 / 0.3) ** (i / n)));

  test.each<[string, Sampler, number]>([
    ["Euler", euler, 1],
    ["DDIM", ddim(0), 1],
    ["the ODE alone of regularised sampling", regularised(() => 0), 1],
    ["Heun", heun, 2],
    ["EDM's stochastic sampler without its noise", stochastic({steps: 100, S_churn: 0}), 2],
    ["DPM-Solver++(2M)", dpmSolver, 2]
  ])("%s encodes, at its order", async (_, run, order) => {
    const error = async (n: number) => {
      const given = input(schedule, rising(n), 2, gaussian);
      return offFlow(given, given.times[n], (await run(given)).x);
    };
    expect(Math.abs(Math.log2((await error(400)) / (await error(800))) - order)).toBeLessThan(0.3);
  });

  test.each<[string, Sampler]>([
    ["Euler-Maruyama", eulerMaruyama],
    ["DDIM with eta = 0.5", ddim(0.5)],
    ["EDM's stochastic sampler", stochastic({steps: 4})],
    ["annealed Langevin dynamics", annealedLangevin()],
    ["predictor and corrector", predictorCorrector()],
    ["regularised sampling", regularised(() => 1)]
  ])("%s, which draws noise, refuses", async (_, run) => {
    await expect(run(input(schedule, [0.1, 0.2, 0.5], 2, gaussian))).rejects.toThrow(
      "times: found t = 0.1 and then 0.2; expected falling times, for a sampler that draws noise can't encode"
    );
  });

  test("need some noise to begin with", async () => {
    await expect(heun(input(edmSchedule(), [0, 1], 2, gaussian))).rejects.toThrow(
      "times: found sigma = 0 at the first, t = 0; expected noise, however little"
    );
  });
});
