import {describe, expect, test} from "vitest";
import {distanceToLaw, lawFloor} from "../../components/analysis/distanceToLaw.js";
import {lawError} from "../../components/analysis/lawError.js";
import {mmdSquared} from "../../components/analysis/mmd.js";
import {mmdToLaw} from "../../components/analysis/mmdToLaw.js";
import {permutationTest} from "../../components/analysis/permutationTest.js";
import {callsAt, mean, meanError, measuredOrder, partOfCalls, samplerRace, type RaceResult} from "../../components/analysis/samplerRace.js"; // prettier-ignore
import {slicedW2} from "../../components/analysis/slicedW2.js";
import {jobContext, quiet} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {linearRate, variancePreserving} from "../../components/diffusion/schedule.js";
import {spacings} from "../../components/diffusion/times.js";
import {samplerRace as job} from "../../components/jobs/samplerRace.js";
import {adaptive} from "../../components/samplers/adaptive.js";
import {dpmSolver} from "../../components/samplers/dpmSolver.js";
import {euler} from "../../components/samplers/euler.js";
import {eulerMaruyama} from "../../components/samplers/eulerMaruyama.js";
import {heun} from "../../components/samplers/heun.js";
import {sharedAdaptive} from "../../components/samplers/sharedAdaptive.js";

const skewed = gaussianMixture([
  {weight: 2, mean: [1, 0], covariance: [[0.5, 0.3], [0.3, 0.4]]},
  {weight: 1, mean: [-1, 1], covariance: [[0.1, -0.05], [-0.05, 0.3]]}
]); // prettier-ignore

describe("distance to a law", () => {
  test("of its own quantiles is nothing; of a shifted sample in the plane, the shift over sqrt(2)", () => {
    const normal = gaussianMixture([{mean: [2], covariance: 9}]);
    // Phi^-1(0.8413447) = 1: five points are the quantiles at 0.1, 0.3, ...
    const z = [-1.2815516, -0.5244005, 0, 0.5244005, 1.2815516];
    expect(distanceToLaw(normal, 5)(Float64Array.from(z, (v) => 2 + 3 * v))).toBeLessThan(1e-4);
    expect(distanceToLaw(normal, 5)(Float64Array.from(z, (v) => 3 + 3 * v))).toBeCloseTo(1, 4);
    const n = 20000;
    const x = sampleMixture(skewed, n, random(1));
    const moved = x.map((v, i) => v + (i % 2 ? -4 : 3));
    expect(distanceToLaw(skewed, n)(moved)).toBeCloseTo(5 / Math.SQRT2, 1);
  });

  test("is what the sliced W2 to a large sample comes to", () => {
    const n = 4000;
    const x = sampleMixture(laws.ring.mixture, n, random(1)).map((v) => 1.3 * v);
    const sample = slicedW2(x, sampleMixture(laws.ring.mixture, n, random(2)), 2);
    expect(distanceToLaw(laws.ring.mixture, n)(x)).toBeCloseTo(sample, 1);
  });

  test("has a floor that falls with the root of the number of points", () => {
    const at = (n: number) => lawFloor(skewed, n, distanceToLaw(skewed, n), {draws: 24}).mean;
    const ratio = at(200) / at(3200);
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(5.3);
  });

  test("says how many points it expects", () => {
    expect(() => distanceToLaw(skewed, 10)(new Float64Array(6))).toThrow("points: found 3; expected 10");
  });
});

describe("MMD to a law", () => {
  test.each([["skewed", skewed], ["ring", laws.ring.mixture], ["one dimension", laws.uneven.mixture]] as const)("is what MMD to samples of it comes to on average (%s)", (_, m) => {
    const d = m.dimension;
    const x = sampleMixture(m, 500, random(1)).map((v) => 0.8 * v + 0.2);
    const law = mmdToLaw(m, 0.3);
    // A sample's own part of the statistic is its floor.
    const found = Array.from({length: 40}, (_, i) => mmdSquared(x, sampleMixture(m, 500, random(2, i)), d, 0.3) - law.floor(500));
    expect(meanError(found)).toBeLessThan(0.02 * mean(found));
    expect(Math.abs(mean(found) - law.squared(x))).toBeLessThan(4 * meanError(found));
  }); // prettier-ignore

  test("is on average its floor for points of the law", () => {
    const law = mmdToLaw(skewed);
    const found = Array.from({length: 60}, (_, i) => law.squared(sampleMixture(skewed, 150, random(5, i))));
    expect(Math.abs(mean(found) - law.floor(150))).toBeLessThan(4 * meanError(found));
  });
});

test("both distances of one set of points, with their floors", () => {
  const x = sampleMixture(skewed, 300, random(1));
  const error = lawError(skewed, 300, {most: 100});
  expect(error.of(x).w2).toBe(distanceToLaw(skewed, 300)(x));
  expect(error.of(x).mmd2).toBe(mmdToLaw(skewed).squared(x.subarray(0, 200)));
  expect(error.floor.mmd2).toBe(mmdToLaw(skewed).floor(100));
});

describe("permutation test", () => {
  const test1 = (shift: number, seed: number) => {
    const rng = random(9, seed);
    const [x, y] = [rng.fillNormal(new Float64Array(80)), rng.fillNormal(new Float64Array(60)).map((v) => v + shift)];
    return permutationTest(x, y, 2, {h: 0.5, rng, permutations: 99});
  }; // prettier-ignore

  test("has p values spread evenly for one law, and tells a shift", () => {
    const p = Array.from({length: 80}, (_, i) => test1(0, i).p);
    expect(Math.abs(mean(p) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 80));
    expect(p.filter((v) => v <= 0.1).length).toBeLessThan(22);
    expect(p.filter((v) => v <= 0.1).length).toBeGreaterThan(0);
    expect(test1(1.5, 1).p).toBe(0.01);
  });

  test("its statistic is MMD^2", () => {
    const rng = random(2);
    const [x, y] = [rng.fillNormal(new Float64Array(40)), rng.fillNormal(new Float64Array(60))];
    expect(permutationTest(x, y, 2, {h: 0.7, rng}).statistic).toBeCloseTo(mmdSquared(x, y, 2, 0.7), 12);
  });
});

