import type {Rng} from "../compute/random.js";
import type {Fold} from "./foldDomain.js";
import {rotationAbout} from "./motion.js";
import {neighbours, type Neighbours} from "./neighbours.js";
import {uniformRotation} from "./poses.js";
import type {Hinge, Vector} from "./structure.js";

/** A folded chain in its place. */
export interface Subunit {
  fold: Fold;
  positions: Float64Array;
  centre: Vector;
  rng: Rng;
}

/** Where a subunit docks: the one it is slid towards, and from which side of it (heading and elevation, degrees). */
export type Site = [parent: number, heading: number, elevation: number];

/** Closest that C-alphas of neighbouring subunits come, Å. */
const CONTACT = 5.5;

/** C-alphas nearer than this are in contact, Å. */
const TOUCHING = 10;

/** Nothing of the arm comes closer than this to the base over the hinge's swing, Å. */
const CLEARANCE = 5;

/** Half of the swing that the arm is cleared for: 50 states of 0.03 rad. */
const SWING = 0.75;

/** Angles at which the arm must be clear of the base, radians. */
const CLEARED = {
  swing: [-1, -0.6, -0.3, 0, 0.3, 0.6, 1].map((f) => f * SWING),
  turn: Array.from({length: 72}, (_, i) => (2 * Math.PI * i) / 72)
};

const degrees = Math.PI / 180;

/** The unit vector at `heading` degrees from x towards y, raised by `elevation` degrees towards z. */
export const toward = (heading: number, elevation: number): Vector => [
  Math.cos(heading * degrees) * Math.cos(elevation * degrees),
  Math.sin(heading * degrees) * Math.cos(elevation * degrees),
  Math.sin(elevation * degrees)
];

/** Slides a subunit from outside towards its parent until it touches; of a few orientations, the one with most contacts. */
export function dock(subunit: Subunit, placed: Subunit[], [parent, heading, elevation]: Site): Subunit {
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

/** Number of pairs of `points` [n, 3] and of the others that are near. */
function contacts(points: Float64Array, others: Neighbours): number {
  let count = 0;
  for (let i = 0; i < points.length; i += 3) count += others.count(points[i], points[i + 1], points[i + 2]);
  return count;
}

/** Whether none of `points` [n, 3] is near any of the others. */
export function clear(points: Float64Array, others: Neighbours): boolean {
  for (let i = 0; i < points.length; i += 3)
    if (others.count(points[i], points[i + 1], points[i + 2], 1)) return false;
  return true;
}

/** Puts the arm on the base: as near above its first subunit as the whole motion allows. Returns the hinge, half way between. */
export function raiseArm(base: Subunit[], arm: Subunit[], kind: "swing" | "turn"): Hinge {
  const up = toward(90, 8);
  const axis = kind === "turn" ? up : unit([0.18, 0.1, 1]);
  const fixed = neighbours(join(base), CLEARANCE);
  const moving = join(arm);
  const offset = (t: number) => moving.map((p, i) => p + base[0].centre[i % 3] + t * up[i % 3]);
  const top = extent(base[0].positions, base[0].centre, up);
  let t = 20;
  for (; t < 200; t += 0.5) {
    const placed = offset(t);
    const bottom = t - extent(arm[0].positions, arm[0].centre, up.map((u) => -u) as Vector);
    const point = base[0].centre.map((c, a) => c + ((top + bottom) / 2) * up[a]) as Vector;
    if (CLEARED[kind].every((angle) => clear(turned(placed, point, axis, angle), fixed))) {
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
export function extent(positions: Float64Array, centre: Vector, u: Vector): number {
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

/** The positions of all subunits, one after another. */
export function join(subunits: Subunit[]): Float64Array {
  const joined = new Float64Array(subunits.reduce((n, s) => n + s.positions.length, 0));
  let at = 0;
  for (const {positions} of subunits) {
    joined.set(positions, at);
    at += positions.length;
  }
  return joined;
}

/** Positions [n, 3] turned by an angle (radians) about an axis through a point. */
export function turned(
  positions: Float64Array,
  [px, py, pz]: Vector,
  axis: Vector,
  angle: number
): Float64Array {
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

/** R p for each position [n, 3]. */
export function rotated(positions: Float64Array, R: Float64Array): Float64Array {
  return positions.map((_, i) => {
    const at = i - (i % 3);
    const row = 3 * (i % 3);
    return R[row] * positions[at] + R[row + 1] * positions[at + 1] + R[row + 2] * positions[at + 2];
  });
}
