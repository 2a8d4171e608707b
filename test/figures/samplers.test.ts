import {beforeAll, describe, expect, test} from "vitest";
import type {Agreement} from "../../components/analysis/samplerAgreement.js";
import type {RaceResult, RunError} from "../../components/analysis/samplerRace.js";
import {mixtureDenoiser} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {
  edmSchedule,
  linearRate,
  scheduleFrom,
  variancePreserving
} from "../../components/diffusion/schedule.js";
import {spacings} from "../../components/diffusion/times.js";
import {
  adaptiveSteps,
  callsPlane,
  sizesOf,
  stepSizesPlane
} from "../../components/figures/samplers/adaptiveSteps.js";
import {verdict} from "../../components/figures/samplers/agreementPlot.js";
import {marginalPlane} from "../../components/figures/samplers/marginalPlane.js";
import {orderPlot, racePlot} from "../../components/figures/samplers/racePlots.js";
import {waysOf} from "../../components/figures/samplers/sampling.js";
import {digits} from "../../components/figures/samplers/shared.js";
import {sliced, SUPERSEDED, unlessSuperseded} from "../../components/figures/samplers/slices.js";
import {NO_POINTS, ofLink, openSamplers} from "../../components/figures/samplers/state.js";
import {bestStrength, coarsenessPlot, strengthPlot} from "../../components/figures/samplers/strengthPlots.js";
import {stepAt, wayPlane} from "../../components/figures/samplers/wayPlane.js";
import {pageState} from "../../components/figures/lab/pageState.js";
import type {Layer, Plane} from "../../components/figures/lab/plane.js";
import {heun} from "../../components/samplers/heun.js";
import {sampler} from "../../components/samplers/sampler.js";
import type {Track} from "../../components/samplers/track.js";

const layersOf = <K extends Layer["kind"]>({layers}: Plane, kind: K) =>
  layers.filter((layer): layer is Extract<Layer, {kind: K}> => layer.kind === kind);
const vp = variancePreserving(linearRate());
const edm = edmSchedule();

describe("state", () => {
  test("is in the address, only where it differs from the beginning, and comes back from it", () => {
    const state = pageState("");
    const page = openSamplers(state);
    expect(state.query()).toBe("");
    page.samplerKey.value = "ddim";
    page.parameters.ddim.eta.value = 0.5;
    page.steps.value = 33;
    page.spacing.value = "rho";
    page.racers.value = ["euler", "cell:mine"];
    page.b.value = 1.25;
    page.shapePoints.value = [{t: 0, value: 0}, {t: 1, value: 3}]; // prettier-ignore
    page.shapeKind.value = "drawn";
    const query = state.query();
    const again = openSamplers(pageState(query));
    expect(again.chosen.value?.spec).toEqual({kind: "ddim", parameters: {eta: 0.5}});
    expect(again.steps.value).toBe(33);
    expect(again.spacing.value).toBe("rho");
    expect(again.racers.value).toEqual(["euler", "cell:mine"]);
    expect(again.b.value).toBe(1.25);
    expect(again.shape.value).toEqual({kind: "drawn", points: page.shapePoints.value});
    state.reset();
    expect(state.query()).toBe("");
    expect(page.samplerKey.value).toBe("heun");
  });

  test("what makes no sense in an address is left out", () => {
    const page = openSamplers(
      pageState("steps=0&spacing=fast&race=euler.nobody&sampler=nobody&regularised.b=-1")
    );
    expect(page.steps.value).toBe(12);
    expect(page.spacing.value).toBe("uniform");
    expect(page.racers.value).toEqual(["euler"]);
    expect(page.b.value).toBe(0.3);
    expect(page.chosen.value).toBeUndefined();
    expect(page.trouble.value).toBe("nobody: there is no such sampler.");
  });

  test("a sampler of a reader's cell can be chosen, and its absence is explained", () => {
    const page = openSamplers(pageState("sampler=cell:mine"));
    expect(page.trouble.value).toContain("No cell defines the sampler mine at present");
    const mine = sampler((x) => x);
    page.lab.offered.value = new Map<string, unknown>([["mine", mine], ["other", () => 1]]); // prettier-ignore
    expect(page.trouble.value).toBe("");
    expect(page.chosen.value?.make(5)).toBe(mine);
    expect(page.chosen.value?.spec).toBeUndefined();
    expect(page.ownSamplers.value).toEqual(["cell:mine"]);
  });

  test("absurd values are explained", () => {
    const trouble = (query: string) => openSamplers(pageState(query)).trouble.value;
    expect(trouble("data=drawn2")).toContain("No data yet");
    expect(trouble("schedule=constant&constant.beta=0")).toContain("nothing is diffused");
    expect(trouble("schedule=edm&edm.sigma_min=2&edm.sigma_max=0.5")).toContain("time runs from 2 to 0.5");
    expect(trouble("sampler=regularised&beta=drawn&betaPoints=")).toBe(NO_POINTS);
    expect(trouble("steps=1&data=drawn2&draw2=gAgA")).toBe("");
  });

  test("a schedule is plain data but where a cell defines it", () => {
    const page = openSamplers(pageState("schedule=drawnSigma&points=0:0.01,1:50"));
    expect(page.scheduleSpec.value).toEqual({kind: "drawnSigma", points: [{t: 0, value: 0.01}, {t: 1, value: 50}]}); // prettier-ignore
    page.lab.scheduleKey.value = "cell:mine";
    expect(page.scheduleSpec.value).toBeUndefined();
    page.lab.offered.value = new Map([["mine", {sigma: (t: number) => 5 * t}]]);
    expect(page.lab.schedule.value?.sigma(1)).toBe(5);
    expect(page.scheduleSpec.value).toBeUndefined();
    expect(page.timesOf.value!(4)).toHaveLength(5);
  });

  test("a link gives a page of the reader's own what the cells see", async () => {
    const values = await ofLink("steps=7&regularised.b=0.5&data=peaks");
    expect(values.steps).toBe(7);
    expect(values.times).toHaveLength(8);
    expect(values.strength).toBe(0.5);
    expect((values.beta as (t: number) => number)(0.3)).toBeCloseTo(0.5 / 0.999, 10);
    expect(values.d).toBe(1);
    expect(typeof values.chosenSampler).toBe("function");
  });
});

