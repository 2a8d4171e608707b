import {signal, type Signal} from "@preact/signals-core";
import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {uniformRotation} from "../../components/cryoem/poses.js";
import type {Structure, Vector} from "../../components/cryoem/structure.js";
import {multiply, rotationBetween} from "../../components/figures/formation/arcball.js";
import {follow} from "../../components/figures/follow.js";
import {openFormation, type Specimen} from "../../components/figures/formation/graph.js";
import {addressOf, parameters, type Settings} from "../../components/figures/formation/parameters.js";
import type {Particle} from "../../components/figures/formation/particleStack.js";
import {hiddenDefocus} from "../../components/figures/formation/thonTask.js";
import {sampledLimits} from "../../components/figures/formation/view.js";
import {moments} from "../../components/cryoem/imageSteps.js";
import {maxDifference} from "../golden.js";

const settings = () =>
  Object.fromEntries(Object.entries(parameters).map(([name, {value}]) => [name, signal(value)])) as Settings;
const structure: Structure = {
  name: "three",
  n: 3,
  positions: Float64Array.of(30, 0, 10, -40, 20, 0, 0, -50, -20),
  weights: Float64Array.of(3, 4, 5),
  sigma: 5,
  domain: Uint8Array.of(0, 0, 1),
  hinges: [{point: [0, 0, 0], axis: [0, 0, 1]}],
  chain: Uint16Array.of(0, 0, 0),
  secondary: Uint8Array.of(0, 0, 0)
};
const specimen: Specimen = {
  kind: "structure",
  name: "three",
  structure,
  motion: {type: "arc", states: 50, step: 0.03},
  field: 384,
  resolution: 12
};
const open = (loaded: Particle | undefined = undefined) => {
  const given = {
    settings: settings(),
    specimen: signal<Specimen | undefined>(specimen) as Signal<Specimen | undefined>,
    loaded: signal(loaded)
  };
  given.settings.box.value = 64;
  return {...given, formation: openFormation(given)};
};

test("a value is made again only when one of those it depends on has changed", () => {
  const {settings, formation} = open();
  const before = {
    projection: formation.projection.value,
    transfer: formation.transfer.value,
    noise: formation.noise.value
  };
  settings.logSnr.value = 1;
  void formation.flipped.value;
  expect(formation.projection.value).toBe(before.projection);
  expect(formation.transfer.value).toBe(before.transfer);
  settings.defocusU.value = 9000;
  expect(formation.projection.value).toBe(before.projection);
  expect(formation.transfer.value).not.toBe(before.transfer);
  settings.rot.value = 7;
  expect(formation.projection.value).not.toBe(before.projection);
  expect(formation.noise.value).toBe(before.noise);
});

test("the particle has the SNR that was asked for, and conserves the projected weight", () => {
  const {settings, formation} = open();
  settings.logSnr.value = -0.5;
  const total = formation.projection.value!.reduce((a, b) => a + b, 0);
  expect(total).toBeCloseTo(12, 4);
  const noise = formation.particle.value!.map((v, i) => v - formation.clean.value![i]);
  expect(moments(formation.clean.value!).variance / moments(noise).variance / 10 ** -0.5).toBeCloseTo(1, 1);
});

test("a state turns the moving part, and a state beyond the last is the last", () => {
  const {settings, formation} = open();
  const before = formation.positions.value!;
  settings.state.value = 49;
  const last = formation.positions.value!;
  expect(maxDifference(last.subarray(0, 6), before.subarray(0, 6))).toBe(0);
  expect(maxDifference(last.subarray(6), before.subarray(6))).toBeGreaterThan(1);
  settings.state.value = 1000;
  expect(maxDifference(formation.positions.value!, last)).toBe(0);
});

test("a loaded particle stands in for the simulated one, in its own box, with no CTF where it has none", () => {
  const D = 48;
  const image = random(2).fillNormal(new Float32Array(D * D));
  const {loaded, formation} = open({index: 0, image, D, pixelSize: 4});
  expect(formation.frame.value).toEqual({D, pixelSize: 4});
  expect(formation.particle.value).toBe(image);
  expect(formation.transfer.value!.every((t) => t === 1)).toBe(true);
  expect(maxDifference(formation.flipped.value!, image)).toBeLessThan(1e-6);
  expect(formation.projection.value).toHaveLength(D * D);
  loaded.value = undefined;
  expect(formation.frame.value).toEqual({D: 64, pixelSize: 6});
});

