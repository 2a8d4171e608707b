import {fft, realFft2} from "../compute/fft.js";

/** Neighbouring lines along z that are fetched together: what a cache line holds of them lies side by side. */
const LINES = 8;

/**
 * The centred Hartley transform of a real cube, as `hartley3` makes it, in place and in half the memory: beside the cube there
 * is one half spectrum, 8 bytes a voxel. A step takes some milliseconds, after which a long transform can be left.
 * @param volume [D, D, D] (z, y, x), D even; becomes its transform
 * @param factor what the transform is multiplied by
 */
export function* hartleyMap(
  volume: Float32Array,
  D: number,
  factor: number
): Generator<number, Float32Array> {
  const plan = realFft2(D);
  const {columns} = plan;
  const plane = 2 * D * columns;
  const spectrum = new Float64Array(D * plane);
  const steps = 3 * D;
  let done = 0;
  for (let z = 0; z < D; ++z) {
    plan.forward(spectrum.subarray(z * plane, (z + 1) * plane), volume.subarray(z * D * D, (z + 1) * D * D));
    yield ++done / steps;
  }
  const {forward} = fft(D);
  const lines = Array.from({length: LINES}, () => new Float64Array(2 * D));
  const line = new Float64Array(2 * D);
  for (let y = 0; y < D; ++y) {
    for (let x = 0; x < columns; x += LINES) {
      const count = Math.min(LINES, columns - x);
      const first = 2 * (y * columns + x);
      for (let z = 0, at = first; z < D; ++z, at += plane)
        for (let l = 0; l < count; ++l) {
          lines[l][2 * z] = spectrum[at + 2 * l];
          lines[l][2 * z + 1] = spectrum[at + 2 * l + 1];
        }
      for (let l = 0; l < count; ++l) {
        forward(line, lines[l]);
        lines[l].set(line);
      }
      for (let z = 0, at = first; z < D; ++z, at += plane)
        for (let l = 0; l < count; ++l) {
          spectrum[at + 2 * l] = lines[l][2 * z];
          spectrum[at + 2 * l + 1] = lines[l][2 * z + 1];
        }
    }
    yield ++done / steps;
  }
  const half = D / 2;
  for (let z = 0, i = 0; z < D; ++z) {
    const kz = (z + half) % D;
    for (let y = 0; y < D; ++y) {
      const ky = (y + half) % D;
      const row = kz * plane + 2 * ky * columns;
      const mirrored = ((D - kz) % D) * plane + 2 * ((D - ky) % D) * columns;
      for (let x = 0; x < D; ++x, ++i) {
        const kx = (x + half) % D;
        const sign = (x + y + z + 3 * half) % 2 ? -factor : factor;
        // Beyond the half spectrum stands the conjugate of what lies opposite.
        const at = kx <= half ? row + 2 * kx : mirrored + 2 * (D - kx);
        volume[i] = sign * (kx <= half ? spectrum[at] - spectrum[at + 1] : spectrum[at] + spectrum[at + 1]);
      }
    }
    yield ++done / steps;
  }
  return volume;
}
