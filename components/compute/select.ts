/** Orders items[left..right] so that the k-th is where a sort by `key` would put it (Hoare's quickselect). */
export function select(
  items: Int32Array,
  left: number,
  right: number,
  k: number,
  key: (item: number) => number
): void {
  while (left < right) {
    const pivot = key(items[(left + right) >> 1]);
    let [i, j] = [left, right];
    while (i <= j) {
      while (key(items[i]) < pivot) ++i;
      while (key(items[j]) > pivot) --j;
      if (i > j) break;
      const kept = items[i];
      items[i++] = items[j];
      items[j--] = kept;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return;
  }
}

/** The coordinate in which the points of some rows spread the widest: the one to divide them by. */
export function widestAxis(
  points: Float64Array,
  d: number,
  rows: Int32Array,
  from: number,
  to: number
): number {
  let [widest, width] = [0, -1];
  for (let c = 0; c < d; ++c) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = from; i < to; ++i) {
      const v = points[rows[i] * d + c];
      if (v < low) low = v;
      if (v > high) high = v;
    }
    if (high - low > width) [width, widest] = [high - low, c];
  }
  return widest;
}
