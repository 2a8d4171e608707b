import type {Rng} from "../compute/random.js";

export interface PermutationTest {
  /** MMD^2 of the two samples as they are. */
  statistic: number;
  /** Median and 95th percentile of MMD^2 when their points change sides at random: what chance makes. */
  median: number;
  high: number;
  /** Part of the shuffled values that reach the statistic, itself among them: uniform on 0..1 for samples of one law. */
  p: number;
}

/**
 * Kernel two-sample test by permutation (Gretton et al. 2012, section 5): are x [n, d] and y [m, d] drawn from one law? The RBF kernel of
 * width h is computed once, (n + m)^2 / 2 values, and its sums over the halves again and again.
 * @param permutations shuffles (default 400): the smallest p is 1 / (1 + permutations)
 */
export function permutationTest(
  x: Float64Array,
  y: Float64Array,
  d: number,
  {h, rng, permutations = 400}: {h: number; rng: Rng; permutations?: number}
): PermutationTest {
  const [n, m] = [x.length / d, y.length / d];
  const N = n + m;
  const z = new Float64Array(N * d);
  z.set(x);
  z.set(y, n * d);
  const kernel = new Float64Array(N * N);
  const total = new Float64Array(N); // over its row
  for (let i = 0; i < N; ++i) {
    for (let j = 0; j <= i; ++j) {
      let q = 0;
      for (let c = 0; c < d; ++c) q += (z[i * d + c] - z[j * d + c]) ** 2;
      const k = Math.exp(-q / (2 * h * h));
      kernel[i * N + j] = kernel[j * N + i] = k;
      total[i] += k;
      if (j < i) total[j] += k;
    }
  }
  const all = total.reduce((sum, v) => sum + v, 0);
  /** MMD^2 where the first n of `order` are one sample: only sums over these are needed. */
  const statistic = (order: Int32Array) => {
    let [within, rows] = [0, 0];
    for (let i = 0; i < n; ++i) {
      const row = order[i] * N;
      rows += total[order[i]];
      for (let j = 0; j < i; ++j) within += kernel[row + order[j]];
    }
    within = 2 * within + n;
    const between = rows - within;
    return within / (n * n) + (all - within - 2 * between) / (m * m) - (2 * between) / (n * m);
  };
  const order = Int32Array.from({length: N}, (_, i) => i);
  const found = statistic(order);
  const shuffled = Float64Array.from({length: permutations}, () => statistic(rng.shuffle(order))).sort();
  let reached = 1;
  for (const v of shuffled) if (v >= found) ++reached;
  return {
    statistic: found,
    median: shuffled[permutations >> 1],
    high: shuffled[Math.floor(0.95 * permutations)],
    p: reached / (permutations + 1)
  };
}
