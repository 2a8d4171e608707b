/** The talk's claims about its regularised sampling, on a mixture whose law is known. */
import {expect, test} from "vitest";
import {samplerAgreement} from "../../components/analysis/samplerAgreement.js";
import {mean, meanError, samplerRace} from "../../components/analysis/samplerRace.js";
import {mixtureDenoiser} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {
  edmSchedule,
  linearRate,
  variancePreserving,
  type Schedule
} from "../../components/diffusion/schedule.js";
import {spacings, type SpacingName} from "../../components/diffusion/times.js";
import {eulerMaruyama} from "../../components/samplers/eulerMaruyama.js";
import {heun} from "../../components/samplers/heun.js";
import {shapedLangevin} from "../../components/samplers/langevinStrength.js";

const cases: [name: string, schedule: Schedule, spacing: SpacingName][] = [
  ["VP", variancePreserving(linearRate()), "uniform"],
  ["EDM", edmSchedule(), "rho"]
];
const mixture = laws.ring.mixture;
const denoiser = mixtureDenoiser(mixture);

const samplers = (steps: number) => [
  {name: "ODE", steps, sampler: heun},
  {name: "SDE", steps, sampler: eulerMaruyama},
  {name: "regularised", steps, sampler: shapedLangevin({kind: "constant"}, 0.5)}
];
const settingOf = (schedule: Schedule, spacing: SpacingName) => ({
  mixture,
  denoiser,
  schedule,
  times: (n: number) => spacings[spacing].times(schedule, n)
});
const SEEDS = 8;

test.each(cases)("SDE, ODE and regularised sampling agree in law when steps are many (%s)", async (name, schedule, spacing) => {
  // Of one law, p is uniform on 0..1: not one seed's p is asserted, but how those of eight seeds are spread.
  const p: number[][] = [];
  for (let seed = 1; seed <= SEEDS; ++seed) {
    const found = await samplerAgreement(samplers(200), {...settingOf(schedule, spacing), n: 250, seed});
    expect(found.map(({first, second}) => `${first}, ${second}`)).toEqual([
      "ODE, the law",
      "SDE, the law",
      "SDE, ODE",
      "regularised, the law",
      "regularised, ODE",
      "regularised, SDE"
    ]);
    p.push(found.map((test) => test.p));
  }
  const means = p[0].map((_, pair) => mean(p.map((seed) => seed[pair])));
  const low = p.flat().filter((v) => v < 0.05).length;
  console.log(`${name}: mean p of six pairs over ${SEEDS} seeds ${means.map((v) => v.toFixed(2)).join(", ")}; ${low} of ${6 * SEEDS} below 0.05`);
  // four deviations of the mean of eight uniform numbers would be 0.41
  for (const v of means) expect(Math.abs(v - 0.5)).toBeLessThan(0.35);
  expect(low).toBeLessThanOrEqual(8); // 2.4 are expected; pairs share their samples
}); // prettier-ignore

test.each(cases)("with few steps each is told from the law, on every seed (%s)", async (_, schedule, spacing) => {
  for (let seed = 1; seed <= 3; ++seed) {
    const few = await samplerAgreement(samplers(5), {...settingOf(schedule, spacing), n: 250, seed});
    for (const {p, statistic, high} of few.filter(({second}) => second === "the law")) {
      expect(p).toBeLessThan(0.01);
      expect(statistic).toBeGreaterThan(high);
    }
  }
}); // prettier-ignore

test.each(cases)("a weak Langevin term reduces the error that a coarse ODE leaves, a strong one on steps even in t adds to it (%s)", async (name, schedule, spacing) => {
  const strengths = [0, 0.3, 8];
  const {errors, floor} = await samplerRace(
    strengths.map((value) => ({series: 0, value, steps: 8, solvesOde: false, sampler: shapedLangevin({kind: "constant"}, value)})),
    {mixture, denoiser, schedule, times: (n) => spacings[spacing].times(schedule, n), n: 1000, draws: 6, seed: 1}
  );
  const [ode, weak, strong] = errors.map(({mmd2}) => ({mean: mean(mmd2), error: meanError(mmd2)}));
  console.log(
    `${name}, 8 steps, MMD^2: ODE ${ode.mean.toExponential(2)}, b = 0.3 ${weak.mean.toExponential(2)}, b = 8 ${strong.mean.toExponential(2)}, floor ${floor.mmd2.toExponential(2)}`
  );
  expect(weak.mean + 4 * Math.hypot(weak.error, ode.error)).toBeLessThan(ode.mean);
  expect(weak.mean).toBeGreaterThan(floor.mmd2);
  if (name === "VP") expect(strong.mean - 4 * Math.hypot(strong.error, ode.error)).toBeGreaterThan(ode.mean);
}); // prettier-ignore
