import {LEAF, type KdTree} from "./kdTree.js";

/**
 * Tells whether a point [d] lies in the ball of some point of a tree, its surface included.
 * @param squared square of each ball's radius, by the rows of the set that the tree was made from [n]
 */
export function ballCover(tree: KdTree, squared: Float64Array): (point: ArrayLike<number>) => boolean {
  const {dimension: d, points, rows, axis, split} = tree;
  // the widest ball of each node: a cell further away than that holds none that reaches the point
  const widest = new Float64Array(axis.length);
  const measure = (node: number, from: number, to: number): number => {
    let most = 0;
    if (to - from <= LEAF) for (let i = from; i < to; ++i) most = Math.max(most, squared[rows[i]]);
    else {
      const middle = (from + to) >> 1;
      most = Math.max(measure(2 * node + 1, from, middle), measure(2 * node + 2, middle, to));
    }
    return (widest[node] = most);
  };
  measure(0, 0, rows.length);
  const offset = new Float64Array(d);
  return (point) => {
    const scan = (from: number, to: number): boolean => {
      for (let i = from; i < to; ++i) {
        let q = 0;
        for (let c = 0, p = i * d; c < d; ++c, ++p) q += (points[p] - point[c]) * (points[p] - point[c]);
        if (q <= squared[rows[i]]) return true;
      }
      return false;
    };
    const visit = (node: number, from: number, to: number, cell: number): boolean => {
      if (cell > widest[node]) return false;
      if (to - from <= LEAF) return scan(from, to);
      const middle = (from + to) >> 1;
      const a = axis[node];
      const away = point[a] - split[node];
      const left = () => visit(2 * node + 1, from, middle, away < 0 ? cell : far());
      const right = () => visit(2 * node + 2, middle, to, away < 0 ? far() : cell);
      const kept = offset[a];
      const far = () => {
        offset[a] = away;
        return cell - kept * kept + away * away;
      };
      // the near side first: most points that are covered are found at once
      const found = away < 0 ? left() || right() : right() || left();
      offset[a] = kept;
      return found;
    };
    return visit(0, 0, rows.length, 0);
  };
}
