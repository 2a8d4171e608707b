/**
 * A molecule as Gaussian scatterers, in Å, centred at the origin, in its middle state; part of it (`domain` 1) turns about
 * the hinge.
 */
export interface Structure {
  name: string;
  /** Number of scatterers. */
  n: number;
  /** [n, 3], Å. */
  positions: Float64Array;
  /** [n], electrons: the integral of each scatterer's Gaussian. */
  weights: Float64Array;
  /** Standard deviation of each scatterer's Gaussian, Å. */
  sigma: number;
  /** [n]: 0 where fixed, 1 where moved by the hinge. */
  domain: Uint8Array;
  /** The axis the moving part turns about: a point on it (Å) and its unit direction. */
  hinge: {point: Vector; axis: Vector};
  /** [n], the chain each scatterer belongs to, counted from 0; scatterers of a chain follow one another. */
  chain: Uint16Array;
  /** [n], what to draw: 0 loop, 1 helix, 2 strand. */
  secondary: Uint8Array;
}

export type Vector = [number, number, number];

/** Values of `Structure.secondary`. */
export const LOOP = 0;
export const HELIX = 1;
export const STRAND = 2;

/** The centre of mass of positions [n, 3] by weights [n]. */
export function centreOfMass(positions: Float64Array, weights: Float64Array): Vector {
  const sum: Vector = [0, 0, 0];
  let total = 0;
  for (let i = 0; i < weights.length; ++i) {
    total += weights[i];
    for (let a = 0; a < 3; ++a) sum[a] += weights[i] * positions[3 * i + a];
  }
  return [sum[0] / total, sum[1] / total, sum[2] / total];
}

/** Moves a structure so that its centre of mass is the origin. */
export function centred(structure: Structure): Structure {
  const c = centreOfMass(structure.positions, structure.weights);
  const {point, axis} = structure.hinge;
  return {
    ...structure,
    positions: structure.positions.map((p, i) => p - c[i % 3]),
    hinge: {point: [point[0] - c[0], point[1] - c[1], point[2] - c[2]], axis}
  };
}
