import {describe, expect, it} from "vitest";
import {coordinateAlong, transitionAlong} from "../../components/analysis/coordinateAlong.js";
import {kdTree} from "../../components/analysis/kdTree.js";
import {neighbourAverages} from "../../components/analysis/neighbourAverages.js";
import {farRows, middleOfState, statePairs} from "../../components/analysis/pathEnds.js";
import {largestStep, mapsVerdict} from "../../components/analysis/pathVerdict.js";
import {arcLength, evenParts} from "../../components/analysis/polyline.js";
import {refinedPath} from "../../components/analysis/refinedPath.js";
import {coordinateColumns, stateCoordinate} from "../../components/analysis/stateCoordinate.js";
import {random} from "../../components/compute/random.js";
import type {Motion} from "../../components/cryoem/motion.js";

const arc: Motion = {type: "arc", states: 50, step: 0.03};
const circle: Motion = {type: "circle", states: 100};
const opening: Motion = {type: "opening", domains: 1, steps: 5, from: 0.2, to: 1, closed: 0.6};
const assembly: Motion = {
  type: "assembly",
  classes: [
    {name: "core", parts: [], population: 1},
    {name: "whole", parts: [1, 2], population: 5},
    {name: "half", parts: [1], population: 2}
  ]
};

describe("averages over neighbours", () => {
  const rng = random(1);
  const z = rng.fillNormal(new Float64Array(600));
  const tree = kdTree(z, 2);

  it("weigh the k nearest by one less their squared distance in the reach of the next, by a search through all", () => {
    const values = rng.fillNormal(new Float64Array(300));
    const point = Float64Array.of(0.3, -0.2);
    const order = Array.from({length: 300}, (_, i) => i)
      .map((i) => ({i, q: (z[2 * i] - point[0]) ** 2 + (z[2 * i + 1] - point[1]) ** 2}))
      .sort((a, b) => a.q - b.q);
    const reach = order[7].q;
    let [sum, total] = [0, 0];
    for (const {i, q} of order.slice(0, 7)) {
      sum += (1 - q / reach) * values[i];
      total += 1 - q / reach;
    }
    expect(neighbourAverages(tree, values, 1, point, 7)[0]).toBeCloseTo(sum / total, 12);
  });

  it("change little when a point does, and are the value where all are the same, also among equal rows", () => {
    const values = Float64Array.from({length: 300}, (_, i) => i % 7);
    const line = Float64Array.from({length: 4000}, (_, i) => (i % 2 ? 0 : -1 + (2 * i) / 4000));
    const along = neighbourAverages(tree, values, 1, line, 5);
    let step = 0;
    for (let i = 1; i < along.length; ++i) step = Math.max(step, Math.abs(along[i] - along[i - 1]));
    expect(step).toBeLessThan(0.3);
    const equal = kdTree(new Float64Array(20).fill(3), 2);
    expect([...neighbourAverages(equal, new Float64Array(10).fill(4), 1, Float64Array.of(3, 3), 5)]).toEqual([
      4
    ]);
    expect(() => neighbourAverages(equal, new Float64Array(10), 1, Float64Array.of(3, 3), 10)).toThrow("neighbours: found 10; expected 1 to 9"); // prettier-ignore
  });
});

describe("the coordinate of a state", () => {
  it("is the angle, across the seam of a circle too, and the part of B's class in an assembly", () => {
    const degrees = stateCoordinate(arc, 49);
    expect(degrees.read(degrees.of(49))).toBeCloseTo((24.5 * 0.03 * 180) / Math.PI, 10);
    const turn = stateCoordinate(circle, 50);
    const columns = coordinateColumns(turn, [99, 1]);
    const mean = [0, 1].map((c) => (columns[c] + columns[2 + c]) / 2);
    expect(turn.read(mean)).toBeCloseTo(0, 10);
    expect(turn.period).toBe(360);
    const open = stateCoordinate(opening, 5);
    const angles = [0, 1, 5].map((s) => (open.read(open.of(s)) * Math.PI) / 180);
    [0, 0.2, 1].forEach((v, i) => expect(angles[i]).toBeCloseTo(v, 12));
    const part = stateCoordinate(assembly, 2);
    expect([0, 1, 2].map((s) => part.read(part.of(s)))).toEqual([0, 0, 1]);
    expect(part.label).toContain("half");
  });

  it("follows a path around a circle of encodings, unwrapped", () => {
    const states = Int32Array.from({length: 2000}, (_, i) => i % 100);
    const z = new Float64Array(4000);
    states.forEach((s, i) =>
      z.set([Math.cos((2 * Math.PI * s) / 100), Math.sin((2 * Math.PI * s) / 100)], 2 * i)
    );
    const y = evenParts(81);
    const path = new Float64Array(162);
    y.forEach((v, i) => path.set([Math.cos(2 * Math.PI * v), Math.sin(2 * Math.PI * v)], 2 * i));
    const {values, against} = coordinateAlong(stateCoordinate(circle, 0), kdTree(z, 2), states, path, y, 60);
    values.forEach((v, i) => expect(Math.abs(v - 360 * y[i])).toBeLessThan(2));
    expect(against.change).toBeCloseTo(360, 0);
    expect(against.rise.width).toBeCloseTo(0.8, 1);
  });

  it("has its transition where a quick part's points lie close together", () => {
    const rise = (v: number) => 1 / (1 + Math.exp(-(v - 0.6) / 1e-4));
    const y = Float64Array.from([...evenParts(41), ...Array.from(evenParts(61), (v) => 0.599 + 0.002 * v)].sort((a, b) => a - b)).filter((v, i, all) => i === 0 || v > all[i - 1]); // prettier-ignore
    const found = transitionAlong(y.map(rise), y);
    expect(found.steepest.y).toBeCloseTo(0.6, 4);
    expect(found.rise.width / (1e-4 * Math.log(81))).toBeCloseTo(1, 1);
  });
});

