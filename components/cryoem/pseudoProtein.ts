import {random, type Rng} from "../compute/random.js";
import {foldDomain, type Fold} from "./foldDomain.js";
import {rotationAbout} from "./motion.js";
import {neighbours, type Neighbours} from "./neighbours.js";
import {uniformRotation} from "./poses.js";
import {centred, type Structure, type Vector} from "./structure.js";

export interface PseudoProteinOptions {
  seed: number;
  /** Subunits of the fixed base. */
  baseSubunits: number;
  /** Subunits of the moving arm; the last one sits aside, as its lobe. */
  armSubunits: number;
  /** Fewest and most residues of a subunit. */
  residuesPerSubunit: [number, number];
  /** Standard deviation of each residue's Gaussian, Å. */
  sigma: number;
}

/** Electrons of the 20 residues and how often they occur in proteins (percent), in alphabetical order of their letters. */
const ELECTRONS = [38, 54, 59, 67, 78, 30, 72, 62, 70, 62, 70, 60, 52, 68, 84, 46, 54, 54, 98, 86];
const FREQUENCY = [
  8.3, 1.4, 5.5, 6.7, 3.9, 7.1, 2.3, 5.9, 5.8, 9.7, 2.4, 4.1, 4.7, 3.9, 5.5, 6.6, 5.3, 6.9, 1.1, 2.9
];

/** Closest that C-alphas of neighbouring subunits come, Å. */
const CONTACT = 5.5;

/** C-alphas nearer than this are in contact, Å. */
const TOUCHING = 10;

/** Nothing of the arm comes closer than this to the base over the hinge's swing, Å. */
const CLEARANCE = 5;

/** Half of the swing that the arm is cleared for: 50 states of 0.03 rad. */
const SWING = 0.75;

const degrees = Math.PI / 180;

/** The unit vector at `heading` degrees from x towards y, raised by `elevation` degrees towards z. */
const toward = (heading: number, elevation: number): Vector => [
  Math.cos(heading * degrees) * Math.cos(elevation * degrees),
  Math.sin(heading * degrees) * Math.cos(elevation * degrees),
  Math.sin(elevation * degrees)
];

/** Where a subunit docks: the one it is slid towards, and from which side of it (heading and elevation, degrees). */
type Site = [parent: number, heading: number, elevation: number];

/** The base: a compact, lopsided foot under subunit 0 that points one way, no part of which repeats. */
const BASE: Site[] = [
  [0, 0, 0],
  [0, 245, 18],
  [0, 305, -22],
  [1, 285, 35],
  [2, 340, 15],
  [4, 22, -25],
  [5, 70, 20],
  [3, 215, 40],
  [4, 285, -45],
  [7, 180, -20],
  [8, 330, -10],
  [9, 250, 10]
];

/** The arm above subunit 0; its last subunit, the lobe, sits aside. */
const ARM: Site[] = [
  [0, 90, 0],
  [0, 93, -14],
  [1, 78, 16],
  [2, 100, 0],
  [3, 85, -12],
  [4, 95, 10],
  [5, 90, 0]
];
const LOBE = [8, 34];

/**
 * A made-up protein complex, one scatterer a residue: folded subunits of helices, strands and loops, docked to one
 * another. The base is fixed; an arm with a lobe at its end turns about a hinge on top of the base. No part of it
 * repeats, so that a state seen from one side does not look like another state seen from another.
 */
export function pseudoProtein(options: PseudoProteinOptions): Structure {
  const {seed, baseSubunits, armSubunits, sigma} = options;
  const base: Subunit[] = [];
  for (let k = 0; k < baseSubunits; ++k) base.push(dock(makeSubunit(options, k), base, BASE[k]));
  const arm: Subunit[] = [];
  for (let k = 0; k < armSubunits; ++k) {
    const lobe = k > 0 && k === armSubunits - 1;
    const site: Site = lobe ? [k - 1, LOBE[0], LOBE[1]] : ARM[k];
    arm.push(dock(makeSubunit(options, baseSubunits + k), arm, site));
  }
  const hinge = raiseArm(base, arm);
  const all = [...base, ...arm];
  const n = all.reduce((sum, s) => sum + s.fold.n, 0);
  const structure: Structure = {
    name: `pseudo-protein ${seed}`,
    n,
    positions: new Float64Array(3 * n),
    weights: new Float64Array(n),
    sigma,
    domain: new Uint8Array(n),
    hinge,
    chain: new Uint16Array(n),
    secondary: new Uint8Array(n)
  };
  let at = 0;
  all.forEach((subunit, k) => {
    const {fold, positions} = subunit;
    structure.positions.set(positions, 3 * at);
    structure.secondary.set(fold.secondary, at);
    structure.chain.fill(k, at, at + fold.n);
    structure.domain.fill(k < baseSubunits ? 0 : 1, at, at + fold.n);
    for (let i = 0; i < fold.n; ++i) structure.weights[at + i] = residueElectrons(subunit.rng);
    at += fold.n;
  });
  return centred(structure);
}

interface Subunit {
  fold: Fold;
  positions: Float64Array;
  centre: Vector;
  rng: Rng;
}

