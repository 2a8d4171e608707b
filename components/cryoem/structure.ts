/** An axis that a part turns about: a point on it (Å) and its unit direction. */
export interface Hinge {
  point: Vector;
  axis: Vector;
}

/**
 * A molecule as Gaussian scatterers, in Å, centred at the origin, in its middle state. Its parts are numbered: part 0 is
 * always there and stands still; what the others do, its motion says: part k turns about hinge k - 1, or is present or not.
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
  /** [n], the part each scatterer belongs to. */
  domain: Uint8Array;
  /** Hinge of part 1, 2, ...; none where parts come and go. */
  hinges: Hinge[];
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
  return {
    ...structure,
    positions: structure.positions.map((p, i) => p - c[i % 3]),
    hinges: structure.hinges.map(({point, axis}) => ({
      point: [point[0] - c[0], point[1] - c[1], point[2] - c[2]],
      axis
    }))
  };
}
