import {expect, test} from "vitest";
import {endText, stepsText} from "../../components/figures/trainingEnd.js";

test.each([
  [
    {steps: 4500, kept: 3000, early: true},
    "Stopped after 4,500 of 10,000 steps: the held-out loss was lowest at 3,000, and the weights of that step are kept"
  ],
  [
    {steps: 10_000, kept: 9500, early: false},
    "The held-out loss was lowest at step 9,500, and the weights of that step are kept"
  ],
  [{steps: 10_000, kept: 10_000, early: false}, ""]
])("of a training of 10,000 steps that ended as %o is said: %s", (end, text) =>
  expect(endText(end, 10_000)).toBe(text)
);

test.each([
  [{steps: 4500, kept: 3000, early: true}, "4,500 of 10,000 steps, weights of step 3,000"],
  [{steps: 10_000, kept: 9500, early: false}, "10,000 steps, weights of step 9,500"],
  [{steps: 10_000, kept: 10_000, early: false}, "10,000 steps"],
  [undefined, "10,000 steps"] // of a file that does not say how it ended
])("a label of a training of 10,000 steps that ended as %o says: %s", (end, text) =>
  expect(stepsText(10_000, end)).toBe(text)
);