function makeSubunit({seed, residuesPerSubunit}: PseudoProteinOptions, index: number): Subunit {
  const rng = random(seed, 0, index);
  const fold = foldDomain(rng, residuesPerSubunit);
  return {fold, positions: rotated(fold.positions, uniformRotation(rng)), centre: [0, 0, 0], rng};
}

function residueElectrons(rng: Rng): number {
  let u = rng.uniform() * FREQUENCY.reduce((a, b) => a + b);
  let k = 0;
  while (k < FREQUENCY.length - 1 && (u -= FREQUENCY[k]) > 0) ++k;
  return ELECTRONS[k];
}

/** Slides a subunit from outside towards its parent until it touches; of a few orientations, the one with most contacts. */
function dock(subunit: Subunit, placed: Subunit[], [parent, heading, elevation]: Site): Subunit {
  if (placed.length === 0) return subunit;
  const direction = toward(heading, elevation);
  const from = placed[parent].centre;
  const others = join(placed);
  const tooNear = neighbours(others, CONTACT);
  const near = neighbours(others, TOUCHING);
  let best = subunit;
  let most = -1;
  for (let trial = 0; trial < 10; ++trial) {
    const local = rotated(subunit.positions, uniformRotation(subunit.rng));
    const place = (t: number) => local.map((p, i) => p + from[i % 3] + t * direction[i % 3]);
    let t = 120;
    for (const step of [8, 2, 0.5]) while (t > 20 && clear(place(t - step), tooNear)) t -= step;
    const positions = place(t);
    const touching = contacts(positions, near);
    if (touching <= most) continue;
    most = touching;
    best = {...subunit, positions, centre: from.map((c, a) => c + t * direction[a]) as Vector};
  }
  return best;
}

function rotated(positions: Float64Array, R: Float64Array): Float64Array {
  return positions.map((_, i) => {
    const at = i - (i % 3);
    const row = 3 * (i % 3);
    return R[row] * positions[at] + R[row + 1] * positions[at + 1] + R[row + 2] * positions[at + 2];
  });
}

/** Number of pairs of `points` [n, 3] and of the others that are near. */
function contacts(points: Float64Array, others: Neighbours): number {
  let count = 0;
  for (let i = 0; i < points.length; i += 3) count += others.count(points[i], points[i + 1], points[i + 2]);
  return count;
}

/** Whether none of `points` [n, 3] is near any of the others. */
function clear(points: Float64Array, others: Neighbours): boolean {
  for (let i = 0; i < points.length; i += 3)
    if (others.count(points[i], points[i + 1], points[i + 2], 1)) return false;
  return true;
}

/** Puts the arm on the base: as near above its first subunit as the whole swing allows. Returns the hinge, half way between. */
function raiseArm(base: Subunit[], arm: Subunit[]): Structure["hinge"] {
  const up = toward(90, 8);
  const axis = unit([0.18, 0.1, 1]);
  const fixed = neighbours(join(base), CLEARANCE);
  const moving = join(arm);
  const offset = (t: number) => moving.map((p, i) => p + base[0].centre[i % 3] + t * up[i % 3]);
  const top = extent(base[0].positions, base[0].centre, up);
  let t = 20;
  for (; t < 200; t += 0.5) {
    const placed = offset(t);
    const bottom = t - extent(arm[0].positions, arm[0].centre, up.map((u) => -u) as Vector);
    const point = base[0].centre.map((c, a) => c + ((top + bottom) / 2) * up[a]) as Vector;
    if ([-1, -0.6, -0.3, 0, 0.3, 0.6, 1].every((f) => clear(turned(placed, point, axis, f * SWING), fixed))) {
      let start = 0;
      for (const subunit of arm) {
        subunit.positions = placed.slice(start, start + subunit.positions.length);
        start += subunit.positions.length;
      }
      return {point, axis};
    }
  }
  throw new Error("pseudo-protein: no place for the arm");
}

const unit = (v: Vector): Vector => {
  const norm = Math.hypot(...v);
  return [v[0] / norm, v[1] / norm, v[2] / norm];
};

/** How far positions reach from a centre along a direction, Å. */
function extent(positions: Float64Array, centre: Vector, u: Vector): number {
  let most = -Infinity;
  for (let i = 0; i < positions.length; i += 3)
    most = Math.max(
      most,
      (positions[i] - centre[0]) * u[0] +
        (positions[i + 1] - centre[1]) * u[1] +
        (positions[i + 2] - centre[2]) * u[2]
    );
  return most;
}

function join(subunits: Subunit[]): Float64Array {
  const joined = new Float64Array(subunits.reduce((n, s) => n + s.positions.length, 0));
  let at = 0;
  for (const {positions} of subunits) {
    joined.set(positions, at);
    at += positions.length;
  }
  return joined;
}

function turned(positions: Float64Array, [px, py, pz]: Vector, axis: Vector, angle: number): Float64Array {
  const R = rotationAbout(axis, angle);
  const out = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i] - px;
    const y = positions[i + 1] - py;
    const z = positions[i + 2] - pz;
    out[i] = px + R[0] * x + R[1] * y + R[2] * z;
    out[i + 1] = py + R[3] * x + R[4] * y + R[5] * z;
    out[i + 2] = pz + R[6] * x + R[7] * y + R[8] * z;
  }
  return out;
}
