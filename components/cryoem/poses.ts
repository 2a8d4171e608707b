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

/**
 * RELION's matrix of its angles in degrees, R = Rz(-psi) Ry(-tilt) Rz(-rot), 3 x 3 row-major: the inverse of relionAngles,
 * and a rotation in this project's (and cryoDRGN's) convention as it stands.
 */
export function eulerMatrix(rot: number, tilt: number, psi: number, out = new Float64Array(9)): Float64Array {
  const [ca, cb, cg] = [rot, tilt, psi].map((angle) => Math.cos(angle / degrees));
  const [sa, sb, sg] = [rot, tilt, psi].map((angle) => Math.sin(angle / degrees));
  out[0] = cg * cb * ca - sg * sa;
  out[1] = cg * cb * sa + sg * ca;
  out[2] = -cg * sb;
  out[3] = -sg * cb * ca - cg * sa;
  out[4] = -sg * cb * sa + cg * ca;
  out[5] = sg * sb;
  out[6] = sb * ca;
  out[7] = sb * sa;
  out[8] = cb;
  return out;
}

/**
 * The rotation about the direction of a vector by its length in radians (Rodrigues: I + sin a K + (1 - cos a) K^2, K the
 * cross product with the unit vector), 3 x 3 row-major.
 */
export function vectorRotation(x: number, y: number, z: number, out = new Float64Array(9)): Float64Array {
  const angle = Math.hypot(x, y, z);
  // sin a / a and (1 - cos a) / a^2, whose limits at 0 are 1 and 1/2
  const s = angle < 1e-8 ? 1 : Math.sin(angle) / angle;
  const c = angle < 1e-8 ? 0.5 : 2 * (Math.sin(angle / 2) / angle) ** 2;
  out[0] = 1 - c * (y * y + z * z);
  out[1] = c * x * y - s * z;
  out[2] = c * x * z + s * y;
  out[3] = c * x * y + s * z;
  out[4] = 1 - c * (x * x + z * z);
  out[5] = c * y * z - s * x;
  out[6] = c * x * z - s * y;
  out[7] = c * y * z + s * x;
  out[8] = 1 - c * (x * x + y * y);
  return out;
}