describe("a way from noise to data", () => {
  const made = (schedule: typeof vp, points: number[][], law = laws.ring.mixture) => {
    const times = spacings.snr.times(schedule, points.length - 1);
    const way: Track = {times, points: points.map((p) => Float64Array.from(p)), x: Float64Array.from(points[points.length - 1]), evaluations: 1};
    return {way, law, schedule};
  }; // prettier-ignore

  test("stops at the nearest step", () => {
    const times = new Float64Array(11);
    expect([0, 0.04, 0.06, 0.5, 1].map((part) => stepAt({times}, part))).toEqual([0, 0, 1, 5, 10]);
  });

  test("in the plane: points of the step, and their paths up to it", () => {
    const picture = made(vp, [[1, 2, -1, -2], [0.5, 1, -0.5, -1], [0, 0.25, 0, -0.25]]); // prettier-ignore
    const plane = wayPlane({...picture, part: 0.5});
    expect([...layersOf(plane, "points")[0].xy]).toEqual([0.5, 1, -0.5, -1]);
    const [paths] = layersOf(plane, "paths");
    expect([paths.n, paths.m]).toEqual([2, 2]);
    expect([...paths.xy]).toEqual([1, 2, 0.5, 1, -1, -2, -0.5, -1]);
    expect(layersOf(wayPlane({...picture, part: 0}), "paths")).toEqual([]);
    expect(layersOf(wayPlane({...picture, ways: false}), "paths")).toEqual([]);
  });

  test("under EDM x is shown over its deviation, unless told", () => {
    const picture = made(edm, [[80, 160], [0, 1]]); // prettier-ignore
    const scaled = layersOf(wayPlane({...picture, part: 0}), "points")[0].xy;
    expect(scaled[0]).toBeCloseTo(80 / Math.hypot(1, 80), 6);
    expect(layersOf(wayPlane({...picture, part: 0, scaled: false}), "points")[0].xy[0]).toBe(80);
  });

  test("in one dimension: against time", () => {
    const picture = made(vp, [[1, -1], [0.5, -0.5]], laws.peaks.mixture); // prettier-ignore
    const plane = wayPlane(picture);
    const t = Math.fround(picture.way.times[1]);
    expect([...layersOf(plane, "points")[0].xy]).toEqual([t, 0.5, t, -0.5]);
    expect(plane.x.label).toBe("t");
    expect(layersOf(plane, "heat")[0].values.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  test("a histogram has the area 1, and so has the exact density beside it", async () => {
    const law = laws.ring.mixture;
    const way = await waysOf({
      denoiser: mixtureDenoiser(law),
      schedule: edm,
      times: spacings.rho.times(edm, 20),
      sampler: heun,
      n: 400,
      d: 2,
      seed: 1
    });
    for (const part of [0, 0.5, 1]) {
      const [steps, exact] = layersOf(marginalPlane({way, law, schedule: edm, part}), "curve");
      const area = ({xy}: {xy: Float32Array}) => {
        let sum = 0;
        for (let i = 2; i < xy.length; i += 2) sum += ((xy[i] - xy[i - 2]) * (xy[i + 1] + xy[i - 1])) / 2;
        return sum;
      };
      expect(area(steps)).toBeCloseTo(1, 1);
      expect(area(exact)).toBeCloseTo(1, 2);
    }
  });
});

describe("adaptive steps", () => {
  const law = laws.ring.mixture;
  const input = {denoiser: mixtureDenoiser(law), schedule: vp, times: spacings.uniform.times(vp, 1), n: 20, d: 2, seed: 3};

  test("sizes are in ln sigma, at the middle of each step", () => {
    const xy = sizesOf(Float64Array.of(8, 2, 1, 0));
    expect([...xy].map((v) => Number(v.toFixed(5)))).toEqual([4, Number(Math.log(4).toFixed(5)), Number(Math.SQRT2.toFixed(5)), Number(Math.LN2.toFixed(5))]);
  }); // prettier-ignore

  test("a stricter tolerance takes more steps, and the same seed the same ones", async () => {
    const [loose, strict, again] = [await adaptiveSteps({...input, tolerance: 1e-2}), await adaptiveSteps({...input, tolerance: 1e-5}), await adaptiveSteps({...input, tolerance: 1e-2})];
    expect(strict.own.evaluations).toBeGreaterThan(loose.own.evaluations);
    expect(again.own.levels).toEqual(loose.own.levels);
    const plane = stepSizesPlane(loose, {row: 4});
    const marked = layersOf(plane, "curve")[1].xy;
    expect(marked).toEqual(sizesOf(loose.own.levels[4]));
    // the steps of one trajectory lead from one end to the other
    const whole = marked.filter((_, i) => i % 2).reduce((sum, v) => sum + v, 0);
    expect(whole).toBeCloseTo(Math.log(vp.sigma(input.times[0]) / vp.sigma(input.times[1])), 4);
  }); // prettier-ignore

  test("the histogram has all trajectories, and lines at the mean and at the shared step's calls", async () => {
    const steps = await adaptiveSteps({...input, tolerance: 1e-3});
    const plane = callsPlane(steps);
    const heights = [...layersOf(plane, "curve")[0].xy].filter((_, i) => i % 10 === 3);
    expect(heights.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 6);
    expect(layersOf(plane, "rule").map(({x}) => x)).toEqual([steps.own.evaluations, steps.shared.evaluations]);
  });
}); // prettier-ignore

describe("curves of a race", () => {
  const floor = {w2: 0.05, w2Deviation: 0.01, mmd2: 0.001};
  const run = (series: number, steps: number, value: number, mmd2: number[], rms?: number[]): RunError => ({
    series,
    value,
    steps,
    calls: steps * (series + 1),
    w2: mmd2.map(Math.sqrt),
    mmd2,
    rms
  });
  let race: RaceResult;
  beforeAll(() => {
    race = {
      errors: [40, 20, 10].flatMap((n) => [run(0, n, n, [4 / n, 6 / n], [1 / n]), run(1, n, n, [9 / n], [100 / (2 * n) ** 2]), run(2, n, n, [9 / n])]),
      floor
    };
  }); // prettier-ignore
  const racers = [
    {name: "A", color: "--a", solvesOde: true, fixedSteps: true},
    {name: "B", color: "--b", solvesOde: true, fixedSteps: false},
    {name: "C", color: "--c", solvesOde: false, fixedSteps: true}
  ];

  test("are means over draws, against calls in their order, above the law's floor", () => {
    const {series, rules, y} = racePlot(race, racers, "mmd2");
    expect(series.map(({name}) => name)).toEqual(["A", "B", "C"]);
    expect([...(series[0].x as number[])]).toEqual([10, 20, 40]);
    expect([...(series[0].y as number[])]).toEqual([0.5, 0.25, 0.125]);
    expect(rules).toEqual([{y: 0.001, dash: "5 3"}]);
    expect(y.domain![0]).toBeLessThan(0.001);
  });

  test("name the order of those that take steps as told, and leave out what draws noise", () => {
    const {series} = orderPlot(race, racers);
    expect(series.map(({name}) => name)).toEqual(["A: order 1.0", "B"]);
  });

  test("find the best strength, and what the ODE alone comes to", () => {
    const found: RaceResult = {
      errors: [run(0, 8, 0, [0.1, 0.12]), run(0, 8, 0.1, [0.06, 0.04]), run(0, 8, 1, [0.3, 0.3])],
      floor
    };
    const {best, ode} = bestStrength(found, "mmd2");
    expect(best).toMatchObject({b: 0.1, error: 0.05});
    expect(best!.spread).toBeCloseTo(0.01, 10);
    expect(ode!.error).toBeCloseTo(0.11, 10);
    const plot = strengthPlot(found, "mmd2", 0.3);
    expect(plot.series.map(({name}) => name)).toEqual(["with the Langevin term", "each draw", "least, at b = 0.10", "the ODE alone, b = 0"]);
    expect(plot.rules!.map(({x, y}) => x ?? y)).toEqual([0.001, 0.3, 0.1]);
    // while nothing is known yet, there is nothing to draw but the frame
    expect(strengthPlot({errors: [], floor}, "mmd2", 0).series.every(({x}) => x.length === 0)).toBe(true);
  }); // prettier-ignore

  test("put steps without and with the term side by side, with every draw", () => {
    const found: RaceResult = {errors: [run(1, 16, 0.3, [0.2, 0.4]), run(0, 16, 0, [0.5, 0.5]), run(0, 8, 0, [0.9, 1.1])], floor}; // prettier-ignore
    const [draws, without, term] = coarsenessPlot(found, "mmd2", 0.3).series;
    expect(draws.x).toHaveLength(6);
    expect([...(without.x as number[])]).toEqual([8, 16]);
    expect((term.y as number[])[0]).toBeCloseTo(0.3, 10);
  });
});

test("what two-sample tests say is a sentence", () => {
  const pair = (first: string, p: number): Agreement => ({first, second: "the law", p, statistic: 1, median: 1, high: 2});
  expect(verdict([pair("ODE", 0.4), pair("SDE", 0.12)])).toBe("2 pairs, none told apart: the least p is 0.12.");
  expect(verdict([pair("ODE", 0.4), pair("SDE", 0.01)])).toBe("1 of 2 pairs are told apart: SDE and the law.");
}); // prettier-ignore

test("numbers have two digits", () => {
  expect([0, 0.0123, 12.6, 0.00012, 1.5e-12].map(digits)).toEqual([
    "0",
    "0.012",
    "13",
    "1.2 · 10⁻⁴",
    "1.5 · 10⁻¹²"
  ]);
});

test("work in the page comes in slices, and ends when nobody wants it any more", async () => {
  let wanted = true;
  const context = sliced(new AbortController().signal, () => wanted);
  await context.turn();
  const busy = () => {
    const end = performance.now() + 15;
    while (performance.now() < end);
  };
  busy();
  let heard = false;
  setTimeout(() => (heard = true), 0);
  await new Promise((next) => setTimeout(next, 5));
  await context.turn();
  expect(heard).toBe(true);
  wanted = false;
  busy();
  await expect(context.turn()).rejects.toThrow(SUPERSEDED);
  expect(unlessSuperseded(SUPERSEDED)).toBe("");
  expect(unlessSuperseded("else")).toBe("else");
  const cancelled = new AbortController();
  const other = sliced(cancelled.signal);
  cancelled.abort(new Error("enough"));
  busy();
  await expect(other.turn()).rejects.toThrow("enough");
});

test("a schedule of a reader's own is sampled like any other", async () => {
  const schedule = scheduleFrom({t_min: 0.01, t_max: 5, sigma: (t) => t * t});
  const law = laws.peaks.mixture;
  const way = await waysOf({
    denoiser: mixtureDenoiser(law),
    schedule,
    times: spacings.snr.times(schedule, 60),
    sampler: heun,
    n: 200,
    d: 1,
    seed: 1
  });
  const near = [...way.x].filter((v) => Math.abs(Math.abs(v) - 0.99) < 0.6).length;
  expect(near).toBe(200);
});
