import type {Structure, Vector} from "./structure.js";

/**
 * How a structure moves about its hinge, in equal steps: `states` states `step` radians apart over an arc about the structure as
 * it is; or over the full circle, from the structure as it is, where the last state is the first one's neighbour again.
 */
export type Motion = {type: "arc"; states: number; step: number} | {type: "circle"; states: number};

/**
 * The hinge angle of a state (0 .. states - 1, fractions allowed), radians: (state - (states - 1)/2) step over an arc,
 * 2 pi state / states over the circle.
 */
export const hingeAngle = (motion: Motion, state: number): number =>
  motion.type === "circle"
    ? (2 * Math.PI * state) / motion.states
    : (state - (motion.states - 1) / 2) * motion.step;

/** The same in degrees. */
export const hingeDegrees = (motion: Motion, state: number): number =>
  (180 / Math.PI) * hingeAngle(motion, state);

/** How far from the origin scatterers come in any state, Å. */
export function reach(structure: Structure, motion: Motion): number {
  let most = 0;
  for (let state = 0; state < motion.states; ++state) {
    const p = conformation(structure, motion, state);
    for (let i = 0; i < p.length; i += 3)
      most = Math.max(most, p[i] * p[i] + p[i + 1] * p[i + 1] + p[i + 2] * p[i + 2]);
  }
  return Math.sqrt(most);
}

/** Positions [n, 3] in Å of a structure in a state of its motion. */
export function conformation(structure: Structure, motion: Motion, state: number): Float64Array {
  const {n, positions, domain, hinge} = structure;
  const R = rotationAbout(hinge.axis, hingeAngle(motion, state));
  const [px, py, pz] = hinge.point;
  const moved = positions.slice();
  for (let i = 0; i < n; ++i) {
    if (domain[i] !== 1) continue;
    const x = positions[3 * i] - px;
    const y = positions[3 * i + 1] - py;
    const z = positions[3 * i + 2] - pz;
    moved[3 * i] = px + R[0] * x + R[1] * y + R[2] * z;
    moved[3 * i + 1] = py + R[3] * x + R[4] * y + R[5] * z;
    moved[3 * i + 2] = pz + R[6] * x + R[7] * y + R[8] * z;
  }
  return moved;
}

/** The rotation by `angle` (radians) about a unit axis, 3 x 3 row-major (Rodrigues). */
export function rotationAbout([x, y, z]: Vector, angle: number): Float64Array {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const t = 1 - c;
  return Float64Array.of(
    c + t * x * x,
    t * x * y - s * z,
    t * x * z + s * y,
    t * x * y + s * z,
    c + t * y * y,
    t * y * z - s * x,
    t * x * z - s * y,
    t * y * z + s * x,
    c + t * z * z
  );
}