test("without a specimen nothing is made, and nothing fails", () => {
  const {specimen, formation} = open();
  specimen.value = undefined;
  for (const name of ["projection", "clean", "noise", "particle", "flipped", "transfer"] as const)
    expect(formation[name].value).toBeUndefined();
});

test("the address holds what is not at its default", () => {
  const all = settings();
  expect(Object.values(addressOf(all)).every((v) => v === undefined)).toBe(true);
  all.rot.value = -12.25;
  expect(addressOf(all).rot).toBe(-12.25);
});

test("dragging from one point of the sphere to another is the rotation that carries it there", () => {
  const rng = random(8);
  const unit = (): Vector => {
    const v = [rng.normal(), rng.normal(), rng.normal()];
    return v.map((x) => x / Math.hypot(...v)) as Vector;
  };
  for (let i = 0; i < 20; ++i) {
    const [a, b] = [unit(), unit()];
    const R = rotationBetween(a, b);
    const moved = [0, 1, 2].map((r) => R[3 * r] * a[0] + R[3 * r + 1] * a[1] + R[3 * r + 2] * a[2]);
    expect(maxDifference(moved, b)).toBeLessThan(1e-9);
    const transposed = Float64Array.from({length: 9}, (_, k) => R[3 * (k % 3) + Math.floor(k / 3)]);
    expect(maxDifference(multiply(R, transposed), [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-9);
  }
  expect(multiply(uniformRotation(rng), [1, 0, 0, 0, 1, 0, 0, 0, 1])).toHaveLength(9);
});

test("of questions that come while one is answered, only the last is asked", async () => {
  const question = signal<number | undefined>(1);
  const asked: number[] = [];
  const waiting: (() => void)[] = [];
  const found = follow(question, (n: number) => {
    asked.push(n);
    return new Promise<number>((answer, fail) =>
      waiting.push(() => (n === 4 ? fail(new Error("four")) : answer(10 * n)))
    );
  });
  question.value = 2;
  question.value = 3;
  expect(found.busy.value).toBe(true);
  const next = async () => {
    waiting.shift()!();
    await new Promise((done) => setTimeout(done));
  };
  await next();
  expect([found.value.value, found.busy.value]).toEqual([10, true]);
  await next();
  expect([found.value.value, found.busy.value]).toEqual([30, false]);
  question.value = 4;
  await next();
  expect([found.value.value, found.error.value]).toEqual([30, "four"]);
  question.value = 5;
  await next();
  expect([found.value.value, found.error.value, asked]).toEqual([50, "", [1, 3, 4, 5]]);
  found.dispose();
});

test("a question that has to rest is asked when it has, and until then the answer is stale", async () => {
  const question = signal<number | undefined>(undefined);
  const asked: number[] = [];
  const answer = (n: number) => {
    asked.push(n);
    return Promise.resolve(10 * n);
  };
  const found = follow(question, answer, {rest: 30});
  const pass = (ms: number) => new Promise((done) => setTimeout(done, ms));
  question.value = 1; // the first one need not wait
  await pass(0);
  expect([found.value.value, found.stale.value]).toEqual([10, false]);
  question.value = 2;
  question.value = 3;
  await pass(0);
  expect([found.value.value, found.stale.value]).toEqual([10, true]);
  await pass(80);
  expect([found.value.value, found.stale.value, asked]).toEqual([30, false, [1, 3]]);
  question.value = 4;
  found.dispose();
  await pass(80);
  expect(asked).toEqual([1, 3]);
});

test("limits of a picture leave out the extremes, and NaN", () => {
  const image = random(1).fillNormal(new Float32Array(128 * 128));
  image[77] = NaN;
  const [low, high] = sampledLimits(image);
  expect(low).toBeGreaterThan(-3.4);
  expect(low).toBeLessThan(-2.2);
  expect(high).toBeGreaterThan(2.2);
  expect(high).toBeLessThan(3.4);
  expect(sampledLimits([NaN, NaN])).toEqual([0, 1]);
});

test("a seed hides one defocus, with astigmatism, within the range of the controls", () => {
  for (let seed = 0; seed < 50; ++seed) {
    const {defocusU, defocusV, astigmatismAngle} = hiddenDefocus(seed);
    expect(defocusV).toBeGreaterThan(4000);
    expect(defocusU).toBeGreaterThan(defocusV);
    expect(defocusU).toBeLessThan(30000);
    expect(astigmatismAngle).toBeGreaterThanOrEqual(0);
    expect(astigmatismAngle).toBeLessThan(180);
  }
  expect(hiddenDefocus(3)).toEqual(hiddenDefocus(3));
});
