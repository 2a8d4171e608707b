import {describe, expect, it} from "vitest";
import {
  stationaryVariance,
  walk,
  walkCorrelation,
  walkerPath,
  walkStart,
  walkSteps,
  type WalkKind
} from "../../components/samplers/ornsteinUhlenbeck.js";

const options = {dt: 0.1, seed: 3, walkers: 4, d: 3};
const variance = (z: Float64Array) => z.reduce((sum, v) => sum + v * v, 0) / z.length;

describe("steps", () => {
  it("are the talk's, and the solution of the equation", () => {
    expect(walkSteps.euler(0.1)).toEqual({keep: 0.95, kick: Math.sqrt(0.1)});
    const {keep, kick} = walkSteps.exact(0.1);
    expect(keep).toBeCloseTo(Math.exp(-0.05), 15);
    expect(kick ** 2).toBeCloseTo(1 - Math.exp(-0.1), 15);
    expect(walkSteps.exact(1e-12).kick).toBeCloseTo(1e-6, 15);
  });

  it("agree where dt is small, and two exact ones are one twice as long", () => {
    const dt = 1e-4;
    expect(walkSteps.exact(dt).keep).toBeCloseTo(walkSteps.euler(dt).keep, 8);
    expect(walkSteps.exact(dt).kick).toBeCloseTo(walkSteps.euler(dt).kick, 6);
    const {keep, kick} = walkSteps.exact(0.3);
    const whole = walkSteps.exact(0.6);
    expect(keep * keep).toBeCloseTo(whole.keep, 14);
    expect(kick ** 2 * (1 + keep ** 2)).toBeCloseTo(whole.kick ** 2, 14);
  });

  it("leave their stationary variance as it is", () => {
    for (const kind of ["euler", "exact"] as const)
      for (const dt of [0.01, 0.5, 2, 3.9]) {
        const v = stationaryVariance(kind, dt);
        const {keep, kick} = walkSteps[kind](dt);
        expect(keep ** 2 * v + kick ** 2).toBeCloseTo(v, 10);
      }
    expect(stationaryVariance("euler", 4)).toBe(Infinity);
    expect(stationaryVariance("exact", 40)).toBe(1);
  });
});

describe("walk", () => {
  const many = {...options, walkers: 4000, d: 2};

  it.each<[WalkKind, number]>([
    ["exact", 0.5],
    ["exact", 3],
    ["euler", 0.5],
    ["euler", 2]
  ])("has its stationary variance and correlation: %s, dt = %d", (kind, dt) => {
    const {z, state} = walk(walkStart({...many, dt}), 30, {...many, kind, dt});
    const expected = stationaryVariance(kind, dt);
    const error = expected * Math.sqrt(2 / 8000);
    expect(Math.abs(variance(state.z) - expected)).toBeLessThan(4 * error);
    // half of it by a walk that stands still would be no surprise: the correlation over two steps, too
    const earlier = z.subarray(27 * 8000, 28 * 8000);
    const together = state.z.reduce((sum, v, i) => sum + v * earlier[i], 0) / 8000;
    expect(Math.abs(together / expected - walkCorrelation(kind, dt, 2))).toBeLessThan(4 / Math.sqrt(8000));
  });

  it("grows without end by Euler's step from dt = 4 on", () => {
    const at = (dt: number) => variance(walk(walkStart(many), 60, {...many, kind: "euler", dt}).state.z);
    expect(at(4)).toBeGreaterThan(100); // 1 + 4 n: a random walk of alternating sign
    expect(at(4.5)).toBeGreaterThan(1e6);
    expect(at(3)).toBeLessThan(5);
  });

  it("is one walk in one go, in parts, and among others", () => {
    const whole = walk(walkStart(options), 20, options);
    const first = walk(walkStart(options), 7, options);
    const rest = walk(first.state, 13, options);
    expect([...first.z, ...rest.z]).toEqual([...whole.z]);
    expect(rest.state).toEqual(whole.state);
    const alone = {...options, walkers: 1};
    expect([...walk(walkStart(alone), 20, alone).z]).toEqual([...walkerPath(whole.z, 4, 3, 0)]);
    const other = {...options, seed: 4};
    expect(walk(walkStart(other), 20, other).z).not.toEqual(whole.z);
  });

  it("takes no step of another size", () => {
    expect(() => walk(walkStart(options), 1, {...options, dt: 0})).toThrow("dt: found 0; expected above 0");
    expect(() => walk(walkStart(options), 1, {...options, walkers: 2})).toThrow(
      "state: found 12 numbers; expected 2 walkers of 3"
    );
  });

  it("doesn't change the state it starts from", () => {
    const start = walkStart(options);
    const kept = start.z.slice();
    const {state} = walk(start, 0, options);
    walk(start, 5, options);
    expect(start.z).toEqual(kept);
    expect(state).toEqual(start);
  });
});
