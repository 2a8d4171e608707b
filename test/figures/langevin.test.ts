import {expect, test} from "vitest";
import type {Motion} from "../../components/cryoem/motion.js";
import type {ShownEncodings} from "../../components/figures/encodings.js";
import {traceOf, traceText} from "../../components/figures/langevin/trace.js";
import {placeOf, timeText, type SetWalk} from "../../components/figures/langevin/walk.js";
import {headText} from "../../components/figures/langevin/words.js";
import {walk, walkStart} from "../../components/samplers/ornsteinUhlenbeck.js";

const d = 3;
const motion: Motion = {
  type: "assembly",
  classes: ["free", "bound"].map((name) => ({name, parts: [], population: 1}))
};

/** A walk whose latents are its encodings; its class is whether the first of them is above 0. */
function made(places: number, steps = places - 1): SetWalk {
  const options = {kind: "exact" as const, dt: 0.5, seed: 5, walkers: 1, d};
  const encoding = new Float64Array((steps + 1) * d);
  const from = walkStart(options);
  encoding.set(from.z);
  encoding.set(walk(from, places - 1, options).z, d);
  const of = (i: number) => encoding[i * d];
  const states = Int32Array.from({length: steps + 1}, (_, i) => (of(i) > 0 ? 1 : 0));
  const plane = Float32Array.from({length: 2 * (steps + 1)}, (_, i) => encoding[(i >> 1) * d + (i % 2)]);
  const quantile = Float64Array.from({length: steps + 1}, (_, i) => (of(i) > 1.5 ? 0.999 : 0.5));
  return {settings: {dt: 0.5, kind: "exact", seed: 5, steps}, d, places, encoding, z: encoding, plane, states, quantile}; // prettier-ignore
}
const data = {d, motion, states: Int32Array.of(0, 1)} as ShownEncodings;

test("a trace has the class along the walk, and correlations that follow theory", () => {
  const trace = traceOf(made(8000), data)!;
  expect(trace.coordinate.names).toEqual(["free", "bound"]);
  expect(trace.t[7999]).toBe(3999.5);
  expect(trace.lags[trace.lags.length - 1]).toBe(10);
  trace.base.forEach((r, k) => expect(Math.abs(r - trace.theory[k])).toBeLessThan(0.06));
  // a Gaussian's sign is correlated as 2/pi asin(r)
  trace.state.forEach((r, k) =>
    expect(Math.abs(r - (2 / Math.PI) * Math.asin(trace.theory[k]))).toBeLessThan(0.08)
  );
  expect(Math.abs(trace.baseTime.tau - trace.baseTheory)).toBeLessThan(3.5 * trace.baseTime.error);
  expect(trace.stateTime.tau).toBeLessThan(trace.baseTheory);
  // one walk, not one for each class
  expect(trace.stateTime.effective).toBeCloseTo(8000 / trace.stateTime.tau, 6);
  const part = trace.off.filter(Boolean).length / 8000;
  expect(part).toBeGreaterThan(0.05);
  expect(traceText(trace)[1]).toContain(`${(100 * part).toFixed(1)}%`);
});

test("what was not computed yet counts for nothing; of too little there is no trace", () => {
  const whole = made(300);
  const early = {...made(300, 900), places: 300};
  const [a, b] = [traceOf(whole, data)!, traceOf(early, data)!];
  expect(b.t).toHaveLength(300);
  expect(b.baseTime).toEqual(a.baseTime);
  expect(b.off).toEqual(a.off);
  expect(traceOf({...whole, places: 10}, data)).toBeUndefined();
});

test("without states the trace is of the first component", () => {
  const trace = traceOf({...made(200), states: undefined}, {d} as ShownEncodings)!;
  expect(trace.coordinate.label).toBe("PC 1 of the latent");
  expect(trace.coordinate.names).toBeUndefined();
  expect(trace.stateTime.tau).toBeGreaterThan(1);
});

test("the head stays on the walk as far as there is one, and is told in words", () => {
  const now = {...made(40, 100), places: 40};
  expect(placeOf(now, 70)).toBe(39);
  expect(placeOf(now, 12)).toBe(12);
  expect(headText(now, 12, data)).toMatch(/^step 12, t = 6\.0, (free|bound)(, off the data)?$/);
  expect(timeText(3, 0.01)).toBe("t = 0.03");
  expect(timeText(3, 0.25)).toBe("t = 0.75");
  expect(timeText(2, 2)).toBe("t = 4.0");
});
