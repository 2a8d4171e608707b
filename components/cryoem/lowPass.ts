import {realFft2} from "../compute/fft.js";

/**
 * A Gaussian low-pass filter for images of one box: frequencies s are multiplied by exp(-(s d)^2 ln 2 / 2), which halves the
 * power at s = 1/d.
 * @param D box, pixels, even
 * @param pixelSize Å
 * @param resolution d, Å
 * @returns filters an image [D, D] in place, and returns it
 */
export function lowPass(D: number, pixelSize: number, resolution: number) {
  const {columns, forward, inverse} = realFft2(D);
  const spectrum = new Float64Array(2 * D * columns);
  const gain = new Float64Array(D * columns);
  for (let y = 0; y < D; ++y)
    for (let x = 0; x < columns; ++x) {
      const s2 = (x * x + (y < D / 2 ? y : y - D) ** 2) / (D * pixelSize) ** 2;
      gain[y * columns + x] = Math.exp((-s2 * resolution * resolution * Math.LN2) / 2);
    }
  return (image: Float32Array): Float32Array => {
    forward(spectrum, image);
    for (let k = 0; k < gain.length; ++k) {
      spectrum[2 * k] *= gain[k];
      spectrum[2 * k + 1] *= gain[k];
    }
    inverse(image, spectrum);
    return image;
  };
}
