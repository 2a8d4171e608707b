import {expect, test} from "vitest";
import {stateQuantiles} from "../../components/cryoem/stateQuantiles.js";

test("states of an arc and of a circle are evenly spaced", () => {
  const every5 = Array.from({length: 20}, (_, i) => 2 + 5 * i);
  expect([...stateQuantiles({type: "circle", states: 100}, 20)]).toEqual(every5);
  expect([...stateQuantiles({type: "arc", states: 100, step: 0.01}, 20)]).toEqual(every5);
  expect([...stateQuantiles({type: "arc", states: 3, step: 0.01}, 3)]).toEqual([0, 1, 2]);
});

test("a class comes in proportion to its population", () => {
  const classes = [6, 17, 22, 13, 31, 11].map((population, i) => ({name: `${i}`, parts: [], population}));
  const states = [...stateQuantiles({type: "assembly", classes}, 100)];
  expect(classes.map((_, k) => states.filter((s) => s === k).length)).toEqual([6, 17, 22, 13, 31, 11]);
  expect(states).toEqual([...states].sort((a, b) => a - b));
});

test("of a domain that opens, the closed part comes first, then angles over their whole range", () => {
  const states = [
    ...stateQuantiles({type: "opening", domains: 1, steps: 40, from: 0.3, to: 1, closed: 0.55}, 20)
  ];
  expect(states.filter((s) => s === 0)).toHaveLength(11);
  const open = states.slice(11);
  expect(open[0]).toBeLessThanOrEqual(4);
  expect(open[8]).toBeGreaterThanOrEqual(37);
  expect(new Set(open).size).toBe(9);
});

test("the last state is never passed", () => {
  expect([...stateQuantiles({type: "circle", states: 1}, 4)]).toEqual([0, 0, 0, 0]);
  const thirds = [...stateQuantiles({type: "circle", states: 3}, 1000)];
  expect(Math.max(...thirds)).toBe(2);
});