describe("race", () => {
  const schedule = variancePreserving(linearRate());
  const mixture = laws.ring.mixture;
  const setting = {
    mixture,
    denoiser: mixtureDenoiser(mixture),
    schedule,
    times: (n: number) => spacings.snr.times(schedule, n),
    n: 200,
    seed: 1
  };
  const steps = [40, 80, 160, 320];
  const runs = [euler, heun, dpmSolver].flatMap((sampler, series) =>
    steps.map((n) => ({series, value: n, steps: n, sampler, solvesOde: true}))
  );

  test("measures order 1 for Euler, 2 for Heun and DPM-Solver++, from the same noise", async () => {
    const {errors} = await samplerRace(runs, setting);
    const orders = [0, 1, 2].map((s) =>
      measuredOrder(
        errors.filter(({series}) => series === s).map(({calls, rms}) => ({calls, error: mean(rms!)}))
      )
    );
    console.log(`orders of Euler, Heun, DPM-Solver++(2M): ${orders.map((p) => p!.toFixed(2)).join(", ")}`);
    expect(orders[0]).toBeCloseTo(1, 0);
    expect(Math.abs(orders[0]! - 1)).toBeLessThan(0.15);
    for (const order of orders.slice(1)) expect(Math.abs(order! - 2)).toBeLessThan(0.3);
    expect(errors.map(({calls}) => calls)).toEqual([...steps, ...steps.map((n) => 2 * n), ...steps]);
  });

  test("is the same as a job, tells what it knows so far, and has no distance to end points for what draws noise", async () => {
    const parts: RaceResult[] = [];
    const spec = (kind: "euler" | "eulerMaruyama", series: number) => ({series, value: 5, steps: 5, sampler: {kind, parameters: {}}});
    const asJob = await job(
      {
        mixture,
        schedule: {kind: "vp", parameters: {beta_0: 0.1, beta_1: 20}},
        spacing: "snr",
        runs: [spec("euler", 0), spec("eulerMaruyama", 1)],
        n: 200,
        draws: 2,
        seed: 1,
        reference: true
      },
      {...quiet, partial: (part) => parts.push(part)}
    );
    const direct = await samplerRace(
      [euler, eulerMaruyama].map((sampler, series) => ({series, value: 5, steps: 5, sampler, solvesOde: true})),
      {...setting, draws: 2}
    );
    expect(asJob).toEqual(direct);
    expect(parts.map(({errors}) => errors.length)).toEqual([1, 2]);
    expect(direct.errors[0].rms).toHaveLength(2);
    expect(direct.errors[1].rms).toBeUndefined();
    expect(direct.errors[0].w2).toHaveLength(2);
  }); // prettier-ignore

  test("stops when it is cancelled, and refuses a faulty schedule in a sentence", async () => {
    const controller = new AbortController();
    const race = samplerRace(runs, setting, jobContext(controller.signal), () => controller.abort(new Error("enough")));
    await expect(race).rejects.toThrow("enough");
    const faulty = {mixture, schedule: {kind: "constant" as const, parameters: {beta: 0}}, spacing: "snr" as const, runs: [], n: 10, draws: 1, seed: 1, reference: true};
    await expect(async () => job(faulty, {...quiet, partial() {}})).rejects.toThrow("nothing is diffused");
  }); // prettier-ignore

  test("an adaptive solver's curve falls with its tolerance", async () => {
    const tolerances = [-1, -2, -3, -4, -6];
    const {errors} = await samplerRace(
      [adaptive, sharedAdaptive].flatMap((make, series) =>
        tolerances.map((k) => ({series, value: k, steps: 1, solvesOde: true, sampler: make({rtol: 10 ** k, atol: 10 ** k})}))
      ),
      setting
    );
    for (const s of [0, 1]) {
      const curve = errors.filter(({series}) => series === s);
      for (let i = 1; i < curve.length; ++i) {
        expect(curve[i].calls).toBeGreaterThan(curve[i - 1].calls);
        expect(curve[i].rms![0]).toBeLessThan(curve[i - 1].rms![0]);
      }
    }
    const part = partOfCalls(errors, [0, 1], 1e-3)!;
    console.log(`calls with steps of their own, of those with one step for all, at an error of 1e-3: ${part.toFixed(2)}`);
    expect(part).toBeGreaterThan(0);
  }); // prettier-ignore
});

test("calls at an error lie on the curve's straight pieces in logarithms; the order is a slope", () => {
  const points = [10, 20, 40, 80].map((calls) => ({calls, error: 5 * calls ** -2}));
  expect(callsAt(points, 5 * 30 ** -2)).toBeCloseTo(30, 10);
  expect(callsAt(points, 1e-9)).toBeUndefined();
  expect(measuredOrder(points)).toBeCloseTo(2, 10);
  expect(measuredOrder(points.slice(0, 1))).toBeUndefined();
  // What lies on a floor is not asked
  expect(measuredOrder([...points, {calls: 160, error: 7e-4}], {floor: 2.5e-4})).toBeCloseTo(2, 10);
  expect(measuredOrder([{calls: 5, error: 1}, {calls: 5, error: 0.5}])).toBeUndefined(); // prettier-ignore
});
