import {clear, extent, join, toward, turned, type Subunit} from "./docking.js";
import {neighbours} from "./neighbours.js";
import type {Hinge, Structure, Vector} from "./structure.js";
import {joined, makeSubunit} from "./subunits.js";

export interface TrimerOptions {
  seed: number;
  /** Subunits of a protomer's stalk, one on top of another. */
  stalkSubunits: number;
  /** Fewest and most residues of a subunit. */
  residuesPerSubunit: [number, number];
  /** The same of a domain that opens. */
  domainResidues: [number, number];
  /** Largest angle that a domain is cleared for, radians. */
  opening: number;
  /** Standard deviation of each residue's Gaussian, Å. */
  sigma: number;
}

/** Closest that C-alphas of different subunits come, Å: in place, and while a domain turns. */
const CONTACT = 5.5;
const CLEARANCE = 4.5;

const THIRD = (2 * Math.PI) / 3;
const AXIS: Vector = [0, 0, 1];
const ORIGIN: Vector = [0, 0, 0];
const copies = (p: Float64Array) => [1, 2].map((k) => turned(p, ORIGIN, AXIS, k * THIRD));

/**
 * A made-up trimer with threefold symmetry about z when it is closed, one scatterer a residue. A protomer is a stalk near
 * the axis, a wing at its side, and on top a domain that leans inwards and opens up and out about a hinge at its outer foot.
 * Parts 1, 2 and 3 are the three domains.
 */
export function trimer(options: TrimerOptions): Structure {
  const {seed, stalkSubunits, residuesPerSubunit, domainResidues, opening, sigma} = options;
  const subunit = (k: number) => makeSubunit(seed, residuesPerSubunit, k);
  // The stalk, from the bottom up.
  const stalk: Subunit[] = [];
  for (let k = 0; k < stalkSubunits; ++k) stalk.push(slideTo(subunit(k), stalk, [0, 0, -1], topOf(stalk)));
  let fixed = [...stalk];
  const shoulder = stalk[stalk.length - 1].centre;
  fixed.push(slideTo(subunit(stalkSubunits), fixed, toward(180 - 20, -12), shoulder));
  // Outwards from the axis until the three protomers are apart, with the stalk as near to it as that allows.
  fixed = moved(fixed, radialPlace(join(fixed)));
  const {domain, hinge} = placeDomain(makeSubunit(seed, domainResidues, stalkSubunits + 1), fixed, opening);
  const protomer = [...fixed.map((s) => ({subunit: s, part: 0})), {subunit: domain, part: 1}];
  const all = [0, 1, 2].flatMap((k) =>
    protomer.map(({subunit: s, part}) => ({
      subunit: {...s, positions: turned(s.positions, ORIGIN, AXIS, k * THIRD)},
      part: part && k + 1
    }))
  );
  const hinges = [0, 1, 2].map((k): Hinge => {
    const [point, axis] = [hinge.point, hinge.axis].map(
      (v) => Array.from(turned(Float64Array.from(v), ORIGIN, AXIS, k * THIRD)) as Vector
    );
    return {point, axis};
  });
  return joined(`trimer ${seed}`, all, hinges, sigma);
}

/** Where the next subunit of a stalk is slid to: the last one's centre. */
const topOf = (stalk: Subunit[]): Vector => stalk[stalk.length - 1]?.centre ?? ORIGIN;

/** A subunit slid along `direction` towards a place, from far, until it touches what is there. */
function slideTo(subunit: Subunit, placed: Subunit[], direction: Vector, to: Vector): Subunit {
  if (placed.length === 0) return subunit;
  const others = neighbours(join(placed), CONTACT);
  const at = (t: number) => subunit.positions.map((p, i) => p + to[i % 3] - t * direction[i % 3]);
  let t = 150;
  for (const step of [8, 2, 0.5]) while (t > 0 && clear(at(t - step), others)) t -= step;
  return {...subunit, positions: at(t), centre: to.map((c, a) => c - t * direction[a]) as Vector};
}

const moved = (subunits: Subunit[], x: number): Subunit[] =>
  subunits.map((s) => ({
    ...s,
    positions: s.positions.map((p, i) => (i % 3 === 0 ? p + x : p)),
    centre: [s.centre[0] + x, s.centre[1], s.centre[2]]
  }));

/** How far along x a protomer is from the axis when its copies, turned by 120° and 240°, just touch it. */
function radialPlace(protomer: Float64Array): number {
  const at = (x: number) => protomer.map((p, i) => (i % 3 === 0 ? p + x : p));
  const apart = (x: number) => {
    const one = at(x);
    const near = neighbours(one, CONTACT);
    return copies(one).every((other) => clear(other, near));
  };
  let x = 150;
  for (const step of [8, 2, 0.5]) while (x > 0 && apart(x - step)) x -= step;
  return x;
}

/**
 * Puts the domain on top of a protomer, as near to the axis and as low as it can be: clear of its two copies when closed, and
 * of everything that stands still all the way open.
 */
function placeDomain(domain: Subunit, fixed: Subunit[], opening: number): {domain: Subunit; hinge: Hinge} {
  const still = join(fixed);
  const all = Float64Array.from([...still, ...copies(still).flatMap((c) => [...c])]);
  const near = neighbours(all, CLEARANCE);
  const radius = radialPlace(domain.positions);
  const foot = extent(domain.positions, domain.centre, [0, 0, -1]);
  const outer = extent(domain.positions, domain.centre, [1, 0, 0]);
  const axis: Vector = [0, 1, 0];
  const top = fixed.reduce((z, s) => Math.max(z, s.centre[2]), -Infinity);
  for (let z = top; z < top + 200; z += 0.5) {
    const positions = domain.positions.map((p, i) => p + [radius, 0, z][i % 3]);
    const point: Vector = [radius + outer, 0, z - 0.5 * foot];
    const angles = Array.from({length: 9}, (_, k) => (k * opening) / 8);
    if (!angles.every((angle) => clear(turned(positions, point, axis, angle), near))) continue;
    return {domain: {...domain, positions, centre: [radius, 0, z]}, hinge: {point, axis}};
  }
  throw new RangeError("trimer: no place for its domains; expected a smaller opening");
}
