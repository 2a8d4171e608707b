import type {Structure, Vector} from "./structure.js";

/** How a structure moves: `states` equal steps of `step` radians about its hinge, over an arc about the middle state. */
export interface Motion {
  type: "arc";
  /** Number of states. */
  states: number;
  /** Angle between neighbouring states, radians. */
  step: number;
}

/** The hinge angle of a state (0 .. states - 1, fractions allowed), radians: (state - (states - 1)/2) step. */
export const hingeAngle = (motion: Motion, state: number): number =>
  (state - (motion.states - 1) / 2) * motion.step;

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
