import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {kolmogorovSmirnov, ksBound, mixtureCdf} from "../../components/analysis/distribution.js";
import {laws} from "../../components/diffusion/laws.js";
import {mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {drawnRate} from "../../components/diffusion/drawnCurve.js";
import {
  edmSchedule,
  linearRate,
  subVariancePreserving,
  timeOf,
  varianceExploding,
  variancePreserving,
  type Schedule
} from "../../components/diffusion/schedule.js";
import {forwardSde} from "../../components/samplers/forward.js";
import {addNoise, track} from "../../components/samplers/track.js";
import {samplingTimes} from "../../components/figures/lab/timeAxis.js";

const schedules: [string, Schedule][] = [
  ["VP", variancePreserving(linearRate())],
  ["VP drawn by hand", variancePreserving(drawnRate([{t: 0, value: 1}, {t: 0.4, value: 18}, {t: 1, value: 6}]))], // prettier-ignore
  ["sub-VP", subVariancePreserving(linearRate())],
  ["VE", varianceExploding()],
  ["EDM", edmSchedule()]
];
const law = laws.uneven.mixture;
const denoiser = mixtureDenoiser(law);

describe.each(schedules)("%s", (_, schedule) => {
  test("points have the closed form's law at every time", async () => {
    const n = 4000;
    const data = sampleMixture(law, n, random(1));
    const times = samplingTimes(schedule, 400).reverse();
    const x = addNoise(schedule, times[0], data, random(2));
    const path = await track(forwardSde(), {denoiser, schedule, times, x, n, rng: random(3)});
    expect(path.evaluations).toBe(0);
    expect(Array.from(path.times)).toEqual(Array.from(times));
    for (const i of [0, 100, 200, 300, 400]) {
      const s = schedule.s(times[i]);
      const F = mixtureCdf(law, {scale: s, noise: s * schedule.sigma(times[i])});
      expect(kolmogorovSmirnov(path.points[i], F)).toBeLessThan(1.25 * ksBound(n)); // 1 of 1,000 samples is beyond
    }
  });

  test("with given increments, its error along each path has order 1", async () => {
    // x / s is x_0 plus a sum of independent increments: known exactly for a path whose steps are fine
    const [from, to] = [timeOf(schedule, 0.3), timeOf(schedule, 5)];
    const n = 64;
    const fine = 4096;
    const time = (m: number) => Float64Array.from({length: m + 1}, (_, i) => from + ((to - from) * i) / m);
    const rng = random(5);
    const dw = Array.from({length: fine}, () =>
      rng.fillNormal(new Float64Array(n)).map((z) => z * Math.sqrt((to - from) / fine))
    );
    const end = async (m: number) => {
      const sums = Array.from({length: m}, (_, i) => {
        const sum = new Float64Array(n);
        for (let k = (i * fine) / m; k < ((i + 1) * fine) / m; ++k) dw[k].forEach((v, j) => (sum[j] += v));
        return sum;
      });
      const {x} = await forwardSde((i) => sums[i])({
        denoiser,
        schedule,
        times: time(m),
        x: new Float64Array(n).fill(schedule.s(from)),
        n,
        rng
      });
      return x;
    };
    const exact = await end(fine);
    const error = async (m: number) => {
      const x = await end(m);
      return Math.sqrt(x.reduce((sum, v, i) => sum + (v - exact[i]) ** 2, 0) / n);
    };
    // against the finest path, whose own error is 1/16 and 1/64 of theirs
    const slope = Math.log(await error(64).then(async (a) => a / (await error(256)))) / Math.log(4);
    expect(slope).toBeGreaterThan(0.85);
    expect(slope).toBeLessThan(1.25);
  });
});
