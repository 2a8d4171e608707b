import {expect, test} from "vitest";
import {autocorrelation} from "../../components/analysis/autocorrelation.js";
import {pooledCorrelation} from "../../components/analysis/pooledCorrelation.js";
import {sampledPopulations} from "../../components/analysis/sampledPopulations.js";
import {chiSquaredTail} from "../../components/analysis/specialFunctions.js";
import {stateSeries} from "../../components/analysis/stateSeries.js";
import {binsOf, visitBins} from "../../components/analysis/visitBins.js";
import {visitsTest} from "../../components/analysis/visits.js";
import {random} from "../../components/compute/random.js";
import {populations, stateCount, type Motion} from "../../components/cryoem/motion.js";
import {walk, walkerPath, walkStart} from "../../components/samplers/ornsteinUhlenbeck.js";
import {varianceError, walkTime} from "../../components/samplers/walkStatistics.js";

const arc: Motion = {type: "arc", states: 50, step: 0.03};
const circle: Motion = {type: "circle", states: 100};
const assembly: Motion = {
  type: "assembly",
  classes: ["A", "B", "C"].map((name, i) => ({name, parts: [i], population: 1 + i}))
};
const opening = (domains: number): Motion => ({type: "opening", domains, steps: 12, from: 0.2, to: 0.8, closed: 0.6}); // prettier-ignore

test("states fall into about ten bins of neighbours: classes as they are, closed apart from open, domains apart", () => {
  expect(visitBins(assembly)).toEqual({names: ["A", "B", "C"], of: Int32Array.of(0, 1, 2)});
  for (const motion of [arc, circle, opening(1), opening(3)]) {
    const {names, of} = visitBins(motion);
    expect(of).toHaveLength(stateCount(motion));
    expect(new Set(of).size).toBe(names.length); // no bin is empty
    expect(new Set(names).size).toBe(names.length);
    expect([...of]).toEqual([...of].sort((a, b) => a - b));
    expect(names.length).toBe(10);
  }
  expect([...binsOf(visitBins(arc), [0, 4, 5, 49])]).toEqual([0, 0, 1, 9]);
  expect(visitBins(opening(1)).names.slice(0, 2)).toEqual(["closed", "open by 11 to 15°"]);
  expect(visitBins(opening(3)).names[1]).toMatch(/^domain 1 open by 11 to \d+°$/);
  expect(visitBins({...arc, states: 4}).names).toEqual(["−3°", "−1°", "1°", "3°"]);
  const law = new Float64Array(10);
  populations(opening(1)).forEach((p, k) => (law[visitBins(opening(1)).of[k]] += p));
  expect(law[0]).toBeCloseTo(0.6, 12);
});

test("series of states are about the mean of the encodings, so that those of the encodings themselves sum to nothing", () => {
  const rng = random(1);
  for (const [motion, columns] of [
    [arc, 1],
    [circle, 2],
    [assembly, 3],
    [opening(2), 1]
  ] as const) {
    // prettier-ignore
    const states = Int32Array.from({length: 200}, () => Math.floor(rng.uniform() * stateCount(motion)));
    const series = stateSeries(motion, states, states);
    expect(series).toHaveLength(columns);
    for (const x of series) expect(Math.abs(x.reduce((a, b) => a + b, 0))).toBeLessThan(1e-9);
  }
  const [A, B, C] = stateSeries(assembly, [0, 1, 2], [0, 0, 1, 2]);
  expect([...A, ...B, ...C]).toEqual([0.5, -0.5, -0.5, -0.25, 0.75, -0.25, -0.25, -0.25, 0.75]);
  const [cosine] = stateSeries(circle, [0, 50], [0, 50]);
  expect(cosine[0]).toBeCloseTo(1, 12);
});

test("the correlation of several series is that of one of them if they are alike, and weighs them by their size", () => {
  const x = Float64Array.from({length: 64}, (_, t) => Math.sin(t / 3));
  const still = new Float64Array(64);
  const one = autocorrelation(x, {lags: 10, mean: 0});
  const found = pooledCorrelation([x, x.map((v) => -3 * v), still], 10);
  found.forEach((r, k) => expect(r).toBeCloseTo(one[k], 12));
  expect([...pooledCorrelation([still], 3)]).toEqual([1, 0, 0, 0]);
  const far = x.map((_, t) => (t % 2 ? 1e4 : -1e4));
  expect(pooledCorrelation([x, far], 1)[1]).toBeLessThan(-0.9);
});

test("populations that were counted from a sample add their own variance; from very many, none", () => {
  const rng = random(2);
  const states = Int32Array.from({length: 400}, () => Math.floor(rng.uniform() * 4));
  const exact = visitsTest([states], [1, 1, 1, 1]);
  const same = sampledPopulations(exact, 1e12);
  expect(same.p).toBeCloseTo(exact.p, 9);
  expect(same.states[1].error).toBeCloseTo(exact.states[1].error, 9);
  const rough = sampledPopulations(exact, exact.effective);
  expect(rough.statistic).toBeCloseTo(exact.statistic / 2, 12);
  expect(rough.p).toBeCloseTo(chiSquaredTail(exact.statistic / 2, 3), 12);
  expect(rough.p).toBeGreaterThan(exact.p);
});

test("two samples of one law are told apart as often as the level says", () => {
  const rng = random(3);
  const draws = (n: number) => Int32Array.from({length: n}, () => Math.floor(5 * rng.uniform() ** 1.5));
  let rejected = 0;
  const tests = 300;
  for (let i = 0; i < tests; ++i) {
    const counts = new Float64Array(5);
    for (const state of draws(500)) ++counts[state];
    if (sampledPopulations(visitsTest([draws(500)], counts), 500).p < 0.05) ++rejected;
  }
  // 15 expected, 4 deviations around it; without the correction there are about 75
  expect(rejected).toBeGreaterThan(2);
  expect(rejected).toBeLessThan(31);
});

test("a variance's error and a coordinate's time are those of walks", () => {
  expect(walkTime("euler", 0.1)).toBeCloseTo(1.95 / 0.05, 12);
  expect(walkTime("exact", 1e-3)).toBeCloseTo(4000, 0);
  expect(walkTime("euler", 2)).toBe(1); // keep = 0: every step is a fresh draw
  const options = {kind: "exact" as const, dt: 0.4, seed: 4, walkers: 400, d: 1};
  const {z} = walk(walkStart(options), 100, options);
  const squares = Array.from({length: 400}, (_, w) =>
    walkerPath(z, 400, 1, w).reduce((sum, v) => sum + (v * v) / 100, 0)
  );
  const scatter = Math.sqrt(squares.reduce((sum, v) => sum + (v - 1) ** 2 / 400, 0));
  expect(scatter / varianceError("exact", 0.4, 100)).toBeGreaterThan(0.88);
  expect(scatter / varianceError("exact", 0.4, 100)).toBeLessThan(1.12);
});
