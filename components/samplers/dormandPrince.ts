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
  error: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
  // Order 4 between the ends of a step (Hairer, Nørsett, Wanner, eq. II.6.11): b_j(theta), powers theta^1 .. theta^4
  dense: denseOf(
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
    [
      -12715105075 / 11282082432, 0, 87487479700 / 32700410799, -10690763975 / 1880347072,
      701980252875 / 199316789632, -1453857185 / 822651844, 69997945 / 29380423
    ] // prettier-ignore
  )
};

/**
 * The weights of the stages as polynomials of theta: the cubic through both ends with their slopes, and a part d_j of
 * theta^2 (1 - theta)^2.
 */
function denseOf(b: readonly number[], d: readonly number[]): number[][] {
  const last = b.length - 1;
  return b.map((bj, j) => {
    const [first, end] = [j === 0 ? 1 : 0, j === last ? 1 : 0];
    return [first, 3 * bj - 2 * first - end + d[j], -2 * bj + first + end - 2 * d[j], d[j]];
  });
}
