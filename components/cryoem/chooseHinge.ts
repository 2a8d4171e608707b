import {EigenvalueDecomposition, Matrix} from "ml-matrix";
import {centreOfMass, type Hinge, type Vector} from "./structure.js";

/** How near residues of the two parts are where they touch, Å. */
const TOUCHING = 12;

/** Marks (1) the smaller end of a structure: what is beyond the thinnest place across its long axis, in the middle half. */
export function longEnd(positions: Float64Array, weights: Float64Array): Uint8Array {
  const n = weights.length;
  const centre = centreOfMass(positions, weights);
  const [long] = principalAxes(positions, weights, centre);
  const along = Float64Array.from({length: n}, (_, i) =>
    long.reduce((t, u, a) => t + u * (positions[3 * i + a] - centre[a]), 0)
  );
  const order = Array.from(along.keys()).sort((i, j) => along[i] - along[j]);
  const quarter = along[order[Math.floor(n / 4)]];
  const width = along[order[Math.floor((3 * n) / 4)]] - quarter;
  const bins = 12;
  const mass = new Float64Array(bins);
  for (let i = 0; i < n; ++i) {
    const bin = Math.floor((bins * (along[i] - quarter)) / width);
    if (bin >= 0 && bin < bins) mass[bin] += weights[i];
  }
  const plane = quarter + ((mass.indexOf(Math.min(...mass)) + 0.5) * width) / bins;
  const above = along.filter((t) => t > plane).length;
  return Uint8Array.from(along, (t) => (t > plane === above <= n / 2 ? 1 : 0));
}

/** A hinge where the two parts touch, across the line between them: what the moving part swings about most freely. */
export function chooseHinge(positions: Float64Array, weights: Float64Array, domain: Uint8Array): Hinge {
  const part = (which: number) => {
    const chosen = Array.from(domain.keys()).filter((i) => domain[i] === which);
    return {
      positions: Float64Array.from(chosen.flatMap((i) => [...positions.subarray(3 * i, 3 * i + 3)])),
      weights: Float64Array.from(chosen, (i) => weights[i])
    };
  };
  const fixed = part(0);
  const moving = part(1);
  const point = interfaceCentre(fixed.positions, moving.positions);
  const from = centreOfMass(fixed.positions, fixed.weights);
  const to = centreOfMass(moving.positions, moving.weights);
  const axes = principalAxes(positions, weights, centreOfMass(positions, weights));
  const reach = unit(to.map((t, a) => t - from[a]) as Vector);
  // The shortest principal axis, made perpendicular to the line between the parts: the swing is in the widest plane.
  const short = axes.at(-1)!;
  const dot = short[0] * reach[0] + short[1] * reach[1] + short[2] * reach[2];
  const across = short.map((s, a) => s - dot * reach[a]) as Vector;
  return {point, axis: Math.hypot(...across) > 0.1 ? unit(across) : axes[1]};
}

const unit = (v: Vector): Vector => {
  const norm = Math.hypot(...v);
  return [v[0] / norm, v[1] / norm, v[2] / norm];
};

/** Mean place of the points of either part that touch the other; of the nearest two where none do. */
function interfaceCentre(a: Float64Array, b: Float64Array): Vector {
  const sum: Vector = [0, 0, 0];
  let count = 0;
  let nearest = Infinity;
  let middle: Vector = [0, 0, 0];
  for (let i = 0; i < a.length; i += 3)
    for (let j = 0; j < b.length; j += 3) {
      const d2 = (a[i] - b[j]) ** 2 + (a[i + 1] - b[j + 1]) ** 2 + (a[i + 2] - b[j + 2]) ** 2;
      if (d2 >= nearest && d2 > TOUCHING ** 2) continue;
      const half: Vector = [(a[i] + b[j]) / 2, (a[i + 1] + b[j + 1]) / 2, (a[i + 2] + b[j + 2]) / 2];
      if (d2 < nearest) {
        nearest = d2;
        middle = half;
      }
      if (d2 > TOUCHING ** 2) continue;
      ++count;
      for (const c of [0, 1, 2]) sum[c] += half[c];
    }
  return count ? (sum.map((s) => s / count) as Vector) : middle;
}

/** Unit vectors along which the mass spreads, the longest first. */
function principalAxes(positions: Float64Array, weights: Float64Array, centre: Vector): Vector[] {
  const spread = Matrix.zeros(3, 3);
  for (let i = 0; i < weights.length; ++i)
    for (let a = 0; a < 3; ++a)
      for (let b = 0; b < 3; ++b)
        spread.set(
          a,
          b,
          spread.get(a, b) +
            weights[i] * (positions[3 * i + a] - centre[a]) * (positions[3 * i + b] - centre[b])
        );
  const {realEigenvalues, eigenvectorMatrix} = new EigenvalueDecomposition(spread, {assumeSymmetric: true});
  return [0, 1, 2]
    .sort((i, j) => realEigenvalues[j] - realEigenvalues[i])
    .map((i) => eigenvectorMatrix.getColumn(i) as Vector);
}
