import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {constantSigma} from "../../components/diffusion/denoiser.js";
import {EDM} from "../../components/diffusion/edm.js";
import {mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {objectiveValue} from "../../components/diffusion/objectiveValue.js";
import {edmSchedule, varianceExploding} from "../../components/diffusion/schedule.js";
import {denoiserCurves, predictionCurves} from "../../components/figures/denoiser/curves.js";
import {examples} from "../../components/figures/denoiser/examples.js";
import {
  differencesOf,
  learnedPlane,
  lossCurves,
  samplesPlane
} from "../../components/figures/denoiser/learnedViews.js";
import {learningPlan} from "../../components/figures/denoiser/learning.js";
import {memoryErrors, memoryPlane} from "../../components/figures/denoiser/memory.js";
import {noisyPlane} from "../../components/figures/denoiser/noisyPlane.js";
import {
  effortCurves,
  floorCurves,
  levelDensities,
  objectivesOf,
  weightCurves
} from "../../components/figures/denoiser/objectives.js";
import {scoreNumbers} from "../../components/figures/denoiser/scoreNumbers.js";
import {coefficientCurves, precisionCurves, targetSizes} from "../../components/figures/denoiser/sizes.js";
import {floorOf, LEVELS, ofLink, openDenoiser} from "../../components/figures/denoiser/state.js";
import {placesOf} from "../../components/figures/denoiser/twoAnswers.js";
import {pageState} from "../../components/figures/lab/pageState.js";
import type {Lines} from "../../components/figures/lab/lines.js";
import type {Plane} from "../../components/figures/lab/plane.js";

const {normal, ring, moons, cross, peaks} = laws;
const both = [
  ["1-D", peaks.mixture, Float64Array.of(0.4)],
  ["2-D", ring.mixture, Float64Array.of(0.4, 0.6)],
  ["2-D, with axes", cross.mixture, Float64Array.of(0.4, 0.6)]
] as const;

/** All numbers of a picture that is drawn whole. */
function planeNumbers({layers}: Plane): number[] {
  return layers.flatMap((layer) => {
    if ("xy" in layer) return [...layer.xy, ...("uv" in layer ? layer.uv : [])];
    return layer.kind === "heat" ? Array.from(layer.values) : [];
  });
}
const series = ({series}: Lines, name: string) => {
  const found = series.find((s) => s.name.startsWith(name));
  if (!found) throw new Error(`no curve ${name}; there are ${series.map((s) => s.name).join(", ")}`);
  return found;
};

describe.each(both)("the exact denoiser, %s", (_, law, point) => {
  test.each([0.01, 0.4, 50])("sigma %d: the table's two sides agree to 1e-6, and D is the posterior's mean", (sigma) => {
    const {D, mean, score, gradient, difference} = scoreNumbers({law, sigma, point});
    expect(difference).toBeLessThan(1e-6);
    for (let i = 0; i < D.length; ++i) {
      expect(mean[i]).toBeCloseTo(D[i], 9);
      expect(Math.abs(score[i] - gradient[i]) * sigma).toBeLessThan(1e-6);
    }
  });

  test.each([0.01, 1, 50])("sigma %d: pictures hold finite numbers, and the answer", (sigma) => {
    for (const zoom of [true, false]) {
      const z = zoom ? 1 / Math.sqrt(1 + sigma ** 2) : 1;
      const D = mixtureDenoiser(law)(point, Float64Array.of(sigma));
      for (const plane of [
        noisyPlane({law, sigma, point, zoom}),
        memoryPlane({law, sigma, point, zoom, dataSet: sampleMixture(law, 1, random(1))})
      ])
        expect(planeNumbers(plane).every(Number.isFinite)).toBe(true);
      const ends = noisyPlane({law, sigma, point, zoom}).layers.filter((l) => l.kind === "points");
      expect(ends.some((l) => Math.abs(l.xy[0] - D[0] * z) < 1e-6)).toBe(true);
    }
  }); // prettier-ignore
}); // prettier-ignore

test("arrows of a field are drawn at the part of their length that is told", () => {
  const view = {law: ring.mixture, sigma: 1, point: [0, 0], zoom: false};
  const {arrowPart: part, layers} = noisyPlane(view);
  expect(part).toBeLessThan(1);
  const [arrows] = layers.filter((l) => l.kind === "arrows");
  const D = mixtureDenoiser(view.law)(Float64Array.of(arrows.xy[0], arrows.xy[1]), Float64Array.of(1));
  expect(arrows.uv[0] / part).toBeCloseTo(D[0] - arrows.xy[0], 5);
});

describe("curves over x", () => {
  const view = {law: normal.mixture, sigma: 2, point: [0.5]};
  test("D of a Gaussian is x / (1 + sigma^2)", () => {
    const {x, y} = series(denoiserCurves(view), "σ = 2");
    for (let i = 0; i < x.length; ++i) expect(y[i]).toBeCloseTo(x[i] / 5, 10);
  });

  test("predictions of a Gaussian in closed form; v is -F at sigma_data = 1, eps is -sigma score always", () => {
    for (const sigma_data of [1, 0.5]) {
      const lines = predictionCurves({...view, sigma_data});
      const [eps, v, F, score] = ["ε", "v", "F", "σ · score"].map((name) => series(lines, name));
      for (let i = 0; i < eps.x.length; ++i) {
        if (Number.isNaN(eps.y[i])) continue;
        expect(eps.y[i]).toBeCloseTo((eps.x[i] * 2) / 5, 10);
        expect(score.y[i]).toBeCloseTo(-eps.y[i], 10);
        expect(v.y[i]).toBeCloseTo(0, 10);
        if (sigma_data === 1) expect(F.y[i]).toBeCloseTo(0, 10);
        else if (Math.abs(eps.x[i]) > 1e-6) expect(F.y[i] / eps.x[i]).toBeGreaterThan(0.05);
      }
    }
  });
});

describe("sizes against sigma", () => {
  const least = floorOf(normal.mixture);
  const view = {least, second: 1, sigma_data: 1, sigma: 1};
  test("every target of unit data has size 1, and what can be learned of it is known for a Gaussian", () => {
    for (const parameterisation of ["F", "x_0", "eps", "v"] as const) {
      const target = series(targetSizes({...view, parameterisation}), "the target").y;
      for (const v of Array.from(target)) expect(v).toBeCloseTo(1, 9);
    }
    const lines = targetSizes({...view, parameterisation: "F"});
    const [eps, x0] = ["of ε", "of x₀"].map((name) => series(lines, name).y);
    LEVELS.forEach((sigma, i) => {
      // D = x / (1 + sigma^2): eps = sigma x / (1 + sigma^2), x of variance 1 + sigma^2
      if (sigma > 0.5) expect(eps[i]).toBeCloseTo(sigma / Math.sqrt(1 + sigma ** 2), 1);
      if (sigma < 2) expect(x0[i]).toBeCloseTo(1 / Math.sqrt(1 + sigma ** 2), 1);
    });
  });

  test("F may be wrong by its size everywhere, x_0 by sigma, eps by 1/sigma", () => {
    const lines = precisionCurves({...view, parameterisation: "F"});
    const [F, x0, eps] = ["F", "x₀", "ε"].map((name) => series(lines, name).y);
    for (const v of Array.from(F)) expect(v).toBeCloseTo(1, 1);
    expect(x0[0] / LEVELS[0]).toBeCloseTo(1, 1);
    expect(eps[LEVELS.length - 1] * LEVELS[LEVELS.length - 1]).toBeCloseTo(1, 1);
  });

  test("coefficients of EDM for data of deviation 1", () => {
    const of = (name: string) =>
      series(coefficientCurves({levels: LEVELS, sigma_data: 1, parameterisation: "F", sigma: 1}), name).y;
    LEVELS.forEach((sigma, i) => {
      expect(of("c_skip")[i]).toBeCloseTo(1 / (1 + sigma ** 2), 9);
      expect(of("c_out")[i] ** 2).toBeCloseTo(1 - of("c_skip")[i], 9);
      expect(of("c_noise")[i]).toBeCloseTo(Math.log(sigma) / 4, 9);
    });
  });
});

describe("objectives", () => {
  const settings = {edm: EDM, T: 1000, schedule: varianceExploding({sigma_min: 0.05, sigma_max: 20})};
  const view = {
    objectives: objectivesOf(settings),
    least: floorOf(ring.mixture),
    chosen: "edm" as const,
    sigma: 1
  };
  const area = ({x, y}: {x: ArrayLike<number>; y: ArrayLike<number>}) => {
    let sum = 0;
    for (let i = 1; i < x.length; ++i)
      if (y[i] > 0 && y[i - 1] > 0) sum += ((y[i] + y[i - 1]) / 2) * Math.log(x[i] / x[i - 1]);
    return sum;
  };

  test("the schedule's own p(sigma) is flat in ln sigma for VE, between its ends, with area 1", () => {
    const ve = series(levelDensities(view), "t uniform");
    expect(area(ve)).toBeCloseTo(1, 1);
    for (let i = 0; i < ve.x.length; ++i)
      if (ve.x[i] > 0.06 && ve.x[i] < 18) expect(ve.y[i]).toBeCloseTo(1 / Math.log(400), 2);
  });

  test("shares have area 1, and the floors' mean over p(sigma) is the objective's value for the exact denoiser", async () => {
    for (const curve of effortCurves(view).series) expect(area(curve), curve.name).toBeCloseTo(1, 1);
    const x0 = sampleMixture(ring.mixture, 4000, random(3));
    const own = view.objectives.find(({key}) => key === "schedule")!;
    const {value, error} = await objectiveValue(own.objective, mixtureDenoiser(ring.mixture), x0, 2, random(4), 20_000); // prettier-ignore
    const floor = series(floorCurves(view), "t uniform");
    let mean = 0;
    let weight = 0;
    Array.from(floor.x, (sigma, i) => {
      const p = own.objective.levels.density(sigma);
      if (!(p > 0)) return;
      mean += floor.y[i] * p;
      weight += p;
    });
    expect(Math.abs(mean / weight - value)).toBeLessThan(0.03 * value + 3 * error);
  });

  test("lambda of L_simple and of score matching is 1 / sigma^2, EDM's nearly so below sigma_data", () => {
    const simple = series(weightCurves(view), "L_simple");
    const edm = series(weightCurves(view), "EDM");
    for (let i = 0; i < simple.x.length; ++i) {
      if (!Number.isNaN(simple.y[i])) expect(simple.y[i] * simple.x[i] ** 2).toBeCloseTo(1, 9);
      expect(edm.y[i]).toBeCloseTo(1 + simple.x[i] ** -2, 6);
    }
  });

  test("one step, and no schedule, leave the others", () => {
    const few = objectivesOf({...settings, T: 1, schedule: undefined});
    expect(few.map(({key}) => key)).toEqual(["edm", "simple", "variational", "plain"]);
    for (const draw of [levelDensities, weightCurves, floorCurves, effortCurves])
      expect(draw({...view, objectives: few}).series.length).toBeGreaterThanOrEqual(4);
  });
});

describe("memory", () => {
  test("of one point is that point, at every level", async () => {
    const dataSet = Float64Array.of(0.7, -0.2);
    const {own, fresh} = await memoryErrors({law: ring.mixture, dataSet, seed: 1}, [0.05, 1, 20]);
    for (const v of own.mean) expect(v).toBeCloseTo(0, 20);
    for (const v of fresh.mean) expect(v).toBeGreaterThan(0.5);
  });

  test("errs less on its own points than the law's, more on new ones; many points are the law", async () => {
    const levels = [0.1, 0.3, 1];
    const errors = (n: number) =>
      memoryErrors({law: ring.mixture, dataSet: sampleMixture(ring.mixture, n, random(2)), seed: 1}, levels);
    const [few, many] = [await errors(16), await errors(20_000)];
    levels.forEach((_, i) => {
      expect(few.own.mean[i]).toBeLessThan(few.least.mean[i]);
      expect(few.fresh.mean[i]).toBeGreaterThan(few.least.mean[i]);
      expect(many.fresh.mean[i] / many.least.mean[i]).toBeCloseTo(1, 0);
    });
  });
});

describe("what is learned", () => {
  const exact = mixtureDenoiser(moons.mixture);
  test("the exact denoiser has no difference to itself, one that is off by 0.1 has 0.1", async () => {
    const law = moons.mixture;
    const none = await differencesOf(exact, law, LEVELS);
    for (const v of none.difference) expect(v).toBe(0);
    const off = await differencesOf((x, sigma) => exact(x, sigma).map((v) => v + 0.1), law, LEVELS);
    for (const v of off.difference) expect(v).toBeCloseTo(0.1, 9);
  });

  test.each(both)("its field and its samples, %s", (_, law, point) => {
    const view = {law, sigma: 0.4, point};
    const places = placesOf(view);
    const D = mixtureDenoiser(law)(places, constantSigma(places.length / law.dimension, 0.4));
    const {layers} = learnedPlane(view, D);
    const fields = layers.flatMap((l): number[][] => {
      if (l.kind === "arrows") return [Array.from(l.uv)];
      return l.kind === "curve" && law.dimension === 1 ? [Array.from(l.xy)] : [];
    });
    expect(fields[0]).toEqual(fields[1]);
    expect(planeNumbers(samplesPlane(law, sampleMixture(law, 300, random(1)))).every(Number.isFinite)).toBe(true); // prettier-ignore
  });

  test("losses before anything was trained, and of one point, have a frame", () => {
    for (const losses of [[], [{step: 50, trained: 2, heldOut: 1}]]) {
      const {y} = lossCurves({steps: 100, points: [], losses, floor: undefined});
      expect(y.domain![1]).toBeGreaterThan(y.domain![0]);
    }
  });
});

describe("the page's state", () => {
  const open = (query = "") => openDenoiser(pageState(query));

  test("goes into the address and back; what makes no sense there is the default", () => {
    const own = open();
    own.logSigma.value = 1.2;
    own.x.value = -1.5;
    own.parameterisation.value = "v";
    own.objective.value = "variational";
    own.logKept.value = 2;
    own.learning.preset.value = "paper";
    const again = open(own.lab.state.query());
    expect(again.sigma.value).toBe(own.sigma.value);
    expect(again.point.value[0]).toBe(-1.5);
    expect(again.parameterisation.value).toBe("v");
    expect(again.objective.value).toBe("variational");
    expect(again.kept.value).toBe(100);
    expect(again.learning.preset.value).toBe("paper");
    const absurd = open("ls=99&x=abc&par=w&T=0&P_std=-1&steps=1&objective=none&kept=-3");
    expect(absurd.lab.state.query()).toBe("");
    own.lab.state.reset();
    expect(own.lab.state.query()).toBe("");
  });

  test("the data set is the beginning of the laboratory's data", () => {
    const {lab, dataSet} = open("kept=2");
    expect(Array.from(dataSet.value!)).toEqual(Array.from(lab.data.value!.subarray(0, 200)));
  });

  test("no data and a schedule with a fault are told, and can't be trained with", () => {
    const none = open("data=drawn2");
    expect(none.lab.lawTrouble.value).toContain("No data yet");
    expect(learningPlan.problem(none.learning.settings.value)).toContain("no data");
    const still = open("schedule=constant&constant.beta=0&objective=schedule");
    expect(still.lab.scheduleTrouble.value).not.toBe("");
    expect(learningPlan.problem(still.learning.settings.value)).toContain("schedule");
    expect(learningPlan.problem({...still.learning.settings.value, spec: {kind: "edm"}})).toBeUndefined();
  });

  test("a training is named by all that it depends on, and by nothing else", () => {
    const settings = open().learning.settings.value;
    const name = learningPlan.name(settings);
    expect(learningPlan.name({...settings, backend: "cpu", threads: 7})).toBe(name);
    for (const other of [{seed: 2}, {rows: 10}, {steps: 60}, {dataSeed: 5}, {parameterisation: "v" as const}, {law: moons.mixture}, {spec: {kind: "scoreMatching" as const, levels: {kind: "edm" as const}, lambda: {kind: "edm" as const}}}]) // prettier-ignore
      expect(learningPlan.name({...settings, ...other})).not.toBe(name);
  });

  test("one noise level alone asks for no samples", async () => {
    const {settings} = open("objective=simple&T=1").learning;
    expect((await learningPlan.input(settings.value)).samples).toBe(0);
    const {mu, samples} = await learningPlan.input(open().learning.settings.value);
    expect([mu.shape, samples]).toEqual([[20_000, 2], 1000]);
  });

  test("a page of the reader's own finds the same values by a link", async () => {
    const found = await ofLink("ls=0.5&data=moons");
    expect(found.sigma).toBeCloseTo(10 ** 0.5, 2);
    expect((found.law as {dimension: number}).dimension).toBe(2);
    expect(found.schedule).toMatchObject({t_max: edmSchedule().t_max});
    expect(Object.keys(found)).toContain("objectives");
  });

  test("examples are cells that can be read", () => {
    for (const {source} of examples) expect(() => new Function(`return async () => {${source}}`)).not.toThrow();
  });
}); // prettier-ignore
