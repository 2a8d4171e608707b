/** Edges of a directed graph as compressed rows: those of row i are `first[i]` .. `first[i + 1]` - 1. */
export interface Edges {
  first: Int32Array;
  to: Int32Array;
  /** Not negative. */
  length: Float64Array;
}

/**
 * The shortest path between two rows (Dijkstra 1959, with a binary heap).
 * @returns rows from `from` to `to`, both included, and the sum of the edges' lengths; undefined where there is no path
 * @throws RangeError for a row that the graph doesn't have
 */
export function shortestPath(
  {first, to, length}: Edges,
  from: number,
  goal: number
): {rows: number[]; length: number} | undefined {
  const n = first.length - 1;
  for (const row of [from, goal])
    if (!Number.isInteger(row) || row < 0 || row >= n)
      throw new RangeError(`row: found ${row}; expected 0 to ${n - 1}`);
  const distance = new Float64Array(n).fill(Infinity);
  const previous = new Int32Array(n).fill(-1);
  const done = new Uint8Array(n);
  const heap = minHeap();
  distance[from] = 0;
  heap.push(from, 0);
  for (let row = heap.pop(); row !== undefined; row = heap.pop()) {
    if (done[row]) continue; // it was reached by a shorter way since
    if (row === goal) break;
    done[row] = 1;
    for (let e = first[row]; e < first[row + 1]; ++e) {
      const reached = distance[row] + length[e];
      if (reached >= distance[to[e]]) continue;
      distance[to[e]] = reached;
      previous[to[e]] = row;
      heap.push(to[e], reached);
    }
  }
  if (distance[goal] === Infinity) return undefined;
  const rows = [goal];
  while (rows[0] !== from) rows.unshift(previous[rows[0]]);
  return {rows, length: distance[goal]};
}

/** Items with keys, of which `pop` takes the one with the least. */
function minHeap() {
  const items: number[] = [];
  const keys: number[] = [];
  const swap = (i: number, j: number) => {
    [items[i], items[j]] = [items[j], items[i]];
    [keys[i], keys[j]] = [keys[j], keys[i]];
  };
  return {
    push(item: number, key: number): void {
      items.push(item);
      let at = keys.push(key) - 1;
      for (let up = (at - 1) >> 1; at > 0 && keys[up] > keys[at]; up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop(): number | undefined {
      if (items.length === 0) return undefined;
      swap(0, items.length - 1);
      const least = items.pop();
      keys.pop();
      for (let at = 0; ;) {
        const left = 2 * at + 1;
        if (left >= keys.length) return least;
        const below = left + 1 < keys.length && keys[left + 1] < keys[left] ? left + 1 : left;
        if (keys[at] <= keys[below]) return least;
        swap(at, below);
        at = below;
      }
    }
  };
}
