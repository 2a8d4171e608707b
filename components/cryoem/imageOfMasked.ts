import {hartley2} from "./hartley.js";
import {lattice} from "./lattice.js";

/**
 * The image of a masked Hartley transform: the inverse transform, 0 outside the circle and at DC.
 * @param masked [pixels of lattice(box)]
 * @param D pixels of the box that the transform was made at (default: `box`); a transform that was cropped from D then gives the same
 *   density a pixel as the image it is of
 * @returns [box, box]
 */
export function imageOfMasked(masked: ArrayLike<number>, box: number, D = box): Float32Array {
  const {mask, side} = lattice(box);
  const transform = new Float64Array(box * box);
  for (let p = 0; p < mask.length; ++p) {
    const [x, y] = [mask[p] % side, Math.floor(mask[p] / side)];
    // The last row and column repeat the first, whose points are on the circle at its ends.
    if (x < box && y < box) transform[y * box + x] = masked[p];
  }
  return Float32Array.from(hartley2(transform, box), (v) => v / (D * D));
}
