import type {LatentPath} from "../../jobs/latentPaths.js";
import {latentAt} from "./along.js";

/** Points of a path that are decoded: as many of its own, and at even y as a row of maps shows them. */
export const [OWN, EVEN] = [25, 9];

/**
 * Values of y at which a path is decoded, rising: every so many of its points, which lie close together where it is quick, and even ones.
 */
export function mapPoints({y}: LatentPath): number[] {
  const own = Array.from({length: OWN}, (_, i) => y[Math.round((i * (y.length - 1)) / (OWN - 1))]);
  const even = Array.from({length: EVEN}, (_, i) => i / (EVEN - 1));
  const all = [...own, ...even].sort((a, b) => a - b);
  return all.filter((v, i) => i === 0 || v - all[i - 1] > 1e-9);
}

/** The latents there [m, d], in an order that shows the whole path first and then what lies between. */
export function inTurn(path: LatentPath, ys: readonly number[]): {order: number[]; z: Float64Array} {
  const order: number[] = [];
  const seen = new Set<number>();
  const add = (i: number) => {
    if (i < ys.length && !seen.has(i)) order.push(i);
    seen.add(i);
  };
  add(0);
  add(ys.length - 1);
  let step = 1;
  while (step < ys.length) step *= 2;
  for (; step >= 1; step /= 2) for (let i = step; i < ys.length; i += step) add(i);
  const d = path.z.length / path.y.length;
  const z = new Float64Array(order.length * d);
  order.forEach((place, i) => z.set(latentAt(path, ys[place]), i * d));
  return {order, z};
}
