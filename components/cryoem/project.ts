import {addOuterProduct} from "./outerProduct.js";

/**
 * The exact projection along z of Gaussian scatterers: each integrates to weight * G(x) G(y), so an image is a sum of
 * separable patches. Values are integrals over the pixel's line, times pixelSize^2: the image sums to the weights.
 */
export interface Projector {
  readonly D: number;
  /**
   * Adds the projection to `image` [D, D] (x fastest, origin at pixel (D/2, D/2)).
   * @param positions [n, 3], Å
   * @param weights [n]
   * @param R rotation, 3 x 3 row-major: a point c lands at R c
   * @param shiftX pixels to the right
   * @param shiftY pixels to higher rows
   */
  add(
    image: Float64Array,
    positions: Float64Array,
    weights: Float64Array,
    R: ArrayLike<number>,
    shiftX: number,
    shiftY: number
  ): void;
}

/** Where a Gaussian is cut off, in sigma: what is left out is 6e-7 of the weight. */
export const CUTOFF = 5;

/**
 * @param D box, pixels
 * @param pixelSize Å
 * @param sigma standard deviation of each scatterer, Å
 * @param cutoff where a Gaussian is cut off, in sigma
 */
export function projector(D: number, pixelSize: number, sigma: number, cutoff = CUTOFF): Projector {
  const s = sigma / pixelSize;
  const reach = cutoff * s;
  const norm = 1 / (Math.sqrt(2 * Math.PI) * s);
  const curvature = Math.exp(-1 / (s * s));
  const half = 0.5 / (s * s);
  const gx = new Float64Array(Math.ceil(2 * reach) + 2);
  const gy = new Float64Array(Math.ceil(2 * reach) + 2);
  return {
    D,
    add(image, positions, weights, R, shiftX, shiftY) {
      const ox = D / 2 + shiftX;
      const oy = D / 2 + shiftY;
      const [r0, r1, r2, r3, r4, r5] = Array.from(R, (r) => r / pixelSize);
      for (let i = 0, p = 0; i < weights.length; ++i, p += 3) {
        const cx = positions[p];
        const cy = positions[p + 1];
        const cz = positions[p + 2];
        const x = r0 * cx + r1 * cy + r2 * cz + ox;
        const y = r3 * cx + r4 * cy + r5 * cz + oy;
        const x0 = Math.max(0, Math.ceil(x - reach));
        const x1 = Math.min(D - 1, Math.floor(x + reach));
        const y0 = Math.max(0, Math.ceil(y - reach));
        const y1 = Math.min(D - 1, Math.floor(y + reach));
        const width = x1 - x0 + 1;
        if (width <= 0 || y1 < y0) continue;
        // exp(-(x + 1)^2 / 2s^2) follows from exp(-x^2 / 2s^2) by two products: no exponential in the loops.
        let d = x0 - x;
        let g = norm * Math.exp(-half * d * d);
        let ratio = Math.exp(-half * (2 * d + 1));
        for (let j = 0; j < width; ++j) {
          gx[j] = g;
          g *= ratio;
          ratio *= curvature;
        }
        d = y0 - y;
        g = weights[i] * norm * Math.exp(-half * d * d);
        ratio = Math.exp(-half * (2 * d + 1));
        const height = y1 - y0 + 1;
        for (let j = 0; j < height; ++j) {
          gy[j] = g;
          g *= ratio;
          ratio *= curvature;
        }
        addOuterProduct(image, y0 * D + x0, D, gy, height, gx, width);
      }
    }
  };
}