describe("a refined path", () => {
  // all but a hundredth of the way lies within a thousandth of y
  const place = (v: number) => 10 * Math.tanh((v - 0.37) / 1e-3);
  let calls = 0;
  const at = (y: Float64Array) => {
    calls += y.length;
    const z = new Float64Array(2 * y.length);
    y.forEach((v, i) => z.set([place(v), v], 2 * i));
    return Promise.resolve({z, encoding: z.slice()});
  };

  it("has no step longer than its part of the length, and computes each point once", async () => {
    const {y, z, encoding} = await refinedPath(at, 2, evenParts(11), {step: 1 / 50});
    expect(calls).toBe(y.length);
    expect(y.every((v, i) => i === 0 || v > y[i - 1])).toBe(true);
    y.forEach((v, i) => expect(z[2 * i]).toBe(place(v)));
    expect(encoding).toEqual(z);
    const length = arcLength(z, 2);
    const whole = length[length.length - 1];
    for (let i = 1; i < length.length; ++i) expect(length[i] - length[i - 1]).toBeLessThanOrEqual(whole / 50 + 1e-12); // prettier-ignore
    expect(y.length).toBeLessThan(120);
  });

  it("stops at as many points, and at as small steps, as it is told", async () => {
    const jump = (y: Float64Array) => Promise.resolve({z: y.map((v) => (v < 0.3 ? 0 : 1)), encoding: y.slice()}); // prettier-ignore
    const found = await refinedPath(jump, 1, evenParts(5), {least: 1e-3});
    const [low, high] = [found.y.findLast((v) => v < 0.3)!, found.y.find((v) => v >= 0.3)!];
    expect(high - low).toBeLessThanOrEqual(1e-3);
    expect((await refinedPath(jump, 1, evenParts(5), {least: 0, most: 9})).y).toHaveLength(9);
  });
});

describe("the ends of a path", () => {
  it("are states that a motion has a way between", () => {
    expect(statePairs(arc).map(({a, b}) => [a, b])).toEqual([[5, 44], [0, 49], [0, 25]]); // prettier-ignore
    expect(statePairs(circle)[0]).toMatchObject({a: 0, b: 50});
    expect(statePairs(opening).map(({a, b}) => [a, b])).toEqual([[0, 5], [0, 1], [1, 5]]); // prettier-ignore
    expect(statePairs({...opening, steps: 1}).map(({a, b}) => [a, b])).toEqual([[0, 1]]);
    expect(statePairs(assembly)).toEqual([
      {name: "whole to half", a: 1, b: 2},
      {name: "whole to core", a: 1, b: 0}
    ]);
  });

  it("are the encodings nearest to their state's median; of a rare state, of the nearest state that is there", () => {
    const z = Float64Array.of(0, 0, 1, 1, 9, 9, 5, 5);
    expect(middleOfState(z, 2, [3, 3, 3, 8], arc, 3)).toBe(1);
    expect(middleOfState(z, 2, [3, 3, 3, 8], arc, 7)).toBe(3);
    expect(middleOfState(z, 2, [1, 1, 1, 1], assembly, 2)).toBeUndefined();
  });

  it("are far apart where no states are known", () => {
    const along = Float64Array.from({length: 100}, (_, i) => (i * 37) % 100);
    const z = Float64Array.from(along);
    const {a, b} = farRows(z, 1, along);
    expect(along[a]).toBeLessThan(5);
    expect(along[b]).toBeGreaterThanOrEqual(95);
  });
});

describe("the verdict on maps along a path", () => {
  const encodings = Float64Array.from({length: 101}, (_, i) => 0.9 + i / 1000);

  it("counts those below the encodings' quantile, in maps and in y", () => {
    const at = (y: number, correlation: number, state = 1) => ({y, correlation, state, off: y === 0.4});
    const good = mapsVerdict([at(0, 0.99), at(1, 0.95, 2)], encodings);
    expect(good).toMatchObject({maps: 2, worse: 0, worsePart: 0, states: 2});
    expect(good.limit).toBeCloseTo(0.905, 12);
    // below from half way between 0.2 and 0.4 to where 0.6 is at the limit
    const bad = mapsVerdict([at(0, 0.95), at(0.2, 0.915), at(0.4, 0.895), at(0.6, 0.905), at(1, 0.99)], encodings); // prettier-ignore
    expect(bad).toMatchObject({worse: 1, lowest: {y: 0.4, correlation: 0.895}});
    expect(bad.worsePart).toBeCloseTo(0.3, 10);
    expect([bad.medianOn, bad.medianOff].map((v) => v.toFixed(6))).toEqual(["0.932500", "0.895000"]);
    expect(good.medianOff).toBeNaN();
    expect(() => mapsVerdict([], encodings)).toThrow("maps: found none");
  });

  it("tells a leap from a way", () => {
    expect(largestStep([0, 1, 2, 3, 4]).part).toBe(0.25);
    expect(largestStep([0, 0.1, 3.9, 4]).part).toBeCloseTo(0.95, 12);
    expect(largestStep([2, 2])).toEqual({step: 0, part: 0});
  });
});
