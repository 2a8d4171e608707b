import {chiSquaredTail} from "./specialFunctions.js";
import type {VisitsTest} from "./visits.js";

/**
 * A test of visits whose populations were counted from m independent draws, and so have an error of their own: both sides' variances add. A share's
 * error is then sqrt(p (1 - p) (tau / steps + 1 / m)), and the statistic is divided by 1 + effective / m, as for two samples of one law.
 */
export function sampledPopulations(test: VisitsTest, m: number): VisitsTest {
  const statistic = test.statistic / (1 + test.effective / m);
  const states = test.states.map(({share, population, tau}) => {
    const error = Math.sqrt(population * (1 - population) * (tau / test.steps + 1 / m));
    return {share, population, tau, error, z: error > 0 ? (share - population) / error : 0};
  });
  return {...test, states, statistic, p: test.degrees > 0 ? chiSquaredTail(statistic, test.degrees) : 1};
}
