import type {Tableau} from "./rungeKutta.js";

/**
 * Dormand and Prince 1980: order 5, embedded order 4, seven stages of which the last is the first of the next step
 * (FSAL), so that an accepted step costs six new evaluations. Hairer, Nørsett, Wanner, Solving ODEs I, table II.5.2.
 */
export const dormandPrince: Tableau = {
  order: 5,
  embeddedOrder: 4,
  c: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  a: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]
  ],
  // b - b-hat: the difference of the two solutions, which estimates the error of a step
  error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
};
