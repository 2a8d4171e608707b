import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {drawnCurve, drawnRate, drawnSchedule} from "../../components/diffusion/drawnCurve.js";
import {
  alphaBar,
  constantRate,
  cosineRate,
  diffusion,
  drift,
  edmSchedule,
  faultOf,
  linearRate,
  snr,
  subVariancePreserving,
  timeOf,
  varianceExploding,
  variancePreserving,
  type Rate,
  type Schedule
} from "../../components/diffusion/schedule.js";

const drawn = [
  {t: 0, value: 0.5},
  {t: 0.3, value: 12},
  {t: 0.7, value: 2},
  {t: 1, value: 20}
];
const rates: [string, Rate][] = [
  ["linear", linearRate()],
  ["constant", constantRate(7)],
  ["cosine", cosineRate()],
  ["drawn by hand", drawnRate(drawn)]
];
const schedules: [string, Schedule][] = [
  ...rates.map(([name, rate]): [string, Schedule] => [`VP, ${name}`, variancePreserving(rate)]),
  ...rates.map(([name, rate]): [string, Schedule] => [`sub-VP, ${name}`, subVariancePreserving(rate)]),
  ["VE", varianceExploding()],
  ["EDM", edmSchedule()],
  ["sigma drawn by hand", drawnSchedule([{t: 0, value: 0.01}, {t: 0.4, value: 0.2}, {t: 1, value: 30}])] // prettier-ignore
];
/** Times inside a schedule, none where a drawn curve bends. */
const inside = ({t_min, t_max}: Schedule) => [0.07, 0.25, 0.55, 0.83].map((u) => t_min + (t_max - t_min) * u);

test.each(rates)("the integral of a %s rate is that of its beta", (_, {beta, integral}) => {
  const n = 20_000;
  for (const end of [0.2, 0.65, 0.95]) {
    let sum = 0;
    for (let i = 0; i < n; ++i) sum += (beta(((i + 0.5) * end) / n) * end) / n;
    expect(integral(end) / sum).toBeCloseTo(1, 6);
  }
  expect(integral(0)).toBe(0);
});

describe.each(schedules)("%s", (_, schedule) => {
  test("its derivatives are those of s and sigma", () => {
    for (const t of inside(schedule)) {
      const h = 1e-5 * (schedule.t_max - schedule.t_min);
      const slope = (f: (t: number) => number) => (f(t + h) - f(t - h)) / (2 * h);
      expect(schedule.ds(t)).toBeCloseTo(slope(schedule.s), 5);
      expect(schedule.dsigma(t) / slope(schedule.sigma)).toBeCloseTo(1, 6);
    }
  });

  test("its SDE carries the variance that s and sigma say", () => {
    // dv/dt = 2 f v + g^2 for the variance v of x, from data of variance 1, by Runge-Kutta.
    const {s, sigma, t_min, t_max} = schedule;
    const variance = (t: number) => s(t) ** 2 * (1 + sigma(t) ** 2);
    const slope = (t: number, v: number) => 2 * drift(schedule, t) * v + diffusion(schedule, t) ** 2;
    const steps = 40_000;
    const end = t_min + 0.9 * (t_max - t_min);
    const h = (end - t_min) / steps;
    let v = variance(t_min);
    for (let i = 0, t = t_min; i < steps; ++i, t += h) {
      const a = slope(t, v);
      const b = slope(t + h / 2, v + (h / 2) * a);
      const c = slope(t + h / 2, v + (h / 2) * b);
      v += (h / 6) * (a + 2 * b + 2 * c + slope(t + h, v + h * c));
    }
    expect(v / variance(end)).toBeCloseTo(1, 4);
  });

  test("time and noise level lead to each other, SNR and alpha-bar follow, and it has no fault", () => {
    for (const t of inside(schedule)) {
      const level = schedule.sigma(t);
      expect(timeOf(schedule, level)).toBeCloseTo(t, 9);
      expect(snr(schedule, t) * level ** 2).toBeCloseTo(1, 12);
      expect(alphaBar(schedule, t)).toBeCloseTo(1 / (1 + level ** 2), 12);
    }
    expect(timeOf(schedule, 1e-9)).toBe(schedule.t_min);
    expect(timeOf(schedule, 1e9)).toBe(schedule.t_max);
    expect(faultOf(schedule)).toBeUndefined();
  });
});

