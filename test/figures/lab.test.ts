import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {logDensity, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {lawOfPoints, laws} from "../../components/diffusion/laws.js";
import {mixtureMoments} from "../../components/diffusion/derivedMixture.js";
import type {Schedule} from "../../components/diffusion/schedule.js";
import {scheduleKinds, scheduleOf, type ScheduleKind, type ScheduleSpec} from "../../components/diffusion/scheduleKinds.js"; // prettier-ignore
import {spacings, timeRange} from "../../components/diffusion/times.js";
import {openLab} from "../../components/figures/lab/lab.js";
import {pageState, planeCodec, pointsCodec} from "../../components/figures/lab/pageState.js";
import {ticksOf} from "../../components/figures/lab/plane.js";

const kinds = Object.entries(scheduleKinds) as [keyof typeof scheduleKinds, ScheduleKind][];
const text = (rng: ReturnType<typeof random>) =>
  Array.from({length: rng.integer(30)}, () =>
    String.fromCharCode(32 + rng.integer(rng.integer(2) ? 95 : 2000))
  ).join("");

describe("the state of a page", () => {
  const opened = (query: string) => {
    const state = pageState(query);
    return {
      state,
      number: state.number("x", 1.5, {min: -3, max: 1e6}),
      whole: state.number("n", 10, {min: 1, max: 500, integer: true}),
      choice: state.text<"a" | "b">("c", "a", ["a", "b"]),
      free: state.text<string>("f", ""),
      flag: state.flag("on", true),
      curve: state.custom("points", [], pointsCodec),
      drawing: state.custom("draw", [] as number[], planeCodec(2.5, 240))
    };
  };

  test("at the defaults nothing is written; what is set is read back", () => {
    const page = opened("");
    expect(page.state.query()).toBe("");
    page.number.value = -2.25;
    page.whole.value = 77;
    page.choice.value = "b";
    page.free.value = "ä & = ? #";
    page.flag.value = false;
    page.curve.value = [{t: 0, value: 0.1}, {t: 0.333, value: 12}]; // prettier-ignore
    page.drawing.value = [0, 1, -2.5, 2.5];
    const again = opened(page.state.query());
    for (const key of ["number", "whole", "choice", "free", "flag", "curve"] as const)
      expect(again[key].value).toEqual(page[key].value);
    again.drawing.value.forEach((v, i) => expect(Math.abs(v - page.drawing.value[i])).toBeLessThan(5 / 4095));
    again.state.reset();
    expect(again.state.query()).toBe("");
    expect(again.whole.value).toBe(10);
  });

  test("random numbers survive the address to eight digits", () => {
    const rng = random(1);
    for (let i = 0; i < 300; ++i) {
      const page = opened("");
      page.number.value = Math.min(1e6, Math.exp(8 * rng.normal())) - 2;
      expect(Math.abs(opened(page.state.query()).number.value - page.number.value)).toBeLessThan(
        1e-7 * Math.abs(page.number.value) + 1e-12
      );
    }
  });

  test("whatever an address says, every value is one that a control could have", () => {
    const rng = random(2);
    for (let i = 0; i < 1000; ++i) {
      const query = new URLSearchParams();
      for (const key of ["x", "n", "c", "f", "on", "points", "draw"]) {
        const values = [text(rng), "NaN", "Infinity", "-1e999", "", "0x10", "1e400", "5.5", `${rng.normal()}`, "0:1,1:2", "AAAA"];
        query.set(key, values[rng.integer(values.length)]);
      }
      const {number, whole, choice, flag, curve, drawing} = opened(query.toString());
      expect(number.value >= -3 && number.value <= 1e6).toBe(true);
      expect(Number.isInteger(whole.value) && whole.value >= 1 && whole.value <= 500).toBe(true);
      expect(["a", "b"]).toContain(choice.value);
      expect(typeof flag.value).toBe("boolean");
      expect(curve.value.every(({t, value}) => Number.isFinite(t) && Number.isFinite(value))).toBe(true);
      expect(curve.value.length).toBeLessThanOrEqual(100);
      expect(drawing.value.length % 2).toBe(0);
      expect(drawing.value.every((v) => Math.abs(v) <= 2.5)).toBe(true);
    }
  }); // prettier-ignore

  test("a codec reads what it wrote, and writes it the same again", () => {
    const rng = random(3);
    const plane = planeCodec(2.5, 240);
    for (let i = 0; i < 200; ++i) {
      const points = Array.from({length: 1 + rng.integer(20)}, () => ({t: rng.uniform(), value: 50 * rng.uniform()}));
      const written = pointsCodec.write(points)!;
      expect(pointsCodec.write(pointsCodec.read(written)!)).toBe(written);
      const drawing = Array.from({length: 2 * rng.integer(40)}, () => 2.5 * (2 * rng.uniform() - 1));
      const letters = plane.write(drawing)!;
      expect(plane.write(plane.read(letters)!)).toBe(letters);
    }
    expect(plane.write([9, -9])).toBe(plane.write([2.5, -2.5])); // beyond the frame: its edge
    expect(plane.read("A".repeat(4 * 241))).toBeUndefined();
    expect(pointsCodec.read("0:1,1")).toBeUndefined();
    expect(pointsCodec.read("0:1,:2")).toBeUndefined();
  }); // prettier-ignore
});

describe("the laboratory", () => {
  test("data and seed: the same address, the same points", () => {
    const lab = (query: string) => openLab(pageState(query), {law: "ring", schedule: "vp"});
    expect(lab("n=20&seed=4").data.value).toEqual(lab("n=20&seed=4").data.value);
    expect(lab("n=20&seed=4").data.value).not.toEqual(lab("n=20&seed=5").data.value);
    expect(lab("n=20").data.value).toHaveLength(40);
    expect(lab("data=peaks&n=20").data.value).toHaveLength(20);
  });

  test("one drawn point is a law; none is a sentence", () => {
    const lab = openLab(pageState("data=drawn1"), {law: "ring", schedule: "vp"});
    expect(lab.trouble.value).toMatch(/No data yet/);
    expect([lab.mixture.value, lab.denoiser.value, lab.data.value]).toEqual([
      undefined,
      undefined,
      undefined
    ]);
    lab.drawn[1].value = [0.5];
    expect(lab.trouble.value).toBe("");
    expect(lab.mixture.value!.weights).toHaveLength(1);
    const query = new URLSearchParams(lab.state.query());
    expect(openLab(pageState(query.toString()), {law: "ring", schedule: "vp"}).drawn[1].value[0]).toBeCloseTo(
      0.5,
      2
    );
  });

  test("a schedule of the reader's own: taken, found at fault, or missing", () => {
    const lab = openLab(pageState("schedule=cell:mine"), {law: "ring", schedule: "vp"});
    expect(lab.trouble.value).toMatch(/No cell defines the schedule mine/);
    lab.offered.value = new Map<string, unknown>([["mine", {sigma: (t: number) => 0.01 + t * t}]]);
    expect(lab.trouble.value).toBe("");
    expect(lab.schedule.value!.name).toBe("mine");
    lab.offered.value = new Map<string, unknown>([["mine", {sigma: (t: number) => 1 - t}]]);
    expect(lab.trouble.value).toMatch(/mine/);
    lab.offered.value = new Map<string, unknown>([["mine", {sigma() { throw new Error("not today"); }}]]); // prettier-ignore
    expect(lab.trouble.value).toBe("mine: not today");
  });
});

describe("ticks", () => {
  test("lie on the axis, rise, are few, and have labels of their own", () => {
    const rng = random(4);
    for (let i = 0; i < 2000; ++i) {
      const log = rng.integer(2) === 1;
      const low = log ? Math.exp(6 * rng.normal()) : 50 * rng.normal();
      const high = log ? low * Math.exp(12 * rng.uniform() + 0.7) : low + Math.exp(4 * rng.normal());
      const ticks = ticksOf({domain: [low, high], label: "", log}, 5);
      const slack = 1e-6 * (Math.abs(low) + Math.abs(high));
      ticks.forEach(({value, label}, k) => {
        expect(value).toBeGreaterThanOrEqual(low - slack);
        expect(value).toBeLessThanOrEqual(high + slack);
        expect(label).not.toMatch(/NaN|Infinity|undefined/);
        if (k) expect(value).toBeGreaterThan(ticks[k - 1].value);
      });
      expect(ticks.length).toBeLessThanOrEqual(13);
      expect(new Set(ticks.map(({label}) => label)).size).toBe(ticks.length);
    }
  });

  test("none on an axis that has no length, none below the first that is wanted", () => {
    expect(ticksOf({domain: [2, 2], label: ""}, 5)).toEqual([]);
    expect(ticksOf({domain: [-2, 2], label: "", ticksFrom: 0}, 4).map(({value}) => value)).toEqual([0, 1, 2]);
  });
});

describe("laws", () => {
  test.each(Object.entries(laws))("%s has mean zero and a variance of 1 a dimension", (_, {mixture}) => {
    const {mean, variance} = mixtureMoments(mixture);
    for (const m of mean) expect(m).toBeCloseTo(0, 12);
    expect(variance).toBeCloseTo(1, 12);
  });

  test("a law of points is a Gaussian around each, all alike", () => {
    const points = [0, 1, 2, 3, -1, 0.5];
    const {mixture} = lawOfPoints("mine", points, {d: 2, width: 0.1});
    expect(Array.from(mixture.weights)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(Array.from(mixture.means)).toEqual(points);
    const draws = sampleMixture(mixture, 500, random(1));
    for (let i = 0; i < 500; ++i) {
      const near = Math.min(...[0, 2, 4].map((k) => Math.hypot(draws[2 * i] - points[k], draws[2 * i + 1] - points[k + 1])));
      expect(near).toBeLessThan(0.6);
    }
    const at = logDensity(mixture, Float64Array.of(0, 1), Float64Array.of(0))[0];
    expect(Math.exp(at)).toBeCloseTo(1 / 3 / (2 * Math.PI * 0.01), 6);
  }); // prettier-ignore

  test.each([
    ["no points", [], "mine: found 0 numbers; expected a multiple of 2, at least one point"],
    ["half a point", [1, 2, 3], "mine: found 3 numbers; expected a multiple of 2, at least one point"],
    ["what is no number", [1, 2, 3, NaN], "mine: found NaN at point 1; expected finite numbers"],
    ["what has no end", [Infinity, 2], "mine: found Infinity at point 0; expected finite numbers"]
  ])("%s is refused", (_, points, message) => {
    expect(() => lawOfPoints("mine", points, {d: 2, width: 0.1})).toThrow(message);
  });
});

/** What must hold of a schedule that was found to be without fault, and of the times between which samplers go. */
function sound(schedule: Schedule, what: string) {
  const {t_min, t_max, s, sigma, ds, dsigma} = schedule;
  const [last, first] = timeRange(schedule);
  expect(last > first && first >= t_min && last === t_max, `${what}: ${first} to ${last}`).toBe(true);
  expect(sigma(first) > 0, `${what}: noise at the first time`).toBe(true);
  for (let i = 0; i <= 20; ++i) {
    const t = first + ((last - first) * i) / 20;
    expect([s(t), sigma(t), ds(t), dsigma(t)].every(Number.isFinite), `${what} at ${t}`).toBe(true);
  }
  for (const [name, {times}] of Object.entries(spacings))
    for (const n of [1, 2, 3, 40]) {
      const found = times(schedule, n);
      expect(found, `${what}, ${name}`).toHaveLength(n + 1);
      expect([found[0], found[n]], `${what}, ${name}`).toEqual([last, first]);
      for (let i = 0; i < n; ++i)
        expect(found[i] >= found[i + 1] && Number.isFinite(found[i]), `${what}, ${name}, ${n}: ${found[i]}, ${found[i + 1]}`).toBe(true); // prettier-ignore
    }
}

describe("schedules of every kind and the times of every spacing", () => {
  test.each(kinds)("%s: within its sliders it is sound, or says what is wrong", (kind, {parameters}) => {
    const rng = random(5);
    let sounds = 0;
    for (let i = 0; i < 60; ++i) {
      const values = Object.fromEntries(
        Object.entries(parameters).map(([name, {min, max, value}]) => {
          const all = [min, max, value, min + (max - min) * rng.uniform() ** 3];
          return [name, i === 0 ? value : all[rng.integer(4)]];
        })
      );
      const {schedule, fault} = scheduleOf({kind, parameters: values});
      const what = `${kind} ${JSON.stringify(values)}`;
      if (schedule) {
        sound(schedule, what);
        ++sounds;
      } else {
        expect(fault, what).toMatch(/^[^\n]{20,300}$/);
        expect(i, `${what}: the default`).toBeGreaterThan(0);
      }
    }
    expect(sounds).toBeGreaterThan(5);
  });

  test("numbers that no slider has are faults, never NaN", () => {
    const absurd = [NaN, Infinity, -Infinity, -1, 0, 1e308, 1e-308];
    for (const [kind, {parameters}] of kinds) {
      const names = Object.keys(parameters);
      for (const value of absurd)
        for (const name of names) {
          const values = Object.fromEntries(names.map((other) => [other, other === name ? value : parameters[other].value]));
          const {schedule, fault} = scheduleOf({kind, parameters: values});
          const what = `${kind}, ${name} = ${value}`;
          if (schedule) sound(schedule, what);
          else expect(fault, what).toMatch(/\S/);
        }
    }
  }); // prettier-ignore

  test("curves drawn by hand are sound, or say what is wrong", () => {
    const rng = random(6);
    let [sounds, faults] = [0, 0];
    for (let i = 0; i < 150; ++i) {
      const kind = rng.integer(2) ? "drawnBeta" : "drawnSigma";
      const n = rng.integer(6);
      const rising = rng.integer(3) > 0;
      const points = Array.from({length: n}, (_, k) => {
        const t = n > 1 ? k / (n - 1) : 0.5;
        const level = rising && kind === "drawnSigma" ? 0.01 * Math.exp(1.5 * k + rng.uniform()) : 20 * rng.uniform() * rng.integer(2); // prettier-ignore
        return {t, value: level};
      });
      const spec: ScheduleSpec = {kind, points};
      const {schedule, fault} = scheduleOf(spec);
      const what = JSON.stringify(spec);
      if (schedule) {
        sound(schedule, what);
        ++sounds;
      } else {
        expect(fault, what).toMatch(/\S/);
        ++faults;
      }
    }
    expect(sounds).toBeGreaterThan(30);
    expect(faults).toBeGreaterThan(10);
  });

  test.each<[string, ScheduleSpec, RegExp]>([
    ["beta is zero", {kind: "drawnBeta", points: [{t: 0, value: 0}, {t: 1, value: 0}]}, /without growing noise/],
    ["sigma falls", {kind: "drawnSigma", points: [{t: 0, value: 2}, {t: 0.5, value: 0.5}, {t: 1, value: 3}]}, /σ/],
    ["sigma is zero", {kind: "drawnSigma", points: [{t: 0, value: 0}, {t: 1, value: 3}]}, /expected more than 0/],
    ["sigma_max is below sigma_min", {kind: "ve", parameters: {sigma_min: 2, sigma_max: 0.5}}, /σ/],
    ["time ends before it begins", {kind: "edm", parameters: {sigma_min: 2, sigma_max: 0.5}}, /must end later/],
    ["there are no points", {kind: "drawnBeta", points: []}, /no points/]
  ])("%s: a sentence says so", (_, spec, sentence) => {
    const {schedule, fault} = scheduleOf(spec);
    expect(schedule).toBeUndefined();
    expect(fault).toMatch(sentence);
  }); // prettier-ignore
});
