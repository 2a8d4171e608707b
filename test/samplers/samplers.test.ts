import {describe, expect, test} from "vitest";
import {mmdSquared} from "../../components/analysis/mmd.js";
import {jobContext} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {
  edmSchedule,
  linearRate,
  timeOf,
  varianceExploding,
  variancePreserving,
  type Schedule
} from "../../components/diffusion/schedule.js";
import {ddim} from "../../components/samplers/ddim.js";
import {dpmSolver} from "../../components/samplers/dpmSolver.js";
import {euler} from "../../components/samplers/euler.js";
import {eulerMaruyama} from "../../components/samplers/eulerMaruyama.js";
import {heun} from "../../components/samplers/heun.js";
import {regularised} from "../../components/samplers/regularised.js";
import {annealedLangevin, predictorCorrector} from "../../components/samplers/langevin.js";
import {stochastic as churned} from "../../components/samplers/stochastic.js";
import {ancestral} from "../../components/samplers/ancestral.js";
import {ddpm, discretised} from "../../components/diffusion/ddpm.js";
import type {Sampler} from "../../components/samplers/sampler.js";

const c = 0.6;
const gaussian = mixtureDenoiser(gaussianMixture([{mean: [0], covariance: c * c}]));
/** The exact flow of N(0, c^2) in x/s. */
const flowed = (x: number, from: number, to: number) => (x * Math.hypot(c, to)) / Math.hypot(c, from);

const schedules: [string, Schedule][] = [
  ["VP", variancePreserving(linearRate())],
  ["VE", varianceExploding()],
  ["EDM", edmSchedule()]
];
/** n + 1 times between two noise levels, in equal steps of ln sigma. */
const levels = (schedule: Schedule, from: number, to: number, n: number) =>
  Float64Array.from({length: n + 1}, (_, i) => timeOf(schedule, from * (to / from) ** (i / n)));
const sample = (run: Sampler, schedule: Schedule, times: Float64Array, x: Float64Array, seed = 1) =>
  run({denoiser: gaussian, schedule, times, x, n: x.length, rng: random(seed)});

const deterministic: [string, Sampler, order: number, calls: number][] = [
  ["Euler", euler, 1, 1],
  ["DDIM", ddim(0), 1, 1],
  ["the ODE alone of regularised sampling", regularised(() => 0), 1, 1],
  ["Heun", heun, 2, 2],
  ["DPM-Solver++(2M)", dpmSolver, 2, 1]
];

describe.each(deterministic)("%s", (_, run, order, calls) => {
  test.each(schedules)(
    `has order ${order} on a Gaussian, with ${calls} denoiser calls a step (%s)`,
    async (_, schedule) => {
      const [from, to] = [8, 0.3];
      const error = async (n: number) => {
        const start = schedule.s(timeOf(schedule, from)) * 3;
        const {x, evaluations} = await sample(
          run,
          schedule,
          levels(schedule, from, to, n),
          Float64Array.of(start)
        );
        expect(evaluations).toBe(calls * n);
        return Math.abs(x[0] / schedule.s(timeOf(schedule, to)) - flowed(3, from, to));
      };
      const errors = [await error(64), await error(1024), await error(2048)];
      expect(Math.abs(Math.log2(errors[1] / errors[2]) - order)).toBeLessThan(0.25);
      expect(errors[2]).toBeLessThan(errors[0]);
    }
  );
});

const stochastic: [string, Sampler][] = [
  ["Euler-Maruyama on the reverse SDE", eulerMaruyama],
  ["DDIM with eta = 1, DDPM's ancestral sampling", ddim(1)],
  ["regularised sampling", regularised(() => 3)]
];

describe.each(stochastic)("%s", (name, run) => {
  test.each(schedules.slice(0, name.startsWith("regularised") ? 1 : 3))(
    "ends at the right variance (%s), more exactly with more steps",
    async (_, schedule) => {
      const [from, to] = [20, 0.05];
      const n = 20_000;
      const variance = async (steps: number) => {
        const scale = schedule.s(timeOf(schedule, from));
        const start = random(7).fillNormal(new Float64Array(n)).map((v) => v * scale * Math.hypot(c, from)); // prettier-ignore
        const {x, evaluations} = await sample(run, schedule, levels(schedule, from, to, steps), start, 3);
        expect(evaluations).toBe(steps);
        const end = schedule.s(timeOf(schedule, to));
        return x.reduce((sum, v) => sum + (v / end) ** 2, 0) / n / (c * c + to * to);
      };
      const coarse = Math.abs((await variance(25)) - 1);
      const fine = Math.abs((await variance(200)) - 1);
      expect(fine).toBeLessThan(0.04); // chance alone makes 0.01
      expect(fine).toBeLessThan(Math.max(0.02, coarse));
    }
  );
});

const mixture = gaussianMixture([
  {weight: 2, mean: [-1, 0], covariance: [[0.05, 0.04], [0.04, 0.05]]}, // prettier-ignore
  {weight: 1, mean: [1, 0.5], covariance: [[0.2, 0], [0, 0.01]]}, // prettier-ignore
  {weight: 1, mean: [0.5, -1], covariance: [[0.02, 0], [0, 0.02]]} // prettier-ignore
]);