test("VP keeps a variance of 1, and its alpha-bar is exp of minus the integral of beta", () => {
  for (const [, rate] of rates) {
    const schedule = variancePreserving(rate);
    for (const t of inside(schedule)) {
      expect(schedule.s(t) ** 2 * (1 + schedule.sigma(t) ** 2)).toBeCloseTo(1, 12);
      expect(alphaBar(schedule, t)).toBeCloseTo(Math.exp(-rate.integral(t)), 12);
    }
  }
});

test("sub-VP has less variance than VP, and the noise deviation 1 - alpha-bar", () => {
  const rate = linearRate();
  const [vp, sub] = [variancePreserving(rate), subVariancePreserving(rate)];
  for (const t of inside(vp)) {
    expect(sub.s(t) * sub.sigma(t)).toBeCloseTo(1 - Math.exp(-rate.integral(t)), 12);
    expect(sub.s(t) * sub.sigma(t)).toBeLessThan(vp.s(t) * vp.sigma(t));
  }
});

test("paths of the VP SDE have the closed form's mean and variance", () => {
  const schedule = variancePreserving(linearRate());
  const rng = random(4);
  const paths = 20_000;
  const steps = 400;
  const end = 0.4;
  const h = (end - schedule.t_min) / steps;
  const x = new Float64Array(paths).fill(1.5 * schedule.s(schedule.t_min));
  for (let i = 0; i < steps; ++i) {
    const t = schedule.t_min + (i + 0.5) * h;
    const [f, g] = [drift(schedule, t), diffusion(schedule, t) * Math.sqrt(h)];
    for (let p = 0; p < paths; ++p) x[p] += f * x[p] * h + g * rng.normal();
  }
  const mean = x.reduce((a, b) => a + b, 0) / paths;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / paths;
  expect(mean).toBeCloseTo(1.5 * schedule.s(end), 1);
  expect(variance / (schedule.s(end) * schedule.sigma(end)) ** 2).toBeCloseTo(1, 1);
});

describe("a curve drawn by hand", () => {
  test("goes through its points, straight between, level beyond, whatever their order", () => {
    const {value, slope, integral} = drawnCurve([...drawn].reverse());
    for (const point of drawn) expect(value(point.t)).toBeCloseTo(point.value, 12);
    expect(value(0.15)).toBeCloseTo(6.25, 12);
    expect([value(-1), value(2)]).toEqual([0.5, 20]);
    expect(slope(0.5)).toBeCloseTo(-25, 9);
    expect(integral(0.3)).toBeCloseTo(0.3 * 6.25, 12);
  });
  test("of one point is level, of two at one time jumps", () => {
    expect(drawnCurve([{t: 0.5, value: 3}]).integral(2)).toBeCloseTo(6, 12);
    // at its ends the slope is that inside; beyond them it is level
    const line = drawnCurve([{t: 0, value: 1}, {t: 1, value: 3}]); // prettier-ignore
    expect([-0.1, 0, 0.5, 1, 1.1].map(line.slope)).toEqual([0, 2, 2, 2, 0]);
    const jump = drawnCurve([{t: 0, value: 1}, {t: 0.5, value: 1}, {t: 0.5, value: 5}, {t: 1, value: 5}]); // prettier-ignore
    expect([jump.value(0.49), jump.value(0.51), jump.integral(1)]).toEqual([1, 5, 3]);
  });
  test("is refused where it is none", () => {
    expect(() => drawnCurve([])).toThrow(/no points/);
    expect(() => drawnCurve([{t: NaN, value: 1}])).toThrow(/finite/);
    expect(() => drawnSchedule([{t: 0, value: 0}])).toThrow(/expected more than 0/);
  });
});

describe("what is wrong with a schedule is said in a sentence", () => {
  test("beta of 0 everywhere", () => {
    expect(faultOf(variancePreserving(constantRate(0)))).toMatch(/σ is 0\.00 all the time/);
  });
  test("sigma_max below sigma_min", () => {
    expect(faultOf(varianceExploding({sigma_min: 10, sigma_max: 1}))).toMatch(/^VE: σ falls from 10\.0 to/);
    expect(faultOf(edmSchedule({sigma_min: 80, sigma_max: 1}))).toMatch(/must end later/);
  });
  test("noise that is taken back", () => {
    const points = [{t: 0, value: 0.1}, {t: 0.5, value: 5}, {t: 1, value: 2}]; // prettier-ignore
    expect(faultOf(drawnSchedule(points))).toMatch(/noise can't be taken back/);
  });
  test("numbers that are none", () => {
    expect(faultOf({...edmSchedule(), sigma: () => NaN})).toMatch(/σ is NaN at t = 0\.002/);
    expect(faultOf({...edmSchedule(), s: () => 0})).toMatch(/s is 0/);
  });
});
