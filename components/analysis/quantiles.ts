/** Number of values of a sorted array that are below v. */
export function rankOf(sorted: ArrayLike<number>, v: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of a sorted array that is below each value, 0..1 [values]: its quantile among them. */
export function quantilesAmong(sorted: ArrayLike<number>, values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; ++i) out[i] = rankOf(sorted, values[i]) / sorted.length;
  return out;
}

/** The value of a sorted array below which a part q of it lies, linear between neighbours (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
