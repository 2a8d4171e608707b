import {describe, expect, test} from "vitest";
import {ksBound} from "../../components/analysis/distribution.js";
import {mixtureDenoiser, gaussianMixture, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {random} from "../../components/compute/random.js";
import {
  diffusion,
  drift,
  edmSchedule,
  varianceExploding,
  type Schedule
} from "../../components/diffusion/schedule.js";
import {scheduleKinds, scheduleOf} from "../../components/diffusion/scheduleKinds.js";
import {heun} from "../../components/samplers/heun.js";
import {agreementLines, distances, endLaw} from "../../components/figures/scoreSde/agreement.js";
import {bothWays, pointsAt} from "../../components/figures/scoreSde/bothWays.js";
import {scheduleCurves} from "../../components/figures/scoreSde/curves.js";
import {fieldAt} from "../../components/figures/scoreSde/field.js";
import {fieldPlane} from "../../components/figures/scoreSde/fieldPlane.js";
import {logSlope, short} from "../../components/figures/scoreSde/fit.js";
import {planeHeat, timeHeat} from "../../components/figures/lab/heat.js";
import {apart, differences, sameProcess} from "../../components/figures/scoreSde/sameProcess.js";
import {openScoreSde} from "../../components/figures/scoreSde/state.js";
import {
  brownianPaths,
  chainPaths,
  sdePaths,
  STEPS,
  stepsPlane
} from "../../components/figures/scoreSde/steps.js";
import {stepsErrorLines, stepsErrors, stepsSlope} from "../../components/figures/scoreSde/stepsError.js";
import {roundTripErrors, thereAndBack} from "../../components/figures/scoreSde/thereAndBack.js";
import {samplingTimes, timeAxis} from "../../components/figures/lab/timeAxis.js";
import {viewOf} from "../../components/figures/lab/view.js";
import {waysPlane} from "../../components/figures/scoreSde/waysPlane.js";
import {pageState} from "../../components/figures/lab/pageState.js";
import type {Layer, Plane} from "../../components/figures/lab/plane.js";

const made = (kind: keyof typeof scheduleKinds): Schedule => {
  const {parameters} = scheduleKinds[kind];
  const values = Object.fromEntries(Object.entries(parameters).map(([key, {value}]) => [key, value]));
  return scheduleOf({kind, parameters: values}).schedule!;
};
const kinds = Object.keys(scheduleKinds) as (keyof typeof scheduleKinds)[];
const drawn = (points: [number, number][]) =>
  scheduleOf({kind: "drawnSigma", points: points.map(([t, value]) => ({t, value}))}).schedule!;
const schedules: [string, Schedule][] = [
  ...kinds.map((kind): [string, Schedule] => [kind, made(kind)]),
  ["sigma drawn with a level part and a cliff", drawn([[0, 0.05], [0.3, 0.4], [0.7, 0.4], [0.71, 20], [1, 40]])], // prettier-ignore
  ["beta drawn, zero in its middle", scheduleOf({kind: "drawnBeta", points: [{t: 0, value: 8}, {t: 0.4, value: 0}, {t: 0.6, value: 0}, {t: 1, value: 20}]}).schedule!] // prettier-ignore
];
const ring = laws.ring.mixture;
const uneven = laws.uneven.mixture;

/** Every number of a picture. */
const numbers = (layers: readonly Layer[]) =>
  layers.flatMap((layer) => ("xy" in layer ? Array.from(layer.xy) : layer.kind === "heat" ? Array.from(layer.values) : [])); // prettier-ignore
const finite = ({x, y, layers}: Plane) =>
  [...x.domain, ...y.domain, ...numbers(layers)].every(Number.isFinite);

describe.each(schedules)("%s", (_, schedule) => {
  test("its times for paths fall from its last to its first, none far from the next", () => {
    const axis = timeAxis(schedule);
    for (const n of [1, 4, 60]) {
      const times = samplingTimes(schedule, n);
      expect(times).toHaveLength(n + 1);
      expect([times[0], times[n]]).toEqual([axis.domain[1], axis.domain[0]]);
      for (let i = 0; i < n; ++i) {
        expect(times[i]).toBeGreaterThan(times[i + 1]);
        // half of the measure is the place on the axis: no step is longer than twice its share
        expect(axis.place(times[i]) - axis.place(times[i + 1])).toBeLessThan(2 / n + 1e-6);
      }
    }
  });

  test("places on its axis and times are each other's inverses", () => {
    const {at, place} = timeAxis(schedule);
    for (const u of [0, 0.17, 0.5, 0.99, 1]) expect(place(at(u))).toBeCloseTo(u, 9);
  });

  test.each([["1-D", uneven], ["2-D", ring], ["one point drawn", gaussianMixture([{mean: [2, -1], covariance: 0.0064}])]])("its pictures hold numbers (%s)", async (_, law) => {
    const denoiser = mixtureDenoiser(law);
    const d = law.dimension;
    const data = sampleMixture(law, 20, random(1));
    const input = {law, denoiser, schedule, data, seed: 1};
    const ways = await bothWays({...input, steps: 60, start: "noise"});
    for (const view of ["auto", "plain", "scaled", "unscaled"] as const) {
      const how = viewOf(view, schedule, law);
      for (const t of [timeAxis(schedule).at(0), timeAxis(schedule).at(0.4), timeAxis(schedule).at(1)]) {
        expect(finite(waysPlane(ways, {view: how, show: ["forward", "sde", "ode"], paths: 9, t}))).toBe(true);
        for (const field of ["flow", "drift", "score", "none"] as const)
          expect(finite(fieldPlane(ways, {denoiser, field, view: how, show: ["sde", "ode"], trails: 3, t}))).toBe(true);
      }
    }
    const x0 = data.filter((_, i) => i % d === 0);
    const brownian = brownianPaths(1, 20);
    for (const T of STEPS) {
      const chain = chainPaths(schedule, x0, brownian, T);
      const sde = sdePaths(schedule, x0, brownian);
      expect(finite(stepsPlane({law, schedule, sde, chain, view: viewOf("auto", schedule, law), shown: 4, n: 20, t: 0.3}))).toBe(true);
    }
    for (const {x, y} of Object.values(scheduleCurves(schedule, 0.2)).flatMap(({series}) => series))
      expect([...Array.from(x), ...Array.from(y)].every(Number.isFinite)).toBe(true);
    expect((await thereAndBack({...input, steps: 3})).down.x.every(Number.isFinite)).toBe(true);
    const {sde, ode, floor} = endLaw(ways, 1);
    expect([sde, ode, floor].every(Number.isFinite)).toBe(true);
    const other = varianceExploding();
    if (!apart([other, schedule])) {
      const same = await sameProcess({...input, schedules: [other, schedule], steps: 20});
      expect(Object.values(same.difference).every(Number.isFinite)).toBe(true);
    }
  }); // prettier-ignore

  test("in units of x it shows a density whose total is 1", () => {
    const view = viewOf("plain", schedule, ring);
    const t = timeAxis(schedule).at(0.6);
    const {values, nx, ny} = planeHeat(ring, schedule, t, view);
    // of x / s: its own unit is s
    const cell = (2 * view.reach * view.unit(t)) / schedule.s(t) / nx;
    if (schedule.sigma(t) > 0.2 && cell < 0.5 * Math.hypot(0.1, schedule.sigma(t)))
      expect(Float64Array.from(values).reduce((a, b) => a + b, 0) * cell * cell).toBeCloseTo(1, 1);
    const heat = timeHeat(ring, schedule, timeAxis(schedule), view);
    for (let i = 0; i < heat.nx; ++i) {
      const column = Array.from({length: heat.ny}, (_, j) => heat.values[j * heat.nx + i]);
      expect(Math.max(...column)).toBe(1); // each time's own highest value
    }
    expect(ny).toBe(nx);
  });
});

test("the view that is automatic scales where x grows, and nowhere else", () => {
  expect(viewOf("auto", made("ve"), ring).label("x")).toContain("√");
  expect(viewOf("auto", made("edm"), ring).label("x")).toContain("√");
  expect(viewOf("auto", made("vp"), ring).label("x")).toBe("x");
  for (const name of ["auto", "scaled", "unscaled"] as const) {
    const view = viewOf(name, made("cosine"), ring);
    const [t, h] = [0.4, 1e-5];
    const slope = (Math.log(view.unit(t + h)) - Math.log(view.unit(t - h))) / (2 * h);
    expect(view.rise(t)).toBeCloseTo(slope, 5);
  }
});

describe("chains and their SDE", () => {
  const vp = made("vp");
  const n = 60;
  const x0 = sampleMixture(uneven, n, random(2));
  const brownian = brownianPaths(3, n);

  test("each error falls as 1/T", () => {
    const errors = stepsErrors(uneven, vp, x0, brownian);
    for (const key of ["alphaBar", "law", "path"] as const) {
      const slope = stepsSlope(errors, errors[key]);
      expect(Math.abs(slope - 1), key).toBeLessThan(0.12);
    }
    expect(errors.capped).toEqual(STEPS.map((T) => T <= 20));
    const {series} = stepsErrorLines(errors, 50);
    expect(series.map(({name}) => name.split(":")[0])).toEqual(["path, RMS", "law, W₁", "ᾱ"]);
    expect(Math.max(...errors.alphaBar.slice(STEPS.indexOf(1000)))).toBeLessThan(0.003);
  });

  test("SMLD's chain has no error at all: it visits the SDE's path", () => {
    const ve = made("ve");
    const sde = sdePaths(ve, x0, brownian);
    for (const T of [1, 5, 50]) {
      const chain = chainPaths(ve, x0, brownian, T);
      expect(chain.kind).toBe("SMLD");
      const every = (sde.times.length - 1) / T;
      chain.times.forEach((time, i) => {
        expect(time).toBeCloseTo(sde.times[i * every], 12);
        expect(chain.x.subarray(i * n, (i + 1) * n)).toEqual(
          sde.x.subarray(i * every * n, (i * every + 1) * n)
        );
      });
    }
  });
});

describe("both ways", () => {
  const n = 1500;
  const data = sampleMixture(uneven, n, random(5));
  const input = {
    law: uneven,
    denoiser: mixtureDenoiser(uneven),
    data,
    seed: 2,
    steps: 200,
    start: "noise" as const
  };

  test.each(["vp", "cosine", "subvp", "ve", "edm"] as const)("all three have the exact law at every time (%s)", async (kind) => {
    const ways = await bothWays({...input, schedule: made(kind)});
    for (const process of ["forward", "sde", "ode"] as const)
      for (const distance of distances(ways, process).distance) expect(distance).toBeLessThan(1.3 * ksBound(n));
    const {sde, ode, floor} = endLaw(ways, 3);
    expect(sde).toBeLessThan(2.5 * floor);
    expect(ode).toBeLessThan(2.5 * floor);
    expect(agreementLines(ways, 0.5).y.domain![1]).toBeGreaterThan(ksBound(n));
  }); // prettier-ignore

  test("from one noise, whatever it is: the ODE's paths keep their order, the SDE's don't", async () => {
    const ways = await bothWays({...input, schedule: made("vp")});
    expect(ways.sde.points[0]).toEqual(ways.ode.points[0]);
    const order = (x: Float64Array) => Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
    expect(order(ways.ode.x)).toEqual(order(ways.ode.points[0]));
    expect(order(ways.sde.x)).not.toEqual(order(ways.sde.points[0]));
    const ends = await bothWays({...input, schedule: made("vp"), start: "ends"});
    expect(ends.ode.points[0]).toEqual(ends.forward.x);
  });

  test("a weak schedule begins at a wrong law: the ODE keeps its distance, the SDE forgets some, the right start mends it", async () => {
    const schedule = scheduleOf({kind: "constant", parameters: {beta: 0.5}}).schedule!;
    const many = 6000;
    const found = async (start: "noise" | "ends") => {
      const ways = await bothWays({
        ...input,
        data: sampleMixture(uneven, many, random(8)),
        schedule,
        start,
        steps: 60
      });
      const ends = (["ode", "sde"] as const).map((process) => distances(ways, process).distance);
      return {begin: ends[0].at(-1)!, ode: ends[0][0], sde: ends[1][0]}; // times rise: sampling ends at the first
    };
    const wrong = await found("noise");
    expect(wrong.begin).toBeGreaterThan(2 * ksBound(many));
    // a distance of distribution functions is the same before and after a map that keeps order
    expect(wrong.ode / wrong.begin).toBeCloseTo(1, 1);
    expect(wrong.sde).toBeLessThan(wrong.ode);
    const right = await found("ends");
    expect(right.ode).toBeLessThan(1.3 * ksBound(many));
    expect(right.sde).toBeLessThan(1.3 * ksBound(many));
  });

  test("between two states, points are on the straight line", async () => {
    const ways = await bothWays({...input, data: data.subarray(0, 4), schedule: made("vp"), steps: 8});
    for (const track of [ways.forward, ways.ode]) {
      expect(pointsAt(track, ways.schedule, track.times[3])).toEqual(track.points[3]);
      const middle = (track.times[3] + track.times[4]) / 2;
      pointsAt(track, ways.schedule, middle).forEach((v, j) =>
        expect(v).toBeCloseTo((track.points[3][j] + track.points[4][j]) / 2, 9)
      );
    }
  });
});

describe("fields", () => {
  const schedule = made("vp");
  const denoiser = mixtureDenoiser(ring);
  const y = Float64Array.of(0.4, -1.1, 1.3, 0.2);
  const t = 0.35;
  const view = viewOf("plain", schedule, ring);
  const at = (field: "flow" | "drift" | "score", how = view, where = y) =>
    fieldAt(field, {schedule, denoiser, d: 2}, {t, y: where, view: how});

  test("the ODE has half of the score that the reverse SDE has", () => {
    const [flow, move, score] = [at("flow"), at("drift"), at("score")];
    const [f, g] = [drift(schedule, t), diffusion(schedule, t)];
    y.forEach((x, i) => {
      expect(flow[i]).toBeCloseTo(-f * x + 0.5 * g * g * score[i], 9);
      expect(move[i]).toBeCloseTo(-f * x + g * g * score[i], 9);
    });
  });

  test("arrows are what moves the points of the picture, in every view", async () => {
    const h = 1e-4;
    for (const name of ["plain", "scaled", "unscaled"] as const) {
      const how = viewOf(name, schedule, ring);
      const x = y.map((v) => v * how.unit(t));
      const times = Float64Array.of(t, t - h);
      const moved = await heun({denoiser, schedule, times, x, n: 2, rng: random(1)});
      const arrows = at("flow", how);
      y.forEach((v, i) => expect((moved.x[i] / how.unit(t - h) - v) / h).toBeCloseTo(arrows[i], 2));
    }
  });
});

describe("there and back", () => {
  test.each(["vp", "ve", "edm"] as const)("Heun's error of the noise has order 2, and the way back takes most of it away (%s)", async (kind) => {
    const data = sampleMixture(uneven, 12, random(6));
    const errors = await roundTripErrors({law: uneven, denoiser: mixtureDenoiser(uneven), schedule: made(kind), data});
    const late = (y: number[]) => -logSlope(errors.steps.slice(2), y.slice(2));
    expect(Math.abs(late(errors.noise) - 2)).toBeLessThan(0.35);
    expect(late(errors.back)).toBeGreaterThan(2.2);
    expect(errors.back.at(-1)).toBeLessThan(1e-3);
  }); // prettier-ignore
});

describe("two schedules at times of equal noise level", () => {
  const data = sampleMixture(uneven, 16, random(7));
  const input = {law: uneven, denoiser: mixtureDenoiser(uneven), data, seed: 1};

  test.each(["vp", "cosine", "subvp", "edm"] as const)("x / s is one process but for the steps: %s and VE", async (kind) => {
    const {steps, ode, sde} = await differences({...input, schedules: [made("ve"), made(kind)]});
    if (kind === "edm") {
      // s = 1 in both: the SDE's steps are the same steps
      expect(Math.max(...sde)).toBeLessThan(1e-9);
    } else {
      expect(-logSlope(steps.slice(1), sde.slice(1))).toBeGreaterThan(0.8);
      expect(sde.at(-1)).toBeLessThan(0.2);
    }
    expect(-logSlope(steps.slice(1), ode.slice(1))).toBeGreaterThan(1.6);
    expect(ode.at(-1)).toBeLessThan(0.01);
  }); // prettier-ignore

  test("a schedule is the same process as itself, to the last digit", async () => {
    const {difference} = await sameProcess({...input, schedules: [made("vp"), made("vp")], steps: 20});
    expect(difference.ode).toBeLessThan(1e-9);
    expect(difference.sde).toBeLessThan(1e-9);
  });

  test("those that have no level in common are told apart", () => {
    expect(
      apart([edmSchedule({sigma_min: 5, sigma_max: 80}), edmSchedule({sigma_min: 0.1, sigma_max: 2})])
    ).toMatch(/no noise level in common: σ of EDM goes from 5.0 to 80/);
    expect(apart([made("ve"), made("vp")])).toBe("");
  });
});

describe("state", () => {
  test("is read from its own address", () => {
    const query =
      "data=ring&u=0.7&T=200&paths=20&N=90&forward=0&start=ends&field=score&encode=30&same=25&view=plain&ve=edm&ve.edm.sigma_max=40";
    const page = openScoreSde(pageState(query));
    const back = new URLSearchParams(page.lab.state.query());
    for (const [key, value] of new URLSearchParams(query)) expect(back.get(key), key).toBe(value);
    expect(STEPS[page.chain.value]).toBe(200);
    expect(page.shown.value).toEqual(["sde", "ode"]);
    expect(page.exploding.schedule.value!.t_max).toBe(40);
    page.lab.state.reset();
    expect(page.lab.state.query()).toBe("");
  });

  test("nonsense in the address is the default", () => {
    const page = openScoreSde(pageState("u=2&T=7&paths=-1&N=1e9&field=none!&ve=vp&view=&start=x"));
    expect(page.lab.state.query()).toBe("");
  });

  test("what can't be is explained", () => {
    const sentence = (query: string) => {
      const {lab, exploding} = openScoreSde(pageState(query));
      return lab.trouble.value || exploding.scheduleTrouble.value;
    };
    expect(sentence("schedule=constant&constant.beta=0")).toMatch(/without growing noise/);
    expect(sentence("ve.ve.sigma_min=2&ve.ve.sigma_max=1")).toMatch(/VE/);
    expect(sentence("ve=drawnSigma&ve.points=0:1,0.5:0.1,1:3")).not.toBe("");
    expect(sentence("data=drawn2")).toMatch(/No data yet/);
    expect(sentence("schedule=nothing")).toMatch(/no such schedule/);
    expect(sentence("")).toBe("");
  });
});

test("small numbers are written for readers", () => {
  expect([0, 0.1234, 4.32e-5, 123456, NaN].map((v) => short(v))).toEqual([
    "0",
    "0.12",
    "4.3·10⁻⁵",
    "1.2·10⁵",
    "–"
  ]);
  expect(logSlope([1, 10, 100], [1, 0.1, 0.01])).toBeCloseTo(-1, 12);
  expect(logSlope([1], [1])).toBeNaN();
});
