import {describe, expect, test} from "vitest";
import {knownStates, stateDistribution} from "../../components/analysis/stateDistribution.js";
import {stateFromLatents} from "../../components/analysis/stateFromLatents.js";
import {random} from "../../components/compute/random.js";
import type {Motion} from "../../components/cryoem/motion.js";

/** n points around `centres`, states drawn with `law`, in the plane [n, 2]. */
function clusters(n: number, law: number[], seed: number, spread = 0.1) {
  const rng = random(seed);
  const states = new Int32Array(n);
  const z = rng.fillNormal(new Float64Array(2 * n)).map((v) => v * spread);
  for (let i = 0; i < n; ++i) {
    let u = rng.uniform();
    while ((u -= law[states[i]]) > 0 && states[i] < law.length - 1) ++states[i];
    z[2 * i] += 2 * states[i];
  }
  return {z, states};
}

describe("the states of samples", () => {
  const law = [0.5, 0.3, 0.2];
  const {z, states} = clusters(4000, law, 1);
  const known = knownStates(z, 2, states, 3);

  test("of the encodings' own law differ from it by chance alone", async () => {
    const found = await stateDistribution(known, clusters(20_000, law, 2).z, 1);
    expect(found.samples).toBe(20_000);
    expect(found.shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    // The law is that of 4,000 encodings, itself a draw: its own chance is added to that of the samples.
    expect(found.distance).toBeLessThan(found.noise.high + 0.015);
    expect(found.noise.mean).toBeGreaterThan(0.001);
    expect(found.noise.mean).toBeLessThan(0.006);
  });

  test("of another law differ by the total variation distance of the laws", async () => {
    const found = await stateDistribution(known, clusters(20_000, [0.2, 0.3, 0.5], 3).z, 1);
    expect(found.distance).toBeCloseTo(0.3, 1);
    expect(Math.abs(found.distance - 0.3)).toBeLessThan(0.02);
  });

  test("can be cancelled", async () => {
    const controller = new AbortController();
    controller.abort(new Error("no longer wanted"));
    const context = {
      signal: controller.signal,
      progress: () => {},
      turn: () => (controller.signal.throwIfAborted(), Promise.resolve())
    };
    await expect(stateDistribution(known, z, 1, context)).rejects.toThrow("no longer wanted");
  });
});

describe("the state read off latents", () => {
  test("on a circle: the angle's error is that of the latents' scatter", () => {
    const motion: Motion = {type: "circle", states: 100};
    const n = 4000;
    const rng = random(4);
    const states = Int32Array.from({length: n}, () => Math.floor(100 * rng.uniform()));
    const noise = 0.1;
    const z = new Float64Array(2 * n);
    states.forEach((s, i) => {
      const angle = (2 * Math.PI * s) / 100;
      z[2 * i] = Math.cos(angle) + noise * rng.normal();
      z[2 * i + 1] = Math.sin(angle) + noise * rng.normal();
    });
    const found = stateFromLatents(z, 2, states, motion);
    // The median of |N(0, noise)| is 0.674 noise, and the mean of 20 neighbours adds a fortieth to it.
    expect(found.angleError!.median).toBeCloseTo(0.674 * noise, 2);
    expect(found.r2).toBeGreaterThan(0.95);
    expect(found.accuracy).toBeUndefined();
  });

  test("of an assembly: the class, and no angle", () => {
    const classes = ["a", "b", "c"].map((name, k) => ({name, parts: k ? [k] : [], population: 1}));
    const {z, states} = clusters(1500, [0.4, 0.4, 0.2], 5);
    const found = stateFromLatents(z, 2, states, {type: "assembly", classes});
    expect(found.accuracy).toBe(1);
    expect(found.groups).toEqual({names: ["a", "b", "c"], recall: [1, 1, 1]});
    expect(found.r2).toBeUndefined();
  });

  test("of an opening: closed or open, and the angle among the open ones alone", () => {
    const motion: Motion = {type: "opening", domains: 1, steps: 20, from: 0.4, to: 1.3, closed: 0.5};
    const rng = random(6);
    const n = 2000;
    const states = Int32Array.from({length: n}, (_, i) => (i % 2 ? 0 : 1 + Math.floor(20 * rng.uniform())));
    const z = new Float64Array(2 * n);
    states.forEach((s, i) => {
      z[2 * i] = s === 0 ? -10 : s + rng.normal();
      z[2 * i + 1] = rng.normal();
    });
    const found = stateFromLatents(z, 2, states, motion);
    expect(found.accuracy).toBe(1);
    expect(found.groups!.names).toEqual(["closed", "open"]);
    // The states' variance is (20^2 - 1) / 12 = 33, the latents' about them 1.
    expect(found.r2).toBeGreaterThan(0.93);
    expect(found.r2).toBeLessThan(0.99);
  });
});