describe("on a mixture of Gaussians", () => {
  const n = 1500;
  const schedule = variancePreserving(linearRate());
  const draw = async (run: Sampler, steps: number, seed: number) => {
    const times = levels(schedule, schedule.sigma(1), 0.01, steps);
    const x = random(seed).fillNormal(new Float64Array(2 * n));
    const made = await run({denoiser: mixtureDenoiser(mixture), schedule, times, x, n, rng: random(seed, 1)});
    return made.x.map((v) => v / schedule.s(times[steps]));
  };
  const exact = (seed: number) => sampleMixture(mixture, n, random(seed));
  const distance = (a: Float64Array, b: Float64Array) => mmdSquared(a, b, 2, 0.3);
  // What chance makes of two samples of the mixture itself: mean and deviation of eight pairs.
  const floors = Array.from({length: 8}, (_, i) => distance(exact(2 * i + 10), exact(2 * i + 11)));
  const floor = floors.reduce((sum, v) => sum + v, 0) / 8;
  const scatter = Math.sqrt(floors.reduce((sum, v) => sum + (v - floor) ** 2, 0) / 7);

  test.each<[string, Sampler]>([
    ...deterministic.map(([name, run]): [string, Sampler] => [name, run]),
    ...stochastic.slice(0, 2),
    ["regularised sampling", regularised(() => 0.5)],
    ["EDM's stochastic sampler", churned({steps: 200})],
    ["annealed Langevin dynamics", annealedLangevin({corrections: 8, step: 0.15})],
    ["predictor and corrector", predictorCorrector()]
  ])("%s draws from it", async (_, run) => {
    expect(distance(await draw(run, 200, 5), exact(1))).toBeLessThan(floor + 4 * scatter);
  });

  test.each(["beta", "betaTilde"] as const)(
    "DDPM's ancestral sampling with %s draws from it",
    async (variance) => {
      const chain = ddpm(discretised(linearRate().beta, 600));
      const x = random(5).fillNormal(new Float64Array(2 * n));
      const seen: number[] = [];
      const {x: made, evaluations} = await ancestral({
        denoiser: mixtureDenoiser(mixture),
        chain,
        x,
        n,
        rng: random(5, 1),
        variance,
        observe: (t) => seen.push(t)
      });
      expect(evaluations).toBe(600);
      expect([seen[0], seen.at(-1), seen.length]).toEqual([600, 0, 601]);
      expect(distance(made, exact(1))).toBeLessThan(floor + 4 * scatter);
    }
  );

  test("a weak Langevin term reduces the error that coarse steps of the ODE leave more than a strong one, which adds its own", async () => {
    const steps = 12;
    const times = Array.from(levels(schedule, schedule.sigma(1), 0.01, steps));
    const error = async (strength: number) => {
      const beta = (t: number) => {
        const i = times.indexOf(t);
        return strength / (times[i] - times[i + 1]);
      };
      let sum = 0;
      for (const seed of [5, 6, 7])
        sum += distance(await draw(regularised(beta), steps, seed), exact(seed - 2)) / 3;
      return sum;
    };
    const [none, weak, strong] = [await error(0), await error(0.02), await error(0.5)];
    console.log(
      `${steps} steps: MMD^2 ${none.toExponential(1)} without a Langevin term, ${weak.toExponential(1)} with 0.02 a step, ${strong.toExponential(1)} with 0.5; floor ${floor.toExponential(1)}`
    );
    expect(weak).toBeLessThan(0.6 * none);
    expect(strong).toBeGreaterThan(1.3 * weak);
  });
});

test("eta = 1 is DDPM: the variance of a step is beta-tilde", async () => {
  const schedule = variancePreserving(linearRate());
  const times = Float64Array.of(0.5, 0.45);
  const n = 40_000;
  const {x} = await sample(ddim(1), schedule, times, new Float64Array(n).fill(0.4));
  const [bar, before] = times.map((t) => schedule.s(t) ** 2);
  const betaTilde = ((1 - before) / (1 - bar)) * (1 - bar / before);
  const mean = x.reduce((a, b) => a + b, 0) / n;
  expect(x.reduce((a, b) => a + (b - mean) ** 2, 0) / n / betaTilde).toBeCloseTo(1, 1);
});

test("the trajectory is told, its ends among it, and a sampler can be cancelled", async () => {
  const schedule = edmSchedule();
  const times = levels(schedule, 10, 0.1, 5);
  const seen: [number, number][] = [];
  const input = {denoiser: gaussian, schedule, times, x: Float64Array.of(4), n: 1, rng: random(1)};
  await heun({...input, observe: (step, t) => seen.push([step, t])});
  expect(seen).toEqual(Array.from(times, (t, i) => [i, t]));
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(euler({...input, context: jobContext(controller.signal)})).rejects.toThrow("enough");
});

test("the last step may be to sigma = 0, and gives a number", async () => {
  const schedule = edmSchedule({sigma_min: 0});
  for (const [, run] of [
    ...deterministic.map(([a, b]): [string, Sampler] => [a, b]),
    ...stochastic.slice(1)
  ]) {
    const {x} = await sample(run, schedule, Float64Array.of(2, 0.5, 0), Float64Array.of(1.2));
    expect(Number.isFinite(x[0])).toBe(true);
  }
});
