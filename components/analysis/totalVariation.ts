import {random, type Rng} from "../compute/random.js";
import {logGamma} from "./specialFunctions.js";
import {quantile} from "./quantiles.js";

/**
 * Total variation distance of two laws over states, (1/2) sum_k |p_k - q_k|: the greatest difference of the probability of any set of states.
 * @param p counts or probabilities [K], on any scale
 * @param q the same [K]
 * @throws RangeError where they don't have as many states, or one of them is empty
 */
export function totalVariation(p: ArrayLike<number>, q: ArrayLike<number>): number {
  if (p.length !== q.length)
    throw new RangeError(`states: found ${p.length} and ${q.length}; expected as many`);
  const [P, Q] = [shares(p), shares(q)];
  let sum = 0;
  for (let k = 0; k < P.length; ++k) sum += Math.abs(P[k] - Q[k]);
  return sum / 2;
}

/** Counts or weights [K] as parts of their sum. @throws RangeError for a sum of 0 or a negative one */
export function shares(counts: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let k = 0; k < counts.length; ++k) {
    if (!(counts[k] >= 0)) throw new RangeError(`counts: found ${counts[k]} of state ${k}; expected 0 or more`); // prettier-ignore
    sum += counts[k];
  }
  if (!(sum > 0)) throw new RangeError("counts: found none; expected some");
  const out = new Float64Array(counts.length);
  for (let k = 0; k < out.length; ++k) out[k] = counts[k] / sum;
  return out;
}

/** How many of some labels are of each of K states [K]. @throws RangeError for a label that is no whole number from 0 to K - 1 */
export function countStates(labels: ArrayLike<number>, K: number): Float64Array {
  const counts = new Float64Array(K);
  for (const label of Array.from(labels)) {
    if (!(Number.isInteger(label) && label >= 0 && label < K))
      throw new RangeError(`state: found ${label}; expected 0 to ${K - 1}`);
    ++counts[label];
  }
  return counts;
}

/**
 * Counts of K ordered states in fewer bins of neighbours [bins]: state k falls into bin floor(k bins / K), so that bins are as even as can be.
 * The distance of binned laws is at most that of the laws; its noise falls with the root of the number of bins.
 */
export function binStates(counts: ArrayLike<number>, bins: number): Float64Array {
  const K = counts.length;
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= K))
    throw new RangeError(`bins: found ${bins}; expected 1 to ${K}`);
  const out = new Float64Array(bins);
  for (let k = 0; k < K; ++k) out[Math.floor((k * bins) / K)] += counts[k];
  return out;
}

/**
 * Expected total variation distance between a law and the shares of n independent draws of it, exact: half the sum of the states' mean
 * absolute deviations, each 2 (m + 1) C(n, m + 1) p^(m + 1) q^(n - m) / n with m = floor(n p) and q = 1 - p (de Moivre; Diaconis and Zabell 1991).
 * @param law probabilities or weights [K]
 */
export function expectedTotalVariation(law: ArrayLike<number>, n: number): number {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`draws: found ${n}; expected 1 or more`);
  let sum = 0;
  for (const p of shares(law)) {
    if (p === 0 || p === 1) continue;
    const m = Math.floor(n * p);
    const logBinomial = logGamma(n + 1) - logGamma(m + 2) - logGamma(n - m);
    sum += (m + 1) * Math.exp(logBinomial + (m + 1) * Math.log(p) + (n - m) * Math.log1p(-p));
  }
  return sum / n;
}

/** What sampling alone makes of the distance. */
export interface TotalVariationNoise {
  mean: number;
  /** 95 of 100 are below. */
  high: number;
}

/**
 * Total variation distance under sampling noise alone, by seeded simulation: between n draws of a law and the law itself, or `other` further draws of it.
 * @param law probabilities or weights [K]
 * @param options.n draws on one side; `other` draws on the other side (default: the law itself, known exactly)
 * @param options.repeats simulations (default 400)
 */
export function totalVariationNoise(
  law: ArrayLike<number>,
  {n, other, repeats = 400, seed = 0}: {n: number; other?: number; repeats?: number; seed?: number}
): TotalVariationNoise {
  const p = shares(law);
  const cumulative = p.slice();
  for (let k = 1; k < p.length; ++k) cumulative[k] += cumulative[k - 1];
  const rng = random(seed, 0x5456);
  const found = new Float64Array(repeats);
  for (let r = 0; r < repeats; ++r) {
    const drawn = draw(cumulative, n, rng);
    found[r] = totalVariation(drawn, other === undefined ? p : draw(cumulative, other, rng));
  }
  found.sort();
  return {mean: found.reduce((sum, v) => sum + v, 0) / repeats, high: quantile(found, 0.95)};
}

/** Counts of n independent draws [K]. */
function draw(cumulative: Float64Array, n: number, rng: Rng): Float64Array {
  const counts = new Float64Array(cumulative.length);
  for (let i = 0; i < n; ++i) {
    const u = rng.uniform() * cumulative[cumulative.length - 1];
    let [low, high] = [0, cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (u < cumulative[middle]) high = middle;
      else low = middle + 1;
    }
    ++counts[low];
  }
  return counts;
}
