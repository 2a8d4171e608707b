import {autocorrelationTime, indicator} from "./autocorrelation.js";
import {chiSquaredTail} from "./specialFunctions.js";
import {countStates, shares} from "./totalVariation.js";

/** Time that a walk spends in one state, against the state's population. */
export interface StateVisits {
  /** Part of the steps that were in it. */
  share: number;
  population: number;
  /** Integrated autocorrelation time of its indicator, steps; of a state that was never visited or never left, the longest of the others'. */
  tau: number;
  /** Standard error of the share if the population is right, sqrt(p (1 - p) tau / steps). */
  error: number;
  /** (share - population) / error. */
  z: number;
}

export interface VisitsTest {
  states: StateVisits[];
  /** Steps of all walkers. */
  steps: number;
  /** Pearson's chi-square over the mean design effect. */
  statistic: number;
  /** Degrees of freedom of its law: the number of populated states less one. */
  degrees: number;
  /** Probability of a statistic as large as this or larger if the shares of time are the populations: uniform then, nearly. */
  p: number;
  /** Steps over the mean design effect: about how many independent draws the walk is worth. */
  effective: number;
}

/**
 * Do the shares of time that walks spend in K states match given populations? Pearson's X^2 = n sum_k (share_k - p_k)^2 / p_k is too large for
 * steps that hang together, on average by the mean design effect, sum_k (1 - p_k) tau_k / (K - 1), tau_k the integrated autocorrelation
 * time of state k's indicator; X^2 over it is tested against chi-square with K - 1 degrees of freedom (Rao and Scott 1981, the first-order correction, which
 * complex surveys use). It needs the tau_k alone, which Sokal's window estimates well, where Hotelling's test needs the inverse of a
 * covariance from few batches. Simulated chains whose states differ in
 * tau_k fourfold are rejected 4 to 8 times in 100 at the level of 5%; walks of fewer than 20 effective draws less often than that.
 * @param series states 0 .. K - 1 of each walker, all of one length
 * @param populations of the states [K], on any scale
 * @throws RangeError where a state is none of the K, or one of no population was visited
 */
export function visitsTest(series: readonly ArrayLike<number>[], populations: ArrayLike<number>): VisitsTest {
  const p = shares(populations);
  const K = p.length;
  const steps = series.reduce((sum, s) => sum + s.length, 0);
  const counts = new Float64Array(K);
  for (const s of series) countStates(s, K).forEach((c, k) => (counts[k] += c));
  const impossible = p.findIndex((v, k) => v === 0 && counts[k] > 0);
  if (impossible >= 0)
    throw new RangeError(`state ${impossible}: found ${counts[impossible]} visits; expected none, its population is 0`); // prettier-ignore
  const changes = (k: number) => counts[k] > 0 && counts[k] < steps;
  const taus = new Float64Array(K);
  for (let k = 0; k < K; ++k)
    if (changes(k))
      taus[k] = autocorrelationTime(
        series.map((s) => indicator(s, k)),
        {mean: p[k]}
      ).tau;
  const longest = taus.some((t) => t > 0) ? Math.max(...taus) : steps; // a walk that never moved is worth one draw
  const states: StateVisits[] = [];
  let [pearson, spread] = [0, 0];
  for (let k = 0; k < K; ++k) {
    const share = counts[k] / steps;
    const tau = changes(k) ? taus[k] : longest;
    const error = Math.sqrt((p[k] * (1 - p[k]) * tau) / steps);
    states.push({share, population: p[k], tau, error, z: error > 0 ? (share - p[k]) / error : 0});
    if (p[k] === 0) continue;
    pearson += (steps * (share - p[k]) ** 2) / p[k];
    spread += (1 - p[k]) * tau;
  }
  const degrees = p.filter((v) => v > 0).length - 1;
  const designEffect = degrees > 0 ? spread / degrees : 1;
  const statistic = pearson / designEffect;
  return {
    states,
    steps,
    statistic,
    degrees,
    p: degrees > 0 ? chiSquaredTail(statistic, degrees) : 1,
    effective: steps / designEffect
  };
}
