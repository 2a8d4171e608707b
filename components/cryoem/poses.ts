import type {Rng} from "../compute/random.js";

/** A rotation uniform on SO(3), 3 x 3 row-major: a unit quaternion uniform on the 3-sphere (four normals, normalised). */
export function uniformRotation(rng: Rng, out = new Float64Array(9)): Float64Array {
  let w: number, x: number, y: number, z: number, norm: number;
  do {
    w = rng.normal();
    x = rng.normal();
    y = rng.normal();
    z = rng.normal();
    norm = w * w + x * x + y * y + z * z;
  } while (norm < 1e-12);
  const s = 2 / norm;
  out[0] = 1 - s * (y * y + z * z);
  out[1] = s * (x * y - w * z);
  out[2] = s * (x * z + w * y);
  out[3] = s * (x * y + w * z);
  out[4] = 1 - s * (x * x + z * z);
  out[5] = s * (y * z - w * x);
  out[6] = s * (x * z - w * y);
  out[7] = s * (y * z + w * x);
  out[8] = 1 - s * (x * x + y * y);
  return out;
}

const degrees = 180 / Math.PI;

/**
 * RELION's angles (rot, tilt, psi in degrees) of a rotation matrix in this project's (and cryoDRGN's) convention:
 * R = Rz(-psi) Ry(-tilt) Rz(-rot), which is RELION's own matrix.
 */
export function relionAngles(R: ArrayLike<number>): [rot: number, tilt: number, psi: number] {
  const sin = Math.hypot(R[6], R[7]);
  if (sin < 1e-9)
    return [
      R[8] > 0 ? degrees * Math.atan2(R[1], R[0]) : degrees * Math.atan2(-R[1], -R[0]),
      R[8] > 0 ? 0 : 180,
      0
    ];
  return [
    degrees * Math.atan2(R[7], R[6]),
    degrees * Math.atan2(sin, R[8]),
    degrees * Math.atan2(R[5], -R[2])
  ];
}
