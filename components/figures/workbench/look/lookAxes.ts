import {quantile} from "../../../analysis/quantiles.js";
import type {OpenedLatents} from "./state.js";

/** Directions that latents can be seen along: principal components, the latents' own dimensions, and a layout by UMAP once there is one. */
export interface LookAxes {
  /** Names of all that there are now: `PC1`, `z0`, `UMAP1`. */
  names(): string[];
  /** Coordinates [n]; NaN for a row that has none. Of a name that there is no more, the first component's. */
  column(name: string): Float32Array;
  /** Takes a layout of some rows [m, 2]. */
  layOut(rows: Int32Array, picture: Float32Array): void;
  /** Lower and upper bound of a column, a little wider; of a heavy tail 0.1% lie outside on each side. */
  extent(name: string): [number, number];
  /** Where a latent [d] is in a plane; undefined in a layout, which has only places for its own rows. */
  placeOf(z: ArrayLike<number>, plane: readonly [string, string]): [number, number] | undefined;
  /** A latent at a place of a plane. */
  latentAt(x: string, y: string, at: [number, number], rest: Rest): Float64Array;
}

/** What the dimensions across a plane are, for a place where no particle is. */
export type Rest = "near" | "mean";

/** Rows nearest to a place in the plane that its latent's other dimensions are averaged over. */
export const NEAR = 20;

/** Rows by which a column's extent is estimated, at most. */
const MOST = 50_000;

export function lookAxes({z, n, d, axes}: OpenedLatents): LookAxes {
  const own = [...Array.from({length: d}, (_, k) => `PC${k + 1}`), ...Array.from({length: d}, (_, k) => `z${k}`)]; // prettier-ignore
  const kept = new Map<string, Float32Array>();

  /** The unit vector that a linear axis is along, and what it is 0 at. */
  function direction(name: string): {unit: Float64Array; zero: number} | undefined {
    const k = own.indexOf(name);
    if (k < 0) return undefined;
    if (k >= d) return {unit: Float64Array.from({length: d}, (_, c) => Number(c === k - d)), zero: 0};
    const unit = axes.axes.slice(k * d, (k + 1) * d);
    return {unit, zero: unit.reduce((sum, u, c) => sum + u * axes.mean[c], 0)};
  }
  function column(name: string): Float32Array {
    const found = kept.get(name);
    if (found) return found;
    const {unit, zero} = direction(name) ?? direction("PC1")!;
    const values = new Float32Array(n);
    for (let i = 0; i < n; ++i) {
      let sum = -zero;
      for (let c = 0; c < d; ++c) sum += unit[c] * z[i * d + c];
      values[i] = sum;
    }
    kept.set(name, values);
    return values;
  }
  return {
    names: () => [...own, ...["UMAP1", "UMAP2"].filter((name) => kept.has(name))],
    column,
    layOut(rows, picture) {
      ["UMAP1", "UMAP2"].forEach((name, k) => {
        const values = new Float32Array(n).fill(NaN);
        rows.forEach((row, i) => (values[row] = picture[2 * i + k]));
        kept.set(name, values);
      });
    },
    extent(name) {
      const values = column(name).filter((v) => !Number.isNaN(v));
      const step = Math.max(1, Math.floor(values.length / MOST));
      const some = values.filter((_, i) => i % step === 0).sort();
      if (some.length === 0) return [-1, 1];
      const [low, high] = [quantile(some, 0.001), quantile(some, 0.999)];
      const pad = 0.04 * (high - low) || 1;
      return [low - pad, high + pad];
    },
    placeOf(latent, plane) {
      const [x, y] = plane.map((name) => {
        const found = direction(name);
        return found ? found.unit.reduce((sum, u, c) => sum + u * latent[c], -found.zero) : NaN;
      });
      return Number.isNaN(x + y) ? undefined : [x, y];
    },
    latentAt(x, y, at, rest) {
      const directions = [direction(x), direction(y)];
      // A place in a layout has no latent of its own: it is that of what lies around it.
      const base = rest === "mean" && directions.every(Boolean) ? axes.mean.slice() : average(nearRows(column(x), column(y), at)); // prettier-ignore
      // Along each axis the latent is moved to where the place is, the second kept apart from what the first has set.
      const [u, v] = directions;
      const miss = (w: {unit: Float64Array; zero: number}, k: 0 | 1) =>
        at[k] + w.zero - w.unit.reduce((sum, e, c) => sum + e * base[c], 0);
      if (u && v) {
        const [a, b] = [miss(u, 0), miss(v, 1)];
        const dot = u.unit.reduce((sum, e, c) => sum + e * v.unit[c], 0);
        const det = 1 - dot * dot;
        if (det > 1e-9) {
          const [s, t] = [(a - dot * b) / det, (b - dot * a) / det];
          for (let c = 0; c < d; ++c) base[c] += s * u.unit[c] + t * v.unit[c];
        } else for (let c = 0; c < d; ++c) base[c] += a * u.unit[c];
      } else
        [u, v].forEach((w, k) => {
          if (!w) return;
          const by = miss(w, k as 0 | 1);
          for (let c = 0; c < d; ++c) base[c] += by * w.unit[c];
        });
      return base;
    }
  };

  function average(rows: readonly number[]): Float64Array {
    const mean = new Float64Array(d);
    for (const row of rows) for (let c = 0; c < d; ++c) mean[c] += z[row * d + c] / rows.length;
    return mean;
  }
}

/** The rows nearest to a place. */
function nearRows(x: Float32Array, y: Float32Array, [px, py]: [number, number]): number[] {
  const best: {row: number; q: number}[] = [];
  let worst = Infinity;
  for (let i = 0; i < x.length; ++i) {
    const q = (x[i] - px) ** 2 + (y[i] - py) ** 2;
    if (!(q < worst)) continue;
    const place = best.findIndex((other) => other.q > q);
    best.splice(place < 0 ? best.length : place, 0, {row: i, q});
    if (best.length > NEAR) best.pop();
    if (best.length === NEAR) worst = best[NEAR - 1].q;
  }
  return best.map(({row}) => row);
}
